"""The SQL guard: one statement, that only reads, over marts. Says what is refused and what to do instead.

DuckDB's own parser decides what a statement is, so nothing is refused for being unknown to another one; sqlglot names
the tables it asks for. What slips through does no harm: the connection is read-only and sees no other file.
"""

import duckdb
import sqlglot
from sqlglot import exp

from benchmart.errors import StatementRefused

_READING = frozenset({"SELECT", "EXPLAIN", "MULTI"})
"""Types of statements that only read; `PIVOT` comes as MULTI."""
_MART_SCHEMAS = frozenset({"", "main", "information_schema"})


def check_statement(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """The statement, without the semicolon at its end. Raises StatementRefused."""
    try:
        statements = connection.extract_statements(sql)
    except duckdb.Error as error:
        raise StatementRefused(f"not valid SQL: {error}") from error
    if len(statements) != 1:
        what = "there is no statement" if not statements else f"{len(statements)} statements"
        raise StatementRefused(what, hint="Give one statement at a time")
    kind = statements[0].type.name
    if kind not in _READING:
        raise StatementRefused(
            f"{kind.lower()} is not a query",
            hint="The warehouse is only read here; it is changed by `benchmart import`, `collect` and `build`",
        )
    _check_tables(connection, sql)
    return str(statements[0].query)


def _check_tables(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    try:
        tree = sqlglot.parse_one(sql, dialect="duckdb")
    except sqlglot.errors.SqlglotError:
        return
    for table in tree.find_all(exp.Table):
        if table.db.lower() not in _MART_SCHEMAS:
            marts = ", ".join(name for (name,) in connection.execute(_MARTS).fetchall())
            raise StatementRefused(
                f"{table.db}.{table.name} is not a mart",
                hint=f"The marts are: {marts}. Layers below them are for dbt, and change without notice",
            )


_MARTS = "select table_name from information_schema.tables where table_schema = 'main' order by table_name"
