"""Somebody's own statement, guarded and limited."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from benchmart.errors import StatementRefused
from benchmart.queries.rows import Rows, fetch
from benchmart.sql_guard import check_statement


def run_statement(
    connection: duckdb.DuckDBPyConnection, sql: str, *, limit: int | None, timeout_seconds: float
) -> Rows:
    """At most `limit` rows of one statement that only reads.

    Raises StatementRefused when it is not one, is wrong, or takes longer than `timeout_seconds`.
    """
    statement = check_statement(connection, sql)
    try:
        with _interrupted_after(connection, timeout_seconds):
            return fetch(connection, statement, limit=limit)
    except duckdb.InterruptException:
        raise StatementRefused(
            f"stopped after {timeout_seconds:g} s", hint="Narrow the statement, or raise --timeout"
        ) from None
    except duckdb.Error as error:
        raise StatementRefused(str(error).strip()) from error


@contextmanager
def _interrupted_after(connection: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    timer = threading.Timer(seconds, connection.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
