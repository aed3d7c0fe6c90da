"""Somebody's own statement, guarded and limited."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn

import duckdb
import pyarrow as pa

from benchmart.queries.rows import Rows
from benchmart.sql_guard import Statement, check_statement
from benchmart.sql_limits import Clock, Limits, refusal

_CHUNK_ROWS = 2_048
_BATCH_ROWS = 65_536


class Answer:
    """What a statement answers with, fetched as it is needed: rows, or Arrow batches; once."""

    def __init__(
        self, cursor: duckdb.DuckDBPyConnection, statement: Statement, clock: Clock, limit: int | None
    ) -> None:
        """`cursor` has run the statement; at most `limit` rows are given."""
        self.columns = tuple(column[0] for column in cursor.description or ())
        self.marts = statement.marts
        self.row_count = 0
        """Rows given so far."""
        self.is_truncated = False
        """Whether there were more rows than asked for; known at the end."""
        self._cursor = cursor
        self._clock = clock
        self._limit = limit

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """The rows, a few thousand at a time from DuckDB. Raises StatementRefused when a limit is met."""
        return (row for chunk in self._chunks() for row in chunk)

    def table(self) -> Rows:
        """All rows at once."""
        rows = list(self.rows())
        return Rows(self.columns, rows, self.is_truncated)

    def batches(self) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
        """The schema, and the rows as record batches. Raises StatementRefused when a limit is met."""
        with self._watched():
            reader: pa.RecordBatchReader = self._cursor.to_arrow_reader(_BATCH_ROWS)
        return reader.schema, self._batches(reader)

    def _chunks(self) -> Iterator[list[tuple[Any, ...]]]:
        while not self.is_truncated:
            with self._watched():
                # One more than is wanted tells whether there are more.
                left = _CHUNK_ROWS if self._limit is None else self._limit - self.row_count + 1
                chunk = self._cursor.fetchmany(min(_CHUNK_ROWS, left))
            if not chunk:
                return
            yield chunk[: self._counted(len(chunk))]

    def _batches(self, reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
        while not self.is_truncated:
            with self._watched():
                batch = next(iter(reader), None)
            if batch is None:
                return
            yield batch.slice(0, self._counted(batch.num_rows))

    def _counted(self, rows: int) -> int:
        """How many of the next rows are given."""
        given = rows if self._limit is None else min(rows, self._limit - self.row_count)
        self.row_count += given
        self.is_truncated = given < rows
        return given

    @contextmanager
    def _watched(self) -> Iterator[None]:
        with _refusing(self._cursor, self.marts), self._clock.running():
            yield


def ask(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    limit: int | None = None,
    limits: Limits | None = None,
    when_stuck: Callable[[str], NoReturn] | None = None,
) -> Answer:
    """Start one statement that only reads; `$name` in it stands for a parameter.

    Raises StatementRefused when it is not one, is wrong, or meets a limit. Memory is limited by the connection.
    `when_stuck`: see `Clock`.
    """
    statement = check_statement(connection, sql)
    clock = Clock(connection, (limits or Limits()).seconds, when_stuck)
    with _refusing(connection, statement.marts), clock.running():
        cursor = connection.execute(statement.text, parameters or None)
    return Answer(cursor, statement, clock, limit)


def run_statement(
    connection: duckdb.DuckDBPyConnection, sql: str, *, limit: int | None, timeout_seconds: float
) -> Rows:
    """At most `limit` rows of one statement that only reads.

    Raises StatementRefused when it is not one, is wrong, or takes longer than `timeout_seconds`.
    """
    return ask(connection, sql, limit=limit, limits=Limits(seconds=timeout_seconds)).table()


@contextmanager
def _refusing(connection: duckdb.DuckDBPyConnection, marts: frozenset[str]) -> Iterator[None]:
    try:
        yield
    except (duckdb.Error, MemoryError) as error:
        raise refusal(connection, error, marts) from error
