"""Column lineage: from a column of a mart through every model down to columns of events and of seeds.

sqlglot reads the compiled SQL of one model at a time, so that each step is a formula people can read in its file.
"""

import logging
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import sqlglot
from sqlglot import exp
from sqlglot.lineage import Node, lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope

from benchmart.definitions import Definition
from benchmart.event_log.schemas import KINDS

EVENTS = "events"
"""Stands for the event log as a schema: a table for every kind."""
_SEEDS = "reference"
_REFERENCE = re.compile(r"dbt\.ref\([\"'](\w+)[\"']\)")
_DIALECT = "duckdb"
_TABLES = """
    select table_schema, table_name, column_name, data_type
    from information_schema.columns
    where table_schema not in ('information_schema', 'pg_catalog')
"""

Place = tuple[str, str, str]
"""Schema, table and column."""
_Schema = Mapping[str, Mapping[str, Mapping[str, str]]]


@dataclass(frozen=True, slots=True)
class Step:
    """How one column comes about inside the model that makes it."""

    relation: str
    column: str
    kind: str
    """`model`, `event` (a column of the log), `seed`, or `other` (what builds note about themselves)."""
    path: str | None
    """The file of the model."""
    formulas: Sequence[str]
    """What is worked out, the last step first; empty when the column is handed on as it is."""
    inputs: Sequence[tuple[str, str]]
    """Relation and column of what it is made from."""


class Lineage:
    """The lineage of one warehouse. What was worked out for one column is kept for the next."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, definitions: Mapping[str, Definition]) -> None:
        schema = _schema(connection)
        self._definitions = definitions
        grains = {name: definition.grain for name, definition in definitions.items()}
        self._models = {name: _Model(definition, schema, grains) for name, definition in definitions.items()}
        self._steps: dict[Place, tuple[Step, list[Place]]] = {}

    def trace(self, relation: str, column: str) -> list[Step]:
        """Every step behind a column: the column itself first, then what it is made from, nearest first."""
        found: dict[Place, Step] = {}
        queue = deque([(self._definitions[relation].layer, relation, column)])
        while queue:
            place = queue.popleft()
            if place not in found:
                found[place], inputs = self._step(place)
                queue.extend(inputs)
        return list(found.values())

    def _step(self, place: Place) -> tuple[Step, list[Place]]:
        if place not in self._steps:
            self._steps[place] = _step(place, self._models)
        return self._steps[place]


class _Model:
    """One model's SQL, read when it is first asked for."""

    def __init__(self, definition: Definition, schema: _Schema, grains: Mapping[str, Sequence[str]]) -> None:
        self.definition = definition
        self._schema = schema
        self._grains = grains
        self._read: tuple[exp.Expr, Scope | None] | None = None

    def node(self, column: str) -> Node:
        """The tree of one column. Raises SqlglotError when it cannot be told."""
        if self._read is None:
            tree = sqlglot.parse_one(self.definition.sql, dialect=_DIALECT)
            read = qualify(
                tree,
                dialect=_DIALECT,
                schema=dict(self._schema),
                validate_qualify_columns=False,
                identify=False,
            )
            self._read = (read, build_scope(read))
        read, scope = self._read
        return lineage(column, read, schema=dict(self._schema), dialect=_DIALECT, scope=scope, copy=False)

    def counted(self, select: exp.Expr) -> list[Place]:
        """What tells the rows apart that a query counts without naming a column: ids of events, else their grain."""
        tables = list(self._tables(select))
        events = [(*table, "event_id") for table in tables if "event_id" in self._columns(table)]
        grains = [
            (*table, column)
            for table in tables
            for column in self._grains.get(table[1]) or self._columns(table)[:1]
        ]
        return events or grains

    def _tables(self, select: exp.Expr) -> Iterator[tuple[str, str]]:
        """The tables that a part of the model reads, through its own subqueries."""
        ctes = {each.alias: each.this for each in self._read[0].find_all(exp.CTE)} if self._read else {}
        waiting, seen = [select], set[str]()
        while waiting:
            for table in waiting.pop().find_all(exp.Table):
                if table.db:
                    yield table.db, table.name
                elif table.name in ctes and table.name not in seen:
                    seen.add(table.name)
                    waiting.append(ctes[table.name])

    def columns_of(self, layer: str, table: str) -> list[str]:
        """The columns of a relation."""
        return self._columns((layer, table))

    def _columns(self, table: tuple[str, str]) -> list[str]:
        return list(self._schema.get(table[0], {}).get(table[1], {}))


def _step(place: Place, models: Mapping[str, _Model]) -> tuple[Step, list[Place]]:
    schema, table, column = place
    model = models.get(table)
    if model is None or model.definition.layer != schema:
        kind = {EVENTS: "event", _SEEDS: "seed"}.get(schema, "other")
        return Step(table, column, kind, None, (), ()), []
    path = model.definition.path
    if model.definition.language != "sql":
        read = list(_read_by_program(model, models))
        names = tuple(dict.fromkeys((name, of) for _, name, of in read))
        return Step(table, column, "model", path, (f"worked out by {path}",), names), read
    with _quiet():
        try:
            node = model.node(column)
        except sqlglot.errors.SqlglotError as error:
            reason = str(error).splitlines()[0]
            return Step(table, column, "model", path, (f"cannot be traced: {reason}",), ()), []
    inputs = list(dict.fromkeys(_inputs(node, model)))
    formulas = tuple(dict.fromkeys(_formulas(node)))
    names = tuple((name, of) for _, name, of in inputs)
    return Step(table, column, "model", path, formulas, names), inputs


def _read_by_program(model: _Model, models: Mapping[str, _Model]) -> Iterator[Place]:
    """Every column of the models that a model in Python reads: what becomes of them, only the program knows."""
    for name in dict.fromkeys(_REFERENCE.findall(model.definition.sql)):
        if name in models:
            layer = models[name].definition.layer
            yield from ((layer, name, column) for column in model.columns_of(layer, name))


def _formulas(node: Node) -> Iterator[str]:
    """What is worked out on the way, without the places where a column is only handed on."""
    for each in node.walk():
        expression = each.expression
        if not isinstance(expression, exp.Alias) or isinstance(expression.this, exp.Column):
            continue
        yield f"{expression.alias} = {expression.this.sql(dialect=_DIALECT)}"


def _inputs(node: Node, model: _Model) -> Iterator[Place]:
    """The columns of other relations that it is made from; rows that are only counted are told by their ids."""
    for leaf in node.walk():
        if leaf.downstream:
            continue
        if isinstance(leaf.expression, exp.Table):
            column = exp.to_column(leaf.name, dialect=_DIALECT).name
            yield leaf.expression.db, leaf.expression.name, column
        else:
            yield from model.counted(leaf.source)


def _schema(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, dict[str, str]]]:
    """Columns of every table and view, and of the kinds of events."""
    schema: dict[str, dict[str, dict[str, str]]] = {EVENTS: {}}
    for layer, table, column, kind in connection.execute(_TABLES).fetchall():
        schema.setdefault(layer, {}).setdefault(table, {})[column] = kind
    for each in KINDS.values():
        schema[EVENTS][each.name] = dict.fromkeys(each.stored.names, "varchar")
    return schema


class _quiet:  # noqa: N801 - read like a word of the language
    """Keep sqlglot from warning about functions it does not know; they are handed on as they are."""

    def __enter__(self) -> None:
        self._level = logging.getLogger("sqlglot").level
        logging.getLogger("sqlglot").setLevel(logging.ERROR)

    def __exit__(self, *_: object) -> None:
        logging.getLogger("sqlglot").setLevel(self._level)
