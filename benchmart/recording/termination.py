"""SIGTERM: store what was recorded first, then let happen what would have happened anyway."""

import os
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

_Previous = Callable[[int, FrameType | None], Any] | int | None


class Termination:
    """A handler of SIGTERM that comes before the one there was. Only the main thread can install it."""

    def __init__(
        self, is_busy: Callable[[], bool], *, go_on: Callable[[], None], end: Callable[[], None]
    ) -> None:
        """First, `end` is called where the signal ends the process, and `go_on` where somebody handles it.

        While `is_busy` says that the main thread is storing already, the signal waits for `resume`.
        """
        self._is_busy, self._go_on, self._end = is_busy, go_on, end
        self._previous: _Previous = None
        self._handler = self._handle
        """One object, because a bound method is another one each time it is asked for."""
        self._is_installed = False
        self._waiting: int | None = None

    def install(self) -> None:
        """Do nothing outside of the main thread, and where a handler is installed that Python cannot call."""
        if threading.current_thread() is not threading.main_thread():
            return
        self._previous = signal.getsignal(signal.SIGTERM)
        if self._previous is not None:
            signal.signal(signal.SIGTERM, self._handler)
            self._is_installed = True

    def restore(self) -> None:
        """Put the earlier handler back, unless somebody has installed another one since."""
        is_main = threading.current_thread() is threading.main_thread()
        if self._is_installed and is_main and signal.getsignal(signal.SIGTERM) is self._handler:
            signal.signal(signal.SIGTERM, self._previous)
            self._is_installed = False

    def resume(self) -> None:
        """Handle a signal that came while its handler could not store anything."""
        if self._waiting is not None and threading.current_thread() is threading.main_thread():
            number, self._waiting = self._waiting, None
            self._handle(number, None)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self._is_busy():
            self._waiting = number
            return
        try:
            (self._end if self._previous == signal.SIG_DFL else self._go_on)()
        finally:
            self._pass_on(number, frame)

    def _pass_on(self, number: int, frame: FrameType | None) -> None:
        if callable(self._previous):
            self._previous(number, frame)
        elif self._previous == signal.SIG_DFL:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            os.kill(os.getpid(), number)
