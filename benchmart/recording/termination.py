"""Signals that end a process: store what was recorded first, then let happen what would have happened anyway."""

import os
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

_Previous = Callable[[int, FrameType | None], Any] | int | None
_ENDING = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
"""SIGHUP comes when the terminal, or the connection to it, is closed. SIGINT is an exception in Python already."""


class Termination:
    """A handler of SIGTERM and SIGHUP that comes before those there were. Only the main thread can install it."""

    def __init__(
        self, is_busy: Callable[[], bool], *, go_on: Callable[[], None], end: Callable[[], None]
    ) -> None:
        """First, `end` is called where the signal ends the process, and `go_on` where somebody handles it.

        While `is_busy` says that the main thread is storing already, the signal waits for `resume`.
        """
        self._is_busy, self._go_on, self._end = is_busy, go_on, end
        self._previous: dict[int, _Previous] = {}
        self._handler = self._handle
        """One object, because a bound method is another one each time it is asked for."""
        self._waiting: int | None = None
        self.is_over = False
        """Whether nothing is to be stored any more."""

    def install(self) -> None:
        """Do nothing outside of the main thread, and for signals that are ignored or handled outside of Python.

        What is ignored ends nothing, and a program that this process starts must find it ignored too (nohup).
        """
        if threading.current_thread() is not threading.main_thread():
            return
        for number in _ENDING:
            previous = signal.getsignal(number)
            if previous not in (None, signal.SIG_IGN):
                self._previous[number] = previous
                signal.signal(number, self._handler)

    def restore(self) -> None:
        """Put the earlier handlers back, unless somebody has installed others since, which may still call this one."""
        self.is_over = True
        if threading.current_thread() is not threading.main_thread():
            return
        for number in self._previous:
            if signal.getsignal(number) is self._handler:
                signal.signal(number, self.last_needed(number))

    def resume(self) -> None:
        """Handle a signal that came while its handler could not store anything."""
        if self._waiting is not None and threading.current_thread() is threading.main_thread():
            number, self._waiting = self._waiting, None
            self._handle(number, None)

    def last_needed(self, number: int) -> _Previous:
        """The handler from before, without those that were put back in another order than they were installed."""
        earlier = self._earlier(number)
        return earlier.last_needed(number) if earlier and earlier.is_over else self._previous[number]

    def _earlier(self, number: int) -> "Termination | None":
        owner = getattr(self._previous[number], "__self__", None)
        return owner if isinstance(owner, Termination) else None

    def ends_process(self, number: int) -> bool:
        """Whether the signal, passed on, ends the process."""
        earlier = self._earlier(number)
        return earlier.ends_process(number) if earlier else self._previous[number] == signal.SIG_DFL

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self._is_busy():
            self._waiting = number
            return
        try:
            (self._end if self.ends_process(number) else self._go_on)()
        finally:
            self._pass_on(number, frame)

    def _pass_on(self, number: int, frame: FrameType | None) -> None:
        previous = self._previous[number]
        if callable(previous):
            previous(number, frame)
        elif previous == signal.SIG_DFL:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
