"""What a statement may take: time, memory, room on disk. Each end is announced with its reason."""

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import NoReturn

import duckdb

from benchmart.errors import StatementRefused
from benchmart.sql_hints import column_hint, columns_by_mart, in_short

_MIB = 2**20
_GRACE_SECONDS = 5.0
"""How long after an interrupt a statement may go on: one value that takes long to make cannot be interrupted."""
_AGAIN_SECONDS = 0.1
_LEAST_SPACE_BYTES = 2**30
_SPACE_BYTES_PER_THREAD = 2**27
"""What a thread reserves without using it: stack and arena."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one statement may take."""

    seconds: float = 60.0
    """Time in DuckDB; what printing and writing take is not counted."""
    memory_bytes: int = 2**31
    """Memory of DuckDB's operators; sorts, joins and groups beyond it go to disk."""
    disk_bytes: int = 4 * 2**30
    """Room for what does not fit into memory."""

    def settings(self) -> str:
        """The statements that set them; to be run before the configuration is locked."""
        return (
            f"set memory_limit = '{self.memory_bytes // _MIB}MiB';"
            f" set max_temp_directory_size = '{self.disk_bytes // _MIB}MiB'"
        )


class Clock:
    """Stops a connection when its time is up. Only the time inside `running` counts."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        seconds: float,
        when_stuck: Callable[[str], NoReturn] | None = None,
    ) -> None:
        """`when_stuck` is called from another thread with the reason when an interrupt has no effect."""
        self._connection = connection
        self._seconds = seconds
        self._left = seconds
        self._when_stuck = when_stuck

    @property
    def spent(self) -> float:
        """Seconds counted so far."""
        return self._seconds - self._left

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count the time of the block, and interrupt the connection when none is left."""
        ended = threading.Event()
        watch = threading.Thread(target=self._interrupt, args=[ended], daemon=True)
        stuck = threading.Timer(self._left + _GRACE_SECONDS, self._tell_stuck)
        stuck.daemon = True
        start = monotonic()
        watch.start()
        stuck.start()
        try:
            yield
        except duckdb.InterruptException:
            raise self._too_slow() from None
        finally:
            ended.set()
            stuck.cancel()
            # An interrupt that came late would stop the next statement.
            watch.join()
            self._left -= monotonic() - start

    def _interrupt(self, ended: threading.Event) -> None:
        """Again and again: one that comes before the statement has begun to run is forgotten by DuckDB."""
        wait = max(self._left, 0.0)
        while not ended.wait(wait):
            self._connection.interrupt()
            wait = _AGAIN_SECONDS

    def _tell_stuck(self) -> None:
        if self._when_stuck:
            self._when_stuck(str(self._too_slow()))

    def _too_slow(self) -> StatementRefused:
        return StatementRefused(
            f"stopped after {self._seconds:g} s", hint="Narrow the statement, or raise --timeout"
        )


def refusal(
    connection: duckdb.DuckDBPyConnection, error: duckdb.Error | MemoryError, marts: frozenset[str]
) -> StatementRefused:
    """DuckDB's error as a refusal that says what to do."""
    message = in_short(str(error))
    if isinstance(error, duckdb.OutOfMemoryException | MemoryError):
        on_disk = "max_temp_directory_size" in message
        what = "the room on disk for what does not fit into memory is used up" if on_disk else "out of memory"
        return StatementRefused(what, hint="Narrow the statement, aggregate earlier, or raise --memory")
    if isinstance(error, duckdb.BinderException):
        hinted = column_hint(message, marts, columns_by_mart(connection))
        if hinted:
            return StatementRefused(hinted[0], hint=hinted[1])
    return StatementRefused(message)


def bound_address_space(limits: Limits) -> None:
    """Let this process take no more than its statement may, twice over: a refusal is better than a full machine.

    DuckDB does not count single values, and a list of a billion numbers is one. Where the system has no such limit,
    nothing happens.
    """
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        import psutil

        taken = psutil.Process().memory_info().vms
        threads = (os.cpu_count() or 1) * _SPACE_BYTES_PER_THREAD
        wanted = taken + threads + 2 * max(limits.memory_bytes, _LEAST_SPACE_BYTES)
        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        already = [each for each in (soft, hard) if each != resource.RLIM_INFINITY]
        resource.setrlimit(resource.RLIMIT_AS, (min([wanted, *already]), hard))
