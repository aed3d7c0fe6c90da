"""What a command prints goes on to our own output, and its end is kept."""

import fcntl
import os
import select
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Callable, Iterator
from typing import IO

_TAIL_BYTES = 4000
_READ_BYTES = 2**16
_LAST_OUTPUT_SECONDS = 2.0
"""What the command started may hold its output open for ever; after its end, nobody listens longer to that."""
_LOOK_SECONDS = 0.1


class Output:
    """Passes stdout and stderr of a command on while it runs."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._printed, self._complained = _Tail(), _Tail()
        self._ended, self._end = os.pipe()
        self._pumps = [
            threading.Thread(target=_copy, args=(pipe, self._ended, target, tail), daemon=True)
            for pipe, target, tail in (
                (process.stdout, 1, self._printed),
                (process.stderr, 2, self._complained),
            )
            if pipe is not None
        ]
        for pump in self._pumps:
            pump.start()

    def finish(self, is_hurried: Callable[[], bool]) -> str:
        """Call once the command has ended; returns the end of what it printed: of stdout, then of stderr.

        Two pipes do not tell which of two words came first, so neither may push the other out.
        What it wrote itself is passed on however slowly our output is read, unless somebody is in a hurry.
        """
        os.close(self._end)
        for pump in self._pumps:
            while pump.is_alive() and not is_hurried():
                pump.join(_LOOK_SECONDS)
        if not any(pump.is_alive() for pump in self._pumps):
            os.close(self._ended)
        return _together(self._printed.last, self._complained.last)


class _Tail:
    """The last bytes of what a thread adds; another may look meanwhile."""

    def __init__(self) -> None:
        self.last = b""

    def add(self, data: bytes) -> None:
        self.last = (self.last + data)[-_TAIL_BYTES:]


def _together(printed: bytes, complained: bytes) -> str:
    """Both, each with half of the room, and with what the other leaves of its half."""
    half = _TAIL_BYTES // 2
    complaint = complained[-max(half, _TAIL_BYTES - len(printed) - 1) :]
    rest = printed[-max(half - 1, _TAIL_BYTES - len(complaint) - 1) :]
    return "\n".join(filter(None, (_text(rest), _text(complaint))))


def _text(data: bytes) -> str:
    return data.decode(errors="replace").replace("\0", "").strip()


def _copy(pipe: IO[bytes], ended: int, target: int, tail: _Tail) -> None:
    """Takes the pipe and not its number, because that would be another file's once the pipe is closed."""
    is_listened_to = True
    for data in _pieces(pipe.fileno(), ended):
        tail.add(data)
        rest = memoryview(data)
        while rest and is_listened_to:
            try:
                rest = rest[os.write(target, rest) :]
            except OSError:
                # Nobody reads our output any more; the command's is read on, or it would wait for ever.
                is_listened_to = False


def _pieces(source: int, ended: int) -> Iterator[bytes]:
    """All that comes until nobody can write any more, or until a while after the command's end."""
    poll = select.poll()
    poll.register(source, select.POLLIN)
    poll.register(ended, select.POLLIN)
    while ended not in dict(poll.poll()):
        data = os.read(source, _READ_BYTES)
        if not data:
            return
        yield data
    yield from _last_pieces(source)


def _last_pieces(source: int) -> Iterator[bytes]:
    """What lay in the pipe when the command ended, and for a while what others write who have it still."""
    poll = select.poll()
    poll.register(source, select.POLLIN)
    left = struct.unpack("i", fcntl.ioctl(source, termios.FIONREAD, b"\0" * 4))[0]
    last = time.monotonic() + _LAST_OUTPUT_SECONDS
    while left > 0 or ((rest := last - time.monotonic()) > 0 and poll.poll(rest * 1000)):
        data = os.read(source, _READ_BYTES)
        if not data:
            return
        left -= len(data)
        yield data
