"""What a query answers with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb


@dataclass(frozen=True, slots=True)
class Rows:
    """A table: names of the columns, and the rows in order."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]
    is_truncated: bool = False
    """Whether there were more rows than asked for."""

    def as_dicts(self) -> list[dict[str, Any]]:
        """One dictionary a row."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def fetch(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    parameters: Mapping[str, Any] | Sequence[Any] | None = None,
    limit: int | None = None,
) -> Rows:
    """Run one statement; at most `limit` rows of it."""
    cursor = connection.execute(sql, parameters or None)
    columns = tuple(column[0] for column in cursor.description or ())
    if limit is None:
        return Rows(columns, cursor.fetchall())
    rows = cursor.fetchmany(limit + 1)
    return Rows(columns, rows[:limit], len(rows) > limit)
