"""`Run`: what a program records, in memory until the end, and in the log whatever the end is.

A batch is a file, and thousands of small files make every build slow: so events wait, and one batch a kind is appended
when the run ends, when `max_buffered` of them wait, when the last batch is a minute old, or when `flush` is called. A
forked process appends each of its events at once, because it may end without telling anybody.
"""

import atexit
import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from multiprocessing.util import Finalize
from types import TracebackType
from typing import Self, Unpack
from weakref import WeakSet

from benchmart import __version__
from benchmart.config import find_home
from benchmart.errors import BenchmartError, LogError, UsageError
from benchmart.event_log.durable import explained, make_folder
from benchmart.event_log.events import EnvironmentObserved, Event, Metric, ResultRecorded
from benchmart.event_log.files import new_batch_id
from benchmart.event_log.log import EventLog
from benchmart.recording.buffer import Buffer
from benchmart.recording.checks import Envelope, Metrics, Plain, ResultFields, as_metrics, checked_result
from benchmart.recording.environment import run_ended
from benchmart.recording.outcomes import ending_of
from benchmart.recording.termination import Termination

_open_runs: "WeakSet[Run]" = WeakSet()


class Run:
    """Records results of one program run; any thread may use it.

    `with Run(home) as run: run.record("resnet50", metrics={"latency_mean": (12.5, "millisecond")})`
    """

    def __init__(
        self,
        home: str | os.PathLike[str] | None = None,
        name: str | None = None,
        *,
        condition: Mapping[str, Plain] | None = None,
        attributes: Mapping[str, Plain] | None = None,
        collector: str = "recording",
        max_buffered: int = 5000,
        max_seconds: float = 60.0,
        handle_signals: bool = True,
        **shared: Unpack[ResultFields],
    ) -> None:
        """Open a run in `home` (default: as for every command); `condition`, `attributes` and fields go to each record.

        A record is stored with all that wait when they are `max_buffered`, or `max_seconds` after the last were stored.
        Raises LogError when nothing could be stored there: before the work is done, not after.
        """
        self.name = name
        self.run_id = new_batch_id()
        self.log = EventLog(find_home(home).events)
        self._condition, self._attributes = dict(condition or {}), dict(attributes or {})
        self._shared, self._collector = shared, collector
        self._max_buffered, self._max_seconds = max_buffered, max_seconds
        self._stored_at = time.monotonic()
        self._buffer, self._place = Buffer(), "record"
        self._count = self._kept = 0
        self._environment: EnvironmentObserved | None = None
        self._lock, self._holder = threading.RLock(), 0
        self._is_closed = self._is_forked = False
        _check_writable(self.log)
        self._termination = Termination(
            self._is_held_here,
            go_on=partial(self._tell_problems, None),
            end=partial(self._tell_problems, "terminated"),
        )
        if handle_signals:
            self._termination.install()
        self._forget_exits = _at_exit(partial(self._tell_problems, "not closed"))
        _open_runs.add(self)

    def record(
        self,
        subject: str,
        *,
        metrics: Metrics | None = None,
        status: str = "ok",
        basis: str | None = None,
        condition: Mapping[str, Plain] | None = None,
        attributes: Mapping[str, Plain] | None = None,
        occurred_at: datetime | None = None,
        **fields: Unpack[ResultFields],
    ) -> ResultRecorded:
        """Record one outcome of a model (or of a test, with `subject_kind="test"`); `occurred_at` None means now.

        Raises UsageError or EventError when it would not make a result, LogError when a full buffer cannot be stored.
        """
        result = checked_result(
            self._envelope(occurred_at),
            subject,
            status=status,
            basis=basis,
            metrics=metrics,
            condition=self._condition | dict(condition or {}),
            attributes=self._attributes | dict(attributes or {}),
            **{**self._shared, **fields},
        )
        self._keep(result)
        return result

    def record_test(
        self,
        name: str,
        status: str,
        *,
        duration_seconds: float | None = None,
        metrics: Metrics | None = None,
        condition: Mapping[str, Plain] | None = None,
        attributes: Mapping[str, Plain] | None = None,
        occurred_at: datetime | None = None,
        **fields: Unpack[ResultFields],
    ) -> ResultRecorded:
        """Record one outcome of a test; `status` may be the test tool's word, such as `passed` or `error`.

        The duration of a test that did not pass is an attribute: it says nothing of how long the test takes.
        """
        told = ending_of(status, duration_seconds, fields.get("basis_reason"))
        measured = [] if told.duration is None else [Metric("duration", "second", told.duration)]
        return self.record(
            name,
            status=told.status,
            metrics=[*measured, *as_metrics(name, metrics)],
            condition=condition,
            attributes={**told.attributes, **(attributes or {})},
            occurred_at=occurred_at,
            **(fields | ResultFields(subject_kind="test", basis_reason=told.basis_reason)),
        )

    def add(self, *events: Event) -> None:
        """Add events made elsewhere, such as those of `collectors.probes`; they get this run's id if they have none.

        An environment is stored when the run ends, together with how it ended.
        """
        for event in events:
            own = event if event.run_id else replace(event, run_id=self.run_id)
            if isinstance(own, EnvironmentObserved):
                Buffer().add(own)  # raises at once what would be raised at the end
                self._environment = own
            else:
                self._keep(own)

    def flush(self) -> None:
        """Append what waits. Raises LogError; it then still waits."""
        with self._alone():
            self._flush()

    def close(self, error: BaseException | None = None) -> None:
        """Append what waits and how the run ended; again, it does nothing.

        Raises LogError when the log cannot be written; it says where the events were kept instead.
        """
        is_clean = error is None or (isinstance(error, SystemExit) and not error.code)
        self._close("finished" if is_clean else "failed", None if is_clean else error)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.close(error)
        except BenchmartError as problem:
            if error is None:
                raise
            error.add_note(f"benchmart: what was recorded before is not in the log. {problem}")

    def _envelope(self, occurred_at: datetime | None) -> Envelope:
        with self._alone():
            self._count += 1
            number = self._count
        return Envelope(
            collector=self._collector,
            collector_version=__version__,
            run_id=self.run_id,
            occurred_at=occurred_at or datetime.now(UTC),
            # Makes equal results of one run two facts.
            source_locator=f"{self._place} {number}",
        )

    def _keep(self, event: Event) -> None:
        with self._alone():
            if self._is_closed:
                raise UsageError("the run is closed", where=self.name, hint="Record inside its `with` block")
            self._buffer.add(event)
            self._kept += 1
            if self._is_forked or self._is_time_to_store():
                self._flush()

    def _is_time_to_store(self) -> bool:
        waited_seconds = time.monotonic() - self._stored_at
        return len(self._buffer) >= self._max_buffered or waited_seconds >= self._max_seconds

    def _flush(self) -> None:
        self._buffer.flush(self.log)
        self._stored_at = time.monotonic()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other threads out, and a signal's handler waiting."""
        try:
            with self._lock:
                self._holder = threading.get_ident()
                try:
                    yield
                finally:
                    self._holder = 0
        finally:
            self._termination.resume()

    def _is_held_here(self) -> bool:
        return self._holder == threading.get_ident()

    def _close(self, outcome: str, error: BaseException | None = None) -> None:
        """What cannot be stored now, or is kept from it by another Ctrl-C, is tried again when the process ends."""
        try:
            with self._alone():
                was_closed, self._is_closed = self._is_closed, True
                try:
                    if not was_closed and not self._is_forked:
                        self._buffer.add(self._ended(outcome, error))
                finally:
                    self._flush_or_save()
        finally:
            if not self._buffer:
                self._termination.restore()
                self._forget_exits()
                _open_runs.discard(self)

    def _ended(self, outcome: str, error: BaseException | None) -> EnvironmentObserved:
        return run_ended(
            self._environment,
            run_id=self.run_id,
            collector=self._collector,
            name=self.name,
            outcome=outcome,
            error=error,
            records=self._kept,
        )

    def _flush_or_save(self) -> None:
        try:
            self._buffer.flush(self.log)
        except LogError as error:
            raise self._buffer.save(self.log, error) from error

    def _tell_problems(self, outcome: str | None) -> None:
        """Close, or without an outcome only flush, where nobody can catch what goes wrong."""
        try:
            if outcome is None:
                self.flush()
            else:
                self._close(outcome)
        except BenchmartError as error:
            with suppress(
                AttributeError, OSError, RuntimeError, ValueError
            ):  # it may be closed, or being written
                sys.stderr.write(f"benchmart: {error}\n")

    def _begin_in_child(self) -> None:
        """After a fork: what waits is the parent's to store, and a lock may be held by a thread that is not here."""
        self._lock, self._holder = threading.RLock(), 0
        self._buffer, self._is_forked = Buffer(), True
        self._place = f"process {os.getpid()} record"


def _at_exit(close: Callable[[], None]) -> Callable[[], None]:
    """Have it called when the process ends; call the answer to forget it.

    A child of multiprocessing may end without what `atexit` knows: it calls what its own registry has.
    """
    atexit.register(close)
    if multiprocessing.parent_process() is None:
        return partial(atexit.unregister, close)
    finalizer = Finalize(None, close, exitpriority=0)

    def forget() -> None:
        atexit.unregister(close)
        finalizer.cancel()

    return forget


def _check_writable(log: EventLog) -> None:
    with explained(log.root, "record"):
        make_folder(log.root)
        if not os.access(log.root, os.W_OK):
            raise PermissionError(13, "not writable")


def _begin_in_child() -> None:
    for run in list(_open_runs):
        run._begin_in_child()  # noqa: SLF001 - the hook is the class's own


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_in_child)
