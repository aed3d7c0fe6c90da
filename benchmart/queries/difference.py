"""What differs between two warehouses, mart by mart and row by row: two moments of one home, or any two files."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from benchmart.definitions import Definition, find_mart, read_definitions
from benchmart.queries.evidence import Rule, literal, rules_for

BEFORE, AFTER = "before", "after"
_ORDER = {"vanished": 0, "changed": 1, "appeared": 2}
"""Kinds of changes; what is gone is told first."""

_ROWS = """
    create or replace temp table {side}_rows as
    select {keys}, hash(mart) as digest from {side}.main.{mart} as mart
"""
_CHANGES = """
    create or replace temp table changes as
    select
        {merged},
        case
            when old.digest is null then 'appeared'
            when new.digest is null then 'vanished'
            else 'changed'
        end as change
    from before_rows as old
    full outer join after_rows as new on {same}
    where old.digest is distinct from new.digest
"""
_COUNTS = "select change, count(*) from changes group by change"
_CHOSEN = """
    create or replace temp table chosen as
    select * from changes
    order by case change when 'vanished' then 0 when 'changed' then 1 else 2 end, {keys}
    limit {limit}
"""
_IN_SHORT = """
    select
        results.event_id, results.status, results.basis, results.error_class, results.collector,
        results.source_uri, results.source_locator, retracted.reason as retracted_because
    from {side}.main.fct_results as results
    left join after.intermediate.int_results_retracted as retracted using (event_id)
    where results.event_id in ({ids})
    order by results.event_id
"""
_EVENTS = 3
_WHOLE = """
    select chosen.change, mart.*
    from {side}.main.{mart} as mart inner join chosen on {same}
"""


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row that is not as it was."""

    change: str
    """`appeared`, `changed` or `vanished`."""
    key: Mapping[str, Any]
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    arrived_count: int
    """Events that are evidence for it now and were not before."""
    gone_count: int
    """Events that were evidence for it and are not any more: retracted, or counted elsewhere."""
    events: Sequence[Mapping[str, Any]]
    """The first few of both, in short; `is_gone` and the reason of a retraction tell them apart."""

    @property
    def columns(self) -> list[str]:
        """The columns that differ; none for a row that appeared or vanished."""
        if self.before is None or self.after is None:
            return []
        return [name for name, value in self.after.items() if value != self.before.get(name)]


@dataclass(frozen=True, slots=True)
class MartChange:
    """What became of one mart."""

    mart: str
    appeared: int
    changed: int
    vanished: int
    rows: Sequence[RowChange]
    """The first of them: what vanished, then what changed, then what appeared."""

    @property
    def count(self) -> int:
        """Rows that are not as they were."""
        return self.appeared + self.changed + self.vanished


def compare_warehouses(
    before: Path, after: Path, marts: Sequence[str] = (), limit: int = 10, *, with_dimensions: bool = False
) -> list[MartChange]:
    """The marts that differ, those asked for or all that summarise events.

    Of each, at most `limit` rows are told; of dimensions only when `with_dimensions`, or when they are asked for.
    Raises UsageError when there is no such mart.
    """
    with _attached(before, after) as connection:
        connection.execute("use after")
        definitions = read_definitions(connection)
        columns = _columns(connection)
        chosen = [find_mart(definitions, mart) for mart in marts] or list(_summaries(definitions))
        found = []
        for definition in chosen:
            is_told = bool(marts) or with_dimensions or not definition.name.startswith("dim_")
            if definition.name in columns[BEFORE] and definition.name in columns[AFTER]:
                found.append(_compare(connection, definition, columns, limit if is_told else 0))
        return [each for each in found if each.count]


@contextmanager
def _attached(before: Path, after: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for name, path in ((BEFORE, before), (AFTER, after)):
            quoted = str(path).replace("'", "''")
            connection.execute(f"attach '{quoted}' as {name} (read_only)")
        connection.execute("set TimeZone = 'UTC'; set enable_external_access = false")
        yield connection


def _columns(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, list[str]]]:
    """Columns of each mart in both files."""
    found: dict[str, dict[str, list[str]]] = {BEFORE: {}, AFTER: {}}
    rows = connection.execute("""
        select database_name, table_name, column_name from duckdb_columns()
        where schema_name = 'main' and database_name in ('before', 'after')
        order by database_name, table_name, column_index
    """).fetchall()
    for side, table, column in rows:
        found[side].setdefault(table, []).append(column)
    return found


