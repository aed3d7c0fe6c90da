"""Random keys and resizes, always the same for a seed: what breaks, what hangs, and whether memory grows.

python benchmarks/browser/random_keys.py HOME [--seconds 3600] [--seed 1]
"""

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean

from terminal import Terminal

_KEYS = (
    *(bytes([code]) for code in range(0x20, 0x7F) if chr(code) != "q"),
    *(
        b"\x1b[A",
        b"\x1b[B",
        b"\x1b[C",
        b"\x1b[D",
        b"\x1b[5~",
        b"\x1b[6~",
        b"\x1b[H",
        b"\x1b[F",
        b"\x1b[15~",
        b"\x1bOP",
    ),
    *(
        b"\r",
        b"\t",
        b"\x1b[Z",
        b"\x7f",
        b"\x1b",
        b"\x10",
        b"\x0f",
        b"\x14",
        b"\x0a",
        b"\x1b[1;3D",
        b"\x1b[1;3C",
    ),
)
"""All but those that end it: letters, digits, signs, moves, enter, tab, escape, and ctrl with p, o, t and j."""
_DIGITS_SHARE, _ESCAPE_SHARE, _RESIZE_SHARE = 0.05, 0.08, 0.01
_SIZES = ((80, 24), (160, 48), (20, 5), (3, 2), (200, 60), (40, 100))
_ASKED_SIZES = ((100, 30), (160, 48))
_PAUSE_SECONDS = 0.02
_CLEARED_BYTES = 1 << 22
_LOOKED_AFTER_SECONDS, _ANSWERS_WITHIN_SECONDS = 30.0, 20.0
"""How often it is asked whether it still paints, and how long that may take: reads of all results are awaited."""

_STACKS_SECONDS = 1.0


@dataclass(slots=True)
class Told:
    """What came of it."""

    presses: int = 0
    sessions: int = 0
    exceptions: int = 0
    hangs: int = 0
    """How often nothing was painted, whatever was pressed."""
    first_error: str = ""
    memory: list[list[int]] = field(default_factory=list)
    """Of each session, bytes every half a minute."""

    @property
    def memory_gained(self) -> float:
        """Bytes of the longest session: the mean of its last tenth, less that of the second."""
        longest = max(self.memory, key=len)
        tenth = max(1, len(longest) // 10)
        return mean(longest[-tenth:]) - mean(longest[tenth : 2 * tenth] or longest[:1])

    def __str__(self) -> str:
        """In a few lines."""
        longest = max(self.memory, key=len)
        return (
            f"{self.presses:,} keys, sessions: {self.sessions}, exceptions: {self.exceptions}, hangs: {self.hangs}\n"
            f"memory in MiB, every {_LOOKED_AFTER_SECONDS:g} s of the longest: "
            f"{' '.join(str(each >> 20) for each in longest)}\n"
            f"from its second tenth to its last: {self.memory_gained / 2**20:+.0f} MiB"
        )


def press_random_keys(home: Path, seconds: float, folder: Path, seed: int) -> Told:
    """In a copy of the home, as some keys write; in a folder of its own, as export writes files."""
    copy = folder / "home"
    shutil.copytree(home, copy, symlinks=True)
    os.environ["XDG_STATE_HOME"] = str(folder / "state")
    work = folder / "work"
    work.mkdir()
    told, chance, before = Told(), random.Random(seed), Path.cwd()
    os.chdir(work)
    try:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            _session(copy, deadline, chance, told)
    finally:
        os.chdir(before)
    return told


def _session(home: Path, deadline: float, chance: random.Random, told: Told) -> None:
    """Until the time is up, or the program ends or hears nothing more."""
    told.sessions += 1
    errors = home.parent / f"errors-{told.sessions}.txt"
    watched = [sys.executable, str(Path(__file__).with_name("watched.py")), str(errors)]
    with Terminal([*watched, "tui", "overview", "--home", str(home)]) as terminal:
        terminal.wait_for(b"models")
        terminal.settle()
        memory = [terminal.memory_bytes()]
        told.memory.append(memory)
        looked = time.monotonic()
        while time.monotonic() < deadline:
            if chance.random() < _RESIZE_SHARE:
                terminal.resize(*chance.choice(_SIZES))
            terminal.press(_key(chance))
            told.presses += 1
            while terminal.read(_PAUSE_SECONDS):
                pass
            if terminal.has_ended():
                told.exceptions += 1
                found = errors.read_text(encoding="utf-8") if errors.exists() else "it ended without a word"
                told.first_error = told.first_error or found
                print(found, file=sys.stderr, flush=True)
                return
            if time.monotonic() - looked > _LOOKED_AFTER_SECONDS:
                looked = time.monotonic()
                memory.append(terminal.memory_bytes())
                if not _paints(terminal):
                    told.hangs += 1
                    print(f"nothing is painted after {told.presses:,} keys", file=sys.stderr)
                    print(_where(terminal, errors), file=sys.stderr, flush=True)
                    return
            if len(terminal.seen) > _CLEARED_BYTES:
                terminal.seen = b""


def _paints(terminal: Terminal) -> bool:
    """Whether another size is answered by frames, as it is on any screen; the size before comes back."""
    for size in _ASKED_SIZES:
        terminal.seen = b""
        terminal.resize(*size)
        deadline = time.monotonic() + _ANSWERS_WITHIN_SECONDS
        while not terminal.has_painted() and time.monotonic() < deadline:
            terminal.read(_PAUSE_SECONDS)
        if not (terminal.has_painted() or terminal.has_ended()):
            return False
    return True


def _where(terminal: Terminal, file: Path) -> str:
    """What each thread of a program that hangs is at."""
    terminal.send_signal(signal.SIGUSR1)
    time.sleep(_STACKS_SECONDS)
    return file.read_text(encoding="utf-8") if file.exists() else ""


def _key(chance: random.Random) -> bytes:
    """Mostly any key; screens and escape often, so that all is reached."""
    number = chance.random()
    if number < _DIGITS_SHARE:
        return str(chance.randrange(10)).encode()
    if number < _DIGITS_SHARE + _ESCAPE_SHARE:
        return b"\x1b"
    return chance.choice(_KEYS)


def main() -> None:
    """Press, and say what came of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("home", type=Path)
    parser.add_argument("--seconds", type=float, default=3600.0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        told = press_random_keys(asked.home, asked.seconds, Path(folder) / "random", asked.seed)
    print(told)
    sys.exit(1 if told.exceptions or told.hangs else 0)


if __name__ == "__main__":
    main()
