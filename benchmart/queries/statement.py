"""Somebody's own statement, guarded and limited."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn

import duckdb
import pyarrow as pa

from benchmart.queries.rows import Rows
from benchmart.sql_guard import Statement, check_statement
from benchmart.sql_limits import Clock, Limits, refusal

_CHUNK_ROWS = 2_048
_BATCH_ROWS = 65_536


class _Counting:
    """Counts what is given of an answer, up to a limit."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, statement: Statement, clock: Clock, limit: int | None
    ) -> None:
        self.row_count = 0
        """Rows given so far."""
        self.is_truncated = False
        """Whether there were more rows than asked for; known at the end."""
        self._connection = connection
        self._marts = statement.marts
        self._clock = clock
        self._limit = limit

    @property
    def seconds(self) -> float:
        """Time in DuckDB so far."""
        return self._clock.spent

    @contextmanager
    def _watched(self) -> Iterator[None]:
        with _refusing(self._connection, self._marts), self._clock.running():
            yield

    def _counted(self, count: int) -> int:
        """How many of the next `count` rows are given."""
        given = count if self._limit is None else min(count, self._limit - self.row_count)
        self.row_count += given
        self.is_truncated = given < count
        return given


class Answer(_Counting):
    """The rows that a statement answers with, fetched as they are needed, once."""

    def __init__(
        self, cursor: duckdb.DuckDBPyConnection, statement: Statement, clock: Clock, limit: int | None
    ) -> None:
        """`cursor` has run the statement; at most `limit` rows are given."""
        super().__init__(cursor, statement, clock, limit)
        self.columns = tuple(column[0] for column in cursor.description or ())

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """The rows, a few thousand at a time from DuckDB. Raises StatementRefused when a limit is met."""
        return (row for chunk in self._chunks() for row in chunk)

    def table(self) -> Rows:
        """All rows at once."""
        rows = list(self.rows())
        return Rows(self.columns, rows, self.is_truncated)

    def _chunks(self) -> Iterator[list[tuple[Any, ...]]]:
        while not self.is_truncated:
            with self._watched():
                # One more than is wanted tells whether there are more.
                left = _CHUNK_ROWS if self._limit is None else self._limit - self.row_count + 1
                chunk = self._connection.fetchmany(min(_CHUNK_ROWS, left))
            if not chunk:
                return
            yield chunk[: self._counted(len(chunk))]


class ArrowAnswer(_Counting):
    """The same as Arrow record batches."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        reader: pa.RecordBatchReader,
        statement: Statement,
        clock: Clock,
        limit: int | None,
    ) -> None:
        """`reader` gives the batches of the statement; at most `limit` rows are given."""
        super().__init__(connection, statement, clock, limit)
        self.schema: pa.Schema = reader.schema
        self._reader = reader

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The batches, one at a time from DuckDB. Raises StatementRefused when a limit is met."""
        while not self.is_truncated:
            with self._watched():
                batch = next(iter(self._reader), None)
            if batch is None:
                return
            yield batch.slice(0, self._counted(batch.num_rows))


@dataclass(frozen=True, slots=True)
class Asking:
    """How statements are asked."""

    limit: int | None = None
    """Most rows to give."""
    limits: Limits = field(default_factory=Limits)
    """What one may take; memory and disk are limited by how the connection was opened."""
    when_stuck: Callable[[str], NoReturn] | None = None
    """See `Clock`."""


def ask(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    parameters: Mapping[str, Any] | None = None,
    asking: Asking | None = None,
) -> Answer:
    """Start one statement that only reads; `$name` in it stands for a parameter.

    Raises StatementRefused when it is not one, is wrong, or meets a limit.
    """
    asking = asking or Asking()
    statement = check_statement(connection, sql)
    clock = Clock(connection, asking.limits.seconds, asking.when_stuck)
    with _refusing(connection, statement.marts), clock.running():
        cursor = connection.execute(statement.text, parameters or None)
    return Answer(cursor, statement, clock, asking.limit)


def ask_for_batches(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    parameters: Mapping[str, Any] | None = None,
    asking: Asking | None = None,
) -> ArrowAnswer:
    """The same for those who want Arrow; a warehouse's text, numbers and times stay what they are."""
    asking = asking or Asking()
    statement = check_statement(connection, sql)
    clock = Clock(connection, asking.limits.seconds, asking.when_stuck)
    with _refusing(connection, statement.marts), clock.running():
        relation = connection.sql(statement.text, params=parameters or None)
        reader = relation.to_arrow_reader(_BATCH_ROWS)
    return ArrowAnswer(connection, reader, statement, clock, asking.limit)


def run_statement(
    connection: duckdb.DuckDBPyConnection, sql: str, *, limit: int | None, timeout_seconds: float
) -> Rows:
    """At most `limit` rows of one statement that only reads.

    Raises StatementRefused when it is not one, is wrong, or takes longer than `timeout_seconds`.
    """
    return ask(connection, sql, asking=Asking(limit, Limits(seconds=timeout_seconds))).table()


@contextmanager
def _refusing(connection: duckdb.DuckDBPyConnection, marts: frozenset[str]) -> Iterator[None]:
    try:
        yield
    except (duckdb.Error, MemoryError) as error:
        raise refusal(connection, error, marts) from error
