"""Run a command: its output passes through, its end is seen, and who wants to stop it reaches it."""

import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from collectors.commands.output import Output
from collectors.commands.passing import signals_passed_on

_GRACE_SECONDS = 10.0
"""Between asking a command that takes too long to end, and killing it."""
_LOOK_SECONDS = 0.1
"""Between two looks whether a signal has come."""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    exit_code: int | None
    """None when a signal ended it."""
    signal_number: int | None
    stopped_by: int | None
    """The signal that asked for its end through this process; None when nobody did."""
    is_timed_out: bool
    wall_seconds: float
    output_tail: str
    """The end of what it printed, of stdout and then of stderr."""

    @property
    def is_ok(self) -> bool:
        """Whether it ended by itself and without complaint: one that was stopped has not done all its work."""
        return self.exit_code == 0 and not self.is_timed_out and self.stopped_by is None


def run_command(command: Sequence[str], timeout_seconds: float | None) -> Ended:
    """Run it to its end. Raises OSError when it cannot be started.

    Signals are passed on to it. After `timeout_seconds`, it and all it has started are ended.
    """
    with signals_passed_on() as passing:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        passing.reach(process)
        output = Output(process)
        limit = _Limit(process, timeout_seconds)
        wall_seconds = _end_of(process) - start
        limit.lift()
        tail = output.finish(lambda: passing.is_hurried)
        code = process.returncode
        return Ended(
            exit_code=code if code >= 0 else None,
            signal_number=-code if code < 0 else None,
            stopped_by=passing.asked_to_end,
            is_timed_out=limit.is_passed,
            wall_seconds=wall_seconds,
            output_tail=tail,
        )


def _end_of(process: subprocess.Popen[bytes]) -> float:
    """Moment of its end, by `time.perf_counter`.

    Another thread waits, because a signal that comes just before a wait without limit begins does not interrupt it:
    Python would handle it when the command has ended, and so never pass it on.
    """
    moments = []

    def wait() -> None:
        process.wait()
        moments.append(time.perf_counter())

    waiter = threading.Thread(target=wait, daemon=True)
    waiter.start()
    while waiter.is_alive():
        waiter.join(_LOOK_SECONDS)
    return moments[0]


class _Limit:
    """Ends a process and all it has started when it takes too long."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: float | None) -> None:
        self.is_passed = False
        self._process, self._ended = process, threading.Event()
        self._timer = threading.Timer(seconds, self._pass) if seconds else None
        if self._timer:
            self._timer.daemon = True
            self._timer.start()

    def lift(self) -> None:
        """Call when the process has ended; returns when nothing of it is left."""
        self._ended.set()
        if self._timer:
            self._timer.cancel()
            self._timer.join()

    def _pass(self) -> None:
        import psutil

        if self._ended.is_set():
            return
        self.is_passed = True
        with suppress(psutil.NoSuchProcess):
            parent = psutil.Process(self._process.pid)
            family = [*parent.children(recursive=True), parent]
            _each(family, psutil.Process.terminate)
            self._ended.wait(_GRACE_SECONDS)
            _each(family, psutil.Process.kill)


def _each(family: Sequence[object], action: Callable[..., None]) -> None:
    import psutil

    for process in family:
        with suppress(psutil.Error):
            action(process)
