"""The real program in a terminal of ours: keys in, frames out, each with its time."""

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

_ASKS_FOR_FRAMES, _HAS_FRAMES = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
_FRAME_BEGIN, _FRAME_END = b"\x1b[?2026h", b"\x1b[?2026l"
"""A terminal that says it can gets each frame between these: contour's synchronized output."""
_MOST_BYTES = 1 << 20


class Terminal:
    """A program that believes it is looked at."""

    def __init__(self, command: Sequence[str], size: tuple[int, int] = (160, 48)) -> None:
        """Start it, `size` in columns and rows."""
        self.seen = b""
        """What it wrote since it was last cleared."""
        self.started = time.perf_counter()
        self._pid, self._screen = pty.fork()
        if self._pid == 0:
            os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
            os.execvp(command[0], list(command))
        self.resize(*size)

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it, however it is."""
        self.kill()

    def kill(self) -> None:
        """End it at once."""
        try:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self._pid, number)

    def resize(self, columns: int, rows: int) -> None:
        """Another size, of which it is told as by any terminal."""
        fcntl.ioctl(self._screen, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def press(self, keys: bytes) -> float:
        """Send keys; returns when."""
        os.write(self._screen, keys)
        return time.perf_counter()

    def read(self, seconds: float) -> bool:
        """Take what it writes within this time; whether there was something."""
        if not select.select([self._screen], [], [], seconds)[0]:
            return False
        try:
            got = os.read(self._screen, _MOST_BYTES)
        except OSError:
            return False
        tail = self.seen[1 - len(_ASKS_FOR_FRAMES) :]
        if _ASKS_FOR_FRAMES in tail + got:
            os.write(self._screen, _HAS_FRAMES)
        self.seen += got
        return bool(got)

    def wait_for(self, text: bytes, seconds: float = 60.0) -> float:
        """Until it has written a text; returns when. Raises TimeoutError."""
        deadline = time.perf_counter() + seconds
        while text not in self.seen:
            self.read(0.05)
            if time.perf_counter() > deadline:
                raise TimeoutError(f"{text!r} was not written within {seconds} s")
        return time.perf_counter()

    def settle(self, quiet: float = 0.3, most: float = 30.0) -> None:
        """Until it writes nothing any more."""
        deadline = time.perf_counter() + most
        while self.read(quiet) and time.perf_counter() < deadline:
            pass

    def frame_after(self, keys: bytes, seconds: float = 5.0) -> float | None:
        """Seconds from a key to the end of the next frame; None where nothing was painted."""
        self.seen = b""
        pressed = self.press(keys)
        while time.perf_counter() - pressed < seconds:
            if self.read(0.02) and _FRAME_END in self.seen:
                return time.perf_counter() - pressed
        return None

    def has_painted(self) -> bool:
        """Whether a whole frame is in what it wrote since that was last cleared."""
        return _FRAME_END in self.seen

    def memory_bytes(self) -> int:
        """Resident memory of the program."""
        return int(psutil.Process(self._pid).memory_info().rss)

    def memory_beside_bytes(self) -> int:
        """Resident memory of the processes that it began."""
        return sum(int(each.memory_info().rss) for each in psutil.Process(self._pid).children())

    def has_ended(self) -> bool:
        """Whether it is no more."""
        return not psutil.pid_exists(self._pid) or psutil.Process(self._pid).status() == psutil.STATUS_ZOMBIE

    def exit_code(self, seconds: float = 10.0) -> int | None:
        """How it ended; None while it runs."""
        deadline = time.perf_counter() + seconds
        while time.perf_counter() < deadline:
            self.read(0.05)
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
        return None


def browser_command(home: Path, *arguments: str) -> list[str]:
    """The command that shows this home."""
    import sys

    return [
        sys.executable,
        "-c",
        "from interfaces.cli.main import main; main()",
        "tui",
        *arguments,
        "--home",
        str(home),
    ]
