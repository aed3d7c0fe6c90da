"""The served warehouse as a browser keeps it: open for as long as a person looks, whatever is built meanwhile."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar, TypeVarTuple

import duckdb

from benchmart.config import Home
from benchmart.connection import open_warehouse
from benchmart.errors import BenchmartError, StatementRefused
from benchmart.sql_limits import Limits
from tui.apart import Apart, Identity

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

_LIMITS = Limits(memory_bytes=128 * 2**20)
"""What does not fit goes to disk, or to a process beside: a browser stays open for hours beside other work."""
_CLOSING_SECONDS = 10.0
"""For questions that are being answered, which are interrupted, to end."""


class Superseded(BenchmartError):
    """Another state of the warehouse is shown by now: whoever still reads of this one may stop."""


class OpenWarehouse:
    """One state of the warehouse. Threads ask it through cursors of their own; builds are never kept waiting."""

    def __init__(self, home: Home, limits: Limits = _LIMITS) -> None:
        """Open what is served now. Raises WarehouseMissing."""
        self.home = home
        self._connection = open_warehouse(home, limits)
        self.identity = _identity_of(home)
        self.apart = Apart(home.root, self.identity)
        """A process beside, for what takes more."""
        self._cursors: set[duckdb.DuckDBPyConnection] = set()
        self._changed = threading.Condition()
        self._is_open = True

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """For one thread. Raises Superseded when this state was let go of, before or meanwhile."""
        with self._changed:
            if not self._is_open:
                raise Superseded("another state is shown by now")
            cursor = self._connection.cursor()
            self._cursors.add(cursor)
        try:
            yield cursor
        except duckdb.InterruptException as error:
            if self._is_open:
                raise
            raise Superseded("another state is shown by now") from error
        finally:
            cursor.close()
            with self._changed:
                self._cursors.discard(cursor)
                self._changed.notify_all()

    def read(
        self,
        function: Callable[[duckdb.DuckDBPyConnection, *Ts], T],
        *arguments: *Ts,
        on_cursor: Callable[[duckdb.DuckDBPyConnection], object] = lambda _cursor: None,
    ) -> T:
        """What a function of a module answers, here or, where it does not fit into memory, from the process beside.

        `on_cursor` gets the cursor, so that it can be interrupted.
        """
        try:
            with self.cursor() as cursor:
                on_cursor(cursor)
                return function(cursor, *arguments)
        except (duckdb.OutOfMemoryException, StatementRefused) as error:
            if not does_not_fit(error):
                raise
        return self.read_apart(function, *arguments)

    def read_apart(self, function: Callable[[duckdb.DuckDBPyConnection, *Ts], T], *arguments: *Ts) -> T:
        """What a function of a module answers in the process beside. Raises Superseded as `cursor` does."""
        try:
            return self.apart.ask(function, *arguments)
        except BenchmartError as error:
            if self._is_open:
                raise
            raise Superseded("another state is shown by now") from error

    def is_outdated(self) -> bool:
        """Whether a newer state is served."""
        return _identity_of(self.home) != self.identity

    def close(self) -> None:
        """Let go of the file: DuckDB gives one process one state of it, until all its connections are closed."""
        with self._changed:
            self._is_open = False
            self.apart.close()
            for cursor in self._cursors:
                with suppress(duckdb.Error):
                    cursor.interrupt()
            self._changed.wait_for(lambda: not self._cursors, _CLOSING_SECONDS)
            self._connection.close()


def does_not_fit(error: Exception) -> bool:
    """Whether it needs more memory than a browser may take."""
    return isinstance(error.__cause__ or error, duckdb.OutOfMemoryException)


def _identity_of(home: Home) -> Identity:
    """Builds put another file in place of the served one."""
    try:
        told = home.warehouse.stat()
    except OSError:
        return None
    return told.st_ino, told.st_mtime_ns
