"""How fast the browser shows and answers, and what memory it takes, over a million results: `make bench-tui`.

The program runs in a terminal that wants to know the end of each frame (synchronized output), so that a key's time is
that to the last byte of the frame it changed. Frames stand beside those of a small table of textual's own in the same
terminal, starts beside the imports alone.

    python benchmarks/browser/bench_tui.py [--home FOLDER] [--events 1000000] [--random-seconds 60]
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from _events import result_events
from random_keys import press_random_keys
from terminal import Terminal, browser_command

from benchmart.build import build
from benchmart.config import Home
from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import RESULT_RECORDED

_BATCH = 100_000
_STARTS = 5
_KEYS_A_SCREEN, _FEWEST_FRAMES = 40, 20
"""Keys pressed, and frames of them that are enough for a p95: where nothing moves, nothing is painted."""
_SLOWEST_SECONDS = 3.0
"""For a frame; a key without one by then moved nothing."""
_MOVES = (b"j", b"k", b"\x1b[B", b"\x1b[A", b"\x1b[C", b"\x1b[D", b"\x1b[6~", b"\x1b[5~")
_SEARCHES = (b"convnext", b"a100 bf16", b"in-house/ranker-1")
_MIB = 2**20
_SHOWN, _COUNTED = b" results by", re.compile(rb"[0-9] results by")
_PATIENCE_SECONDS = 30.0
_EMPTY_APP = """
from textual.app import App
from textual.widgets import DataTable
class Empty(App):
    def compose(self):
        yield DataTable(cursor_type="row")
    def on_mount(self):
        table = self.query_one(DataTable)
        table.add_columns(*"abcdefgh")
        for number in range(200):
            table.add_row(*[str(number)] * 8)
Empty().run()
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One number beside what it was to reach."""

    what: str
    measured: float | None
    """None for what could not be measured."""
    unit: str
    reach: float
    note: str = ""

    @property
    def is_reached(self) -> bool:
        """Whether it is at most what it was to be."""
        return self.measured is not None and self.measured <= self.reach

    def __str__(self) -> str:
        """As a row of the table."""
        cells = (
            self.what,
            "not measured" if self.measured is None else f"{self.measured:.3g} {self.unit}",
            f"{self.reach:g} {self.unit}",
            "reached" if self.is_reached else "" if self.measured is None else "missed",
            self.note.replace("\n", " ")[-200:],
        )
        return f"| {' | '.join(cells)} |"


def main() -> int:
    """Measure, print one table; 2 where a number was missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--home", type=Path, help="A built home; else one of --events results is made")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--random-seconds", type=float, default=60.0)
    parser.add_argument("--screens", default="", help="Only these, with commas between")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_STATE_HOME"] = str(Path(folder) / "state")  # else it begins where somebody left it
        home = asked.home or made_home(Path(folder) / "home", asked.events)
        print("| what | measured | reach | | |\n| --- | --- | --- | --- | --- |", flush=True)
        lines = []
        for line in measured(home, asked.screens, asked.random_seconds, Path(folder)):
            print(line, flush=True)
            lines.append(line)
    return 0 if all(line.is_reached for line in lines) else 2


def made_home(folder: Path, count: int) -> Path:
    """A home with so many results, built."""
    home = Home(folder)
    for number, start in enumerate(range(0, count, _BATCH)):
        EventLog(home.events).append_table(
            RESULT_RECORDED, result_events(min(_BATCH, count - start), seed=number)
        )
    build(home)
    return folder


def measured(home: Path, screens: str, random_seconds: float, folder: Path) -> Iterator[Line]:
    """All lines."""
    from tui.pages import PAGES

    yield from starts(home)
    names = screens.split(",") if screens else list(PAGES)
    with Terminal(browser_command(home, "overview")) as terminal:
        terminal.wait_for(b"models")
        terminal.settle()
        empty = statistics.median(empty_frames())
        for name in names:
            yield keys(terminal, name, list(PAGES).index(name), empty)
        yield filtered(terminal, list(PAGES).index("results"))
        yield Line("memory after all screens", terminal.memory_bytes() / _MIB, "MiB", 300)
        yield ranked(terminal, list(PAGES).index("select"))
        terminal.press(b"\x11")
    yield from random_keys(home, random_seconds, folder)


def starts(home: Path) -> Iterator[Line]:
    """From the command to data, and the part of it after imports: the same, less a start of the same imports."""
    times, imports = [], []
    for _ in range(_STARTS):
        with Terminal(browser_command(home, "overview")) as terminal:
            times.append(terminal.wait_for(b" models") - terminal.started)
            terminal.settle()
            memory = terminal.memory_bytes() / _MIB
        imports.append(
            timed([sys.executable, "-c", "import tui.app, tui.pages, duckdb, interfaces.cli.tui_command"])
        )
    total, loading = statistics.median(times), statistics.median(imports)
    yield Line(
        "first screen with data, from the command",
        total,
        "s",
        1,
        f"of {_STARTS}, imports {loading:.2f} s of it",
    )
    yield Line("first screen with data, after imports", (total - loading) * 1e3, "ms", 300)
    yield Line("memory on the first screen", memory, "MiB", 300)


