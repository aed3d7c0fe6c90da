"""Run a command: its output passes through, its end is seen, and who wants to stop it reaches it."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import FrameType

_TAIL_BYTES = 4000
_READ_BYTES = 2**16
_GRACE_SECONDS = 10.0
"""Between asking a command that takes too long to end, and killing it."""
_LAST_OUTPUT_SECONDS = 2.0
"""What the command started may hold its output open for ever; after its end, nobody waits longer for that."""
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


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
    """The end of what it printed, stdout and stderr together."""

    @property
    def is_ok(self) -> bool:
        """Whether it ended by itself and without complaint: one that was stopped has not done all its work."""
        return self.exit_code == 0 and not self.is_timed_out and self.stopped_by is None


def run_command(command: Sequence[str], timeout_seconds: float | None) -> Ended:
    """Run it to its end. Raises OSError when it cannot be started.

    SIGINT and SIGTERM are passed on to it. After `timeout_seconds`, it and all it has started are ended.
    """
    with _signals_passed_on() as passing:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        passing.reach(process)
        tail = _Tail()
        pumps = [_pump(process.stdout, 1, tail), _pump(process.stderr, 2, tail)]
        limit = _Limit(process, timeout_seconds)
        process.wait()
        wall_seconds = time.perf_counter() - start
        limit.lift()
        last = time.monotonic() + _LAST_OUTPUT_SECONDS
        for pump in pumps:
            pump.join(max(last - time.monotonic(), 0))
        code = process.returncode
        return Ended(
            exit_code=code if code >= 0 else None,
            signal_number=-code if code < 0 else None,
            stopped_by=passing.last,
            is_timed_out=limit.is_passed,
            wall_seconds=wall_seconds,
            output_tail=tail.text,
        )


class _Tail:
    """The last bytes of what several threads add."""

    def __init__(self) -> None:
        self._bytes, self._lock = b"", threading.Lock()

    def add(self, data: bytes) -> None:
        with self._lock:
            self._bytes = (self._bytes + data)[-_TAIL_BYTES:]

    @property
    def text(self) -> str:
        with self._lock:
            return self._bytes.decode(errors="replace").replace("\0", "").strip()


def _pump(pipe: object, target: int, tail: _Tail) -> threading.Thread:
    """Copy everything to one of our own descriptors. A daemon, because it may never end."""
    source: int = pipe.fileno()  # type: ignore[attr-defined]
    thread = threading.Thread(target=_copy, args=(source, target, tail), daemon=True)
    thread.start()
    return thread


def _copy(source: int, target: int, tail: _Tail) -> None:
    is_listened_to = True
    while data := os.read(source, _READ_BYTES):
        tail.add(data)
        while data and is_listened_to:
            try:
                data = data[os.write(target, data) :]
            except OSError:
                # Nobody reads our output any more; the command's is read on, or it would wait for ever.
                is_listened_to = False


class _Passing:
    """Passes signals on to a process, those too that come while it is being started."""

    def __init__(self) -> None:
        self.last: int | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def reach(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        if self.last is not None:
            process.send_signal(self.last)

    def handle(self, number: int, _: FrameType | None) -> None:
        self.last = number
        if self._process and not (number == signal.SIGINT and _is_at_terminal()):
            self._process.send_signal(number)


def _is_at_terminal() -> bool:
    """Whether Ctrl-C comes from the terminal, which sends it to the command as well."""
    with suppress(OSError, AttributeError):
        return os.tcgetpgrp(sys.__stdin__.fileno()) == os.getpgrp()  # type: ignore[union-attr]
    return False


@contextmanager
def _signals_passed_on() -> Iterator[_Passing]:
    """Outside of the main thread, where no handler can be installed, nothing is passed on."""
    passing = _Passing()
    earlier = {}
    if threading.current_thread() is threading.main_thread():
        earlier = {number: signal.signal(number, passing.handle) for number in _SIGNALS}
    try:
        yield passing
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)


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
