"""A process beside the browser: for questions that take more memory than a browser may, or load much."""

import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, TypeVarTuple

import duckdb

from benchmart.errors import BenchmartError
from tui.child import end_with_browser

Identity = tuple[int, int] | None
"""Of the file that a state is in: others are put in its place."""
_PROGRAM = "import sys; from tui.apart_process import main; main(*sys.argv[1:])"
_IDLE_SECONDS = 120.0
"""Without a question, after which the process ends and its memory is given back."""
T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class Apart:
    """The process: begun by the first question, ended by itself when nothing was asked for a while."""

    def __init__(self, home: Path, identity: Identity, idle_seconds: float = _IDLE_SECONDS) -> None:
        """Of one state of one home."""
        self._arguments = [str(home), repr(identity), str(idle_seconds)]
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._is_closed = False

    @property
    def is_there(self) -> bool:
        """Whether it runs."""
        return self._child is not None and self._child.poll() is None

    def ask(self, function: Callable[[duckdb.DuckDBPyConnection, *Ts], T], *arguments: *Ts) -> T:
        """What a function of a module answers over there, given a connection; one question at a time.

        Raises what it raises, and BenchmartError where the process ends before it answers.
        """
        with self._lock:
            child = self._running()
            try:
                pickle.dump((function, arguments), child.stdin)  # type: ignore[arg-type]  # it is a pipe
                child.stdin.flush()  # type: ignore[union-attr]
                is_answer, answer = pickle.load(child.stdout)  # type: ignore[arg-type]  # noqa: S301 -- from our own process
            except (EOFError, OSError, pickle.UnpicklingError):
                code = child.wait()
                raise BenchmartError(
                    f"the process that was asked ended with {code} before it answered", hint="Ask again"
                ) from None
        if not is_answer:
            raise answer
        return answer  # type: ignore[no-any-return]  # as the function says

    def stop(self) -> None:
        """End it, whatever it is doing; the next question begins another."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()

    def close(self) -> None:
        """End it for good."""
        self._is_closed = True
        self.stop()

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._is_closed:
            raise BenchmartError("another state is shown by now")
        if self._child is None or self._child.poll() is not None:
            self._child = subprocess.Popen(
                [sys.executable, "-c", _PROGRAM, *self._arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # the screen is the browser's
            )
            end_with_browser(self._child)
        return self._child
