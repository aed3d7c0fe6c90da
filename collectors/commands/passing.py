"""Signals that reach this process while a command runs are passed on to the command."""

import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
_OTHERS = (signal.SIGUSR1, signal.SIGUSR2)
"""Such as a batch system's warning that the time is nearly over: what they mean is the command's affair."""
_FROM_KEYBOARD = frozenset({signal.SIGINT, signal.SIGQUIT})


class Passing:
    """Passes signals on to a process, those too that come while it is being started."""

    def __init__(self) -> None:
        self.asked_to_end: int | None = None
        """The last signal that asked for the command's end."""
        self.is_hurried = False
        """Whether one came after its end."""
        self._process: subprocess.Popen[bytes] | None = None
        self._early: list[int] = []

    def reach(self, process: subprocess.Popen[bytes]) -> None:
        """From now on, this is the process."""
        self._process = process
        for number in self._early:
            process.send_signal(number)

    def handle(self, number: int, _: FrameType | None) -> None:
        """The handler of all of them."""
        if self._process is None:
            self._early.append(number)
        elif self._process.returncode is not None:
            self.is_hurried = self.is_hurried or number in _ENDING
            return
        elif not (number in _FROM_KEYBOARD and _is_at_terminal()):
            self._process.send_signal(number)
        if number in _ENDING:
            self.asked_to_end = number


def _is_at_terminal() -> bool:
    """Whether a key was pressed at the terminal, which sends the signal to the command as well."""
    with suppress(OSError):
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)  # stdin may be something else
        try:
            return os.tcgetpgrp(terminal) == os.getpgrp()
        finally:
            os.close(terminal)
    return False


@contextmanager
def signals_passed_on() -> Iterator[Passing]:
    """Outside of the main thread, where no handler can be installed, nothing is passed on.

    What is ignored stays ignored, because the command has to find it so (nohup).
    """
    passing = Passing()
    earlier = {}
    if threading.current_thread() is threading.main_thread():
        heard = [one for one in (*_ENDING, *_OTHERS) if signal.getsignal(one) not in (None, signal.SIG_IGN)]
        earlier = {number: signal.signal(number, passing.handle) for number in heard}
    try:
        yield passing
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)
