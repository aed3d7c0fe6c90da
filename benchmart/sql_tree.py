"""What a statement asks for: tables, functions and kinds of nodes, read off its syntax tree.

The tree is DuckDB's own (`json_serialize_sql`), so what is judged is what will run. DuckDB does not give one for a
`pivot` whose columns come from the data; sqlglot reads that one, or it is refused.
"""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import duckdb

from benchmart.errors import StatementRefused

_QUERY_NODES = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"})
_TOO_DEEP = StatementRefused(
    "nested too deeply", hint="Give its parts names with `with name as (...)`, or ask in steps"
)


@dataclass(slots=True)
class Asked:
    """What one statement names."""

    tables: list[tuple[str, ...]] = field(default_factory=list)
    """Names after `from`, as parts: catalog and schema where given, and the table."""
    queries: set[str] = field(default_factory=set)
    """Names that the statement itself gives to queries (`with name as`)."""
    functions: set[str] = field(default_factory=set)
    """Functions that give a value, in lower case; operators are among them."""
    table_functions: set[str] = field(default_factory=set)
    """Functions that stand where a table does."""
    writes: set[str] = field(default_factory=set)
    """Nodes that are no queries, such as `delete`."""
    listings: set[str] = field(default_factory=set)
    """What `show` is asked to list, such as `tables`."""


def asked_by(connection: duckdb.DuckDBPyConnection, sql: str) -> Asked:
    """What the query asks for. Raises StatementRefused when there is no tree of it."""
    [(text,)] = connection.execute("select json_serialize_sql($1::varchar)", [sql]).fetchall()
    try:
        document = json.loads(text)
    except RecursionError:
        raise _TOO_DEEP from None
    if document["error"]:
        return _read_by_sqlglot(sql)
    asked = Asked()
    for node in _nodes(document["statements"]):
        _note(node, asked)
    return asked


def _nodes(root: Any) -> Iterator[dict[str, Any]]:
    """Every object of the tree; a stack of our own, since trees are deeper than Python's."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)


def _note(node: dict[str, Any], asked: Asked) -> None:
    kind = str(node.get("type", ""))  # an object where a cast names its type
    if kind == "BASE_TABLE":
        asked.tables.append(tuple(node["qualified_name"]["path"]))
    elif kind == "TABLE_FUNCTION":
        asked.table_functions.add(_function_name(node["function"]))
    elif kind == "SHOW_REF":
        _note_listing(node, asked)
    elif node.get("class") == "FUNCTION":
        asked.functions.add(_function_name(node))
    elif kind.endswith("_NODE") and kind not in _QUERY_NODES:
        asked.writes.add(kind.split("_", maxsplit=1)[0].lower())
    for entry in (node.get("cte_map") or {}).get("map", ()):
        asked.queries.add(entry["key"].casefold())
    if kind in {"RECURSIVE_CTE_NODE", "CTE_NODE"}:
        asked.queries.add(str(node.get("ctename") or node.get("cte_name") or "").casefold())


def _function_name(node: dict[str, Any]) -> str:
    """The last part of the name: a function is the same function however its schema is given."""
    return str(node["function_name"]).casefold()


def _note_listing(node: dict[str, Any], asked: Asked) -> None:
    if node["show_type"] == "SHOW_SPECIAL" and not node["schema_name"]:
        asked.listings.add(str(node["table_name"]).strip('"').casefold())
    elif node["table_name"]:
        asked.tables.append(tuple(node["qualified_name"]["path"]))
    elif str(node["schema_name"]).casefold() not in {"", "main"}:
        asked.listings.add(f"tables from {node['schema_name']}")


def _read_by_sqlglot(sql: str) -> Asked:
    """A pivot over values of the data. Raises StatementRefused when sqlglot does not understand it."""
    import sqlglot
    from sqlglot import exp

    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    asked = Asked()
    try:
        trees = [sqlglot.parse_one(part, dialect="duckdb") for part in _parts(sql)]
    except (sqlglot.errors.SqlglotError, RecursionError):
        raise StatementRefused(
            "this pivot over the values of a column cannot be checked",
            hint="Name the values: `pivot ... on column in ('a', 'b')`",
        ) from None
    for tree in trees:
        if not isinstance(tree, exp.Pivot | exp.Query):
            asked.writes.add(sql.split(maxsplit=1)[0].lower())
        for node in tree.walk():
            _note_expression(node, asked)
    return asked


def _parts(sql: str) -> list[str]:
    """The pivot, and its order and limit as a query of its own: sqlglot reads a pivot without them only."""
    from sqlglot import TokenType, tokenize

    depth = 0
    for token in tokenize(sql, dialect="duckdb"):
        depth += (token.token_type == TokenType.L_PAREN) - (token.token_type == TokenType.R_PAREN)
        if depth == 0 and token.token_type in {TokenType.ORDER_BY, TokenType.LIMIT, TokenType.OFFSET}:
            return [sql[: token.start], f"select 1 {sql[token.start :]}"]
    return [sql]


def _note_expression(node: Any, asked: Asked) -> None:
    from sqlglot import exp

    if isinstance(node, exp.Table):
        if isinstance(node.this, exp.Func):
            asked.table_functions.add(_sqlglot_name(node.this))
        else:
            asked.tables.append(tuple(filter(None, (node.catalog, node.db, node.name))))
    elif isinstance(node, exp.CTE):
        asked.queries.add(node.alias.casefold())
    elif isinstance(node, exp.DML | exp.DDL | exp.Command) and not isinstance(node, exp.Query):
        asked.writes.add(type(node).__name__.lower())
    elif isinstance(node, exp.Func) and not isinstance(node.parent, exp.Table):
        asked.functions.add(_sqlglot_name(node))


def _sqlglot_name(function: Any) -> str:
    from sqlglot import exp

    name = function.name if isinstance(function, exp.Anonymous) else function.sql_name()
    return str(name).casefold()