def _summaries(definitions: Mapping[str, Definition]) -> Iterator[Definition]:
    """Marts whose rows are not events or batches: those are what the changes come from."""
    for each in definitions.values():
        if each.is_mart and each.grain and not {"event_id", "log_file"} & set(each.grain):
            yield each


def _compare(
    connection: duckdb.DuckDBPyConnection,
    definition: Definition,
    columns: Mapping[str, Mapping[str, Sequence[str]]],
    limit: int,
) -> MartChange:
    mart, keys = definition.name, ", ".join(definition.grain)
    for side in (BEFORE, AFTER):
        connection.execute(_ROWS.format(side=side, keys=keys, mart=mart))
    merged = ", ".join(f"coalesce(new.{key}, old.{key}) as {key}" for key in definition.grain)
    same = " and ".join(f"old.{key} is not distinct from new.{key}" for key in definition.grain)
    connection.execute(_CHANGES.format(merged=merged, same=same))
    counts = dict(connection.execute(_COUNTS).fetchall())
    rows = _rows(connection, definition, columns[AFTER], limit) if limit and counts else []
    return MartChange(
        mart, counts.get("appeared", 0), counts.get("changed", 0), counts.get("vanished", 0), rows
    )


def _rows(
    connection: duckdb.DuckDBPyConnection,
    definition: Definition,
    columns: Mapping[str, Sequence[str]],
    limit: int,
) -> list[RowChange]:
    mart, grain = definition.name, definition.grain
    connection.execute(_CHOSEN.format(keys=", ".join(grain), limit=limit))
    same = " and ".join(f"mart.{key} is not distinct from chosen.{key}" for key in grain)
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for side in (BEFORE, AFTER):
        cursor = connection.execute(_WHOLE.format(side=side, mart=mart, same=same))
        names = [name for name, *_ in cursor.description or ()]
        for values in cursor.fetchall():
            row = dict(zip(names, values, strict=True))
            change = row.pop("change")
            found.setdefault(tuple(row[key] for key in grain), {"change": change})[side] = row
    rules = rules_for(definition, columns[mart], None, columns)
    changes = [
        _row(connection, dict(zip(grain, key, strict=True)), told, rules) for key, told in found.items()
    ]
    return sorted(changes, key=lambda each: (_ORDER[each.change], str(list(each.key.values()))))


def _row(
    connection: duckdb.DuckDBPyConnection,
    key: Mapping[str, Any],
    told: Mapping[str, Any],
    rules: Sequence[Rule],
) -> RowChange:
    before, after = told.get(BEFORE), told.get(AFTER)
    arrived, gone = dict[Any, None](), dict[Any, None]()
    for rule in rules:
        old, new = (_ids(rule, side, after or before or {}) for side in (BEFORE, AFTER))
        arrived |= dict.fromkeys(_fetch(connection, f"{new} except {old}"))
        gone |= dict.fromkeys(_fetch(connection, f"{old} except {new}"))
    events = [
        *_in_short(connection, AFTER, list(arrived)[:_EVENTS]),
        *_in_short(connection, BEFORE, list(gone)[:_EVENTS]),
    ]
    return RowChange(told["change"], key, before, after, len(arrived), len(gone), events)


def _in_short(connection: duckdb.DuckDBPyConnection, side: str, ids: Sequence[Any]) -> list[dict[str, Any]]:
    """What these results say and where they came from; of those that are gone, why."""
    if not ids:
        return []
    listed = ", ".join(literal(each) for each in ids)
    cursor = connection.execute(_IN_SHORT.format(side=side, ids=listed))
    names = [name for name, *_ in cursor.description or ()]
    return [
        dict(zip(names, values, strict=True)) | {"is_gone": side == BEFORE} for values in cursor.fetchall()
    ]


def _ids(rule: Rule, side: str, row: Mapping[str, Any]) -> str:
    """The statement for the events a row rests on, in one of the two files."""
    return f"(select event_id from ({rule.statement(row, side)}))"  # noqa: S608 - quoted by `literal`


def _fetch(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Any]:
    return [value for (value,) in connection.execute(f"{sql} order by 1").fetchall()]
