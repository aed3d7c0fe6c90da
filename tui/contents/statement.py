"""What a statement of the person answers."""

import duckdb

from benchmart.queries.statement import run_statement
from tui.contents.content import Content, Section

MOST_ROWS = 10_000
_SECONDS = 60.0


def statement(connection: duckdb.DuckDBPyConnection, sql: str, most: int = MOST_ROWS) -> Content:
    """At most so many rows. Raises StatementRefused."""
    found = run_statement(connection, sql, limit=most, timeout_seconds=_SECONDS)
    total = None if found.is_truncated else len(found.rows)
    return Content("sql", [Section("answer", "Answer", found.columns, found.rows, total, "no rows")])
