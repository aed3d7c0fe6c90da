"""The served warehouse as a browser keeps it: open for as long as a person looks, whatever is built meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from benchmart.config import Home
from benchmart.connection import open_warehouse
from benchmart.sql_limits import Limits

_LIMITS = Limits(memory_bytes=192 * 2**20)
"""What does not fit goes to disk: a browser stays open for hours beside other work."""


class OpenWarehouse:
    """One state of the warehouse. Threads ask it through cursors of their own; builds are never kept waiting."""

    def __init__(self, home: Home) -> None:
        """Open what is served now. Raises WarehouseMissing."""
        self.home = home
        self._connection = open_warehouse(home, _LIMITS)
        self._identity = _identity_of(home)

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """For one thread."""
        cursor = self._connection.cursor()
        try:
            yield cursor
        finally:
            cursor.close()

    def is_outdated(self) -> bool:
        """Whether a newer state is served."""
        return _identity_of(self.home) != self._identity

    def close(self) -> None:
        """Let go of the file: DuckDB gives one process one state of it, until all its connections are closed."""
        self._connection.close()


def _identity_of(home: Home) -> tuple[int, int] | None:
    """Builds put another file in place of the served one."""
    try:
        told = home.warehouse.stat()
    except OSError:
        return None
    return told.st_ino, told.st_mtime_ns