def timed(command: Sequence[str]) -> float:
    """Seconds that a command takes."""
    start = time.perf_counter()
    subprocess.run(command, check=True)
    return time.perf_counter() - start


def empty_frames() -> list[float]:
    """The yardstick: frames of a small table of textual's own, in the same terminal."""
    with Terminal([sys.executable, "-c", _EMPTY_APP]) as terminal:
        terminal.settle(1.0)
        return [
            found for _ in range(_KEYS_A_SCREEN) if (found := terminal.frame_after(b"\x1b[B")) is not None
        ]


def keys(terminal: Terminal, name: str, at: int, empty: float) -> Line:
    """Moves on a screen, from key to painted frame."""
    if name == "compare":
        marked_results(terminal)
    else:
        show(terminal, at)
    times = []
    for number in range(_KEYS_A_SCREEN):
        painted = terminal.frame_after(_MOVES[number % len(_MOVES)], _SLOWEST_SECONDS)
        if painted is not None:
            times.append(painted)
        terminal.settle(0.1, 5.0)
    what = f"key to painted frame, {name}, p95"
    if len(times) < _FEWEST_FRAMES:
        return Line(what, None, "ms", 50, f"only {len(times)} of {_KEYS_A_SCREEN} keys painted")
    p95 = statistics.quantiles(times, n=20)[-1] * 1e3
    note = f"of {len(times)} keys that painted; median {statistics.median(times) * 1e3:.0f} ms;"
    return Line(what, p95, "ms", 50, f"{note} empty table {empty * 1e3:.0f} ms")


def show(terminal: Terminal, at: int) -> None:
    """The screen of this place, and nothing else: a digit would be typed into a line that has the keys."""
    terminal.press(b"\x1b")
    terminal.settle(0.5)
    terminal.press(str((at + 1) % 10).encode())
    terminal.settle(1.0, _PATIENCE_SECONDS)


def marked_results(terminal: Terminal) -> None:
    """Two results side by side: results are the third screen."""
    show(terminal, 2)
    for key in (b"m", b"m", b"c"):
        terminal.press(key)
        terminal.settle(1.0, _PATIENCE_SECONDS)


def ranked(terminal: Terminal, at: int) -> Line:
    """Memory once hardware was ranked for a model, which another process does."""
    show(terminal, at)
    terminal.seen = b""
    terminal.press(b"\r")
    terminal.wait_for(b"devices: ", _PATIENCE_SECONDS)
    terminal.settle()
    beside = terminal.memory_beside_bytes() / _MIB
    note = f"beside it a process of {beside:.0f} MiB, which ends when nothing is asked for 2 minutes"
    return Line("memory once hardware was ranked", terminal.memory_bytes() / _MIB, "MiB", 300, note)


def filtered(terminal: Terminal, at: int) -> Line:
    """A letter typed into the search of the results: to the frame with the rows that fit."""
    show(terminal, at)
    times = []
    for search in _SEARCHES:
        terminal.press(b"\x1b")  # a slash is a letter to the line that has the keys
        terminal.settle(0.5)
        terminal.press(b"/")
        terminal.settle(0.5)
        times += [found_after(terminal, bytes([letter])) for letter in search]
        for _ in search:
            terminal.press(b"\x7f")
        terminal.settle(0.4, 2.0)
    shown, counted = zip(*times, strict=True)
    p95, all_p95 = (statistics.quantiles(each, n=20)[-1] * 1e3 for each in (shown, counted))
    middle = statistics.median(shown) * 1e3
    note = (
        f"of {len(times)} letters, to the rows; median {middle:.0f} ms; p95 to their number {all_p95:.0f} ms"
    )
    return Line("filter as one types, p95", p95, "ms", 150, note)


def found_after(terminal: Terminal, key: bytes) -> tuple[float, float]:
    """Seconds from a key to the frame with the rows that fit, and to that with their number."""
    terminal.seen = b""
    pressed = terminal.press(key)
    shown = 0.0
    while not _COUNTED.search(terminal.seen):
        terminal.read(0.05)
        if not shown and _SHOWN in terminal.seen:
            shown = time.perf_counter() - pressed
        if time.perf_counter() - pressed > _PATIENCE_SECONDS:
            raise TimeoutError(f"no count was shown after {key!r}")
    counted = time.perf_counter() - pressed
    return shown or counted, counted


def random_keys(home: Path, seconds: float, folder: Path) -> Iterator[Line]:
    """Random keys and resizes: exceptions, hangs, and memory of the last tenth beside that of the second."""
    told = press_random_keys(home, seconds, folder / "random", seed=1)
    what = f"random keys and resizes, {seconds:g} s, {told.presses:,} keys, {told.sessions} sessions"
    yield Line(f"exceptions and hangs in {what}", told.exceptions + told.hangs, "", 0, told.first_error)
    yield Line(
        "memory gained in them, from the second tenth to the last", told.memory_gained / _MIB, "MiB", 50
    )


if __name__ == "__main__":
    sys.exit(main())
