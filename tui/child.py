"""Commands of benchmart that a browser starts: apart from it, as they take memory and print."""

import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO

_running: set["subprocess.Popen[str] | subprocess.Popen[bytes]"] = set()
_PROGRAM = "from interfaces.cli.main import main; main()"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended."""

    exit_code: int
    output: str
    """What it printed as data."""
    told: str
    """The last of what it narrated; of a failure the error."""


def run_benchmart(
    arguments: Sequence[str],
    on_line: Callable[[str], None] = lambda _line: None,
    on_start: Callable[[subprocess.Popen[str]], None] = lambda _child: None,
) -> Outcome:
    """Run `benchmart` with these arguments to its end; `on_line` gets what it narrates, as it does.

    `on_start` gets the process, so that it can be stopped.
    """
    with subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as child:
        _running.add(child)
        on_start(child)
        output: list[str] = []
        reader = _reading(child.stdout, output)
        last = ""
        for line in child.stderr or ():
            if line.strip():
                last = line.rstrip()
                on_line(last)
        reader.join()
        _running.discard(child)
    return Outcome(child.returncode, "".join(output), last)


def end_with_browser(child: "subprocess.Popen[bytes]") -> None:
    """Have another process stopped with those that run; what has ended is forgotten."""
    _running.difference_update([each for each in _running if each.poll() is not None])
    _running.add(child)


def end_all() -> None:
    """Stop what still runs, as nobody waits for it: what it recorded stays, what it was building is not served."""
    for child in list(_running):
        child.terminate()


def _reading(stream: IO[str] | None, into: list[str]) -> threading.Thread:
    """Both streams are read at once, or a full one would keep the command waiting."""
    thread = threading.Thread(target=lambda: into.extend(stream or ()), daemon=True)
    thread.start()
    return thread
