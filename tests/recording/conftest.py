"""Helpers to look at what was recorded."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmart.config import Home
from benchmart.event_log.kind import Kind
from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import ENVIRONMENT_OBSERVED, RESULT_RECORDED

Rows = list[dict[str, Any]]


def _rows(home: Path, kind: Kind) -> Rows:
    rows = EventLog(Home(home).events).read(kind).to_pylist()
    maps = ("condition", "attributes", "packages")
    return [row | {name: dict(row[name] or ()) for name in maps if name in row} for row in rows]


@pytest.fixture(autouse=True)
def _closed_terminals_are_heard_of() -> Iterator[None]:
    """Also where the tests were started with nohup, whose programs, and what these start, rightly ignore SIGHUP."""
    earlier = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, earlier)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home."""
    return tmp_path / "home"


@pytest.fixture
def results(home: Path) -> Callable[[], Rows]:
    """The results in the log, with maps as dictionaries."""
    return lambda: _rows(home, RESULT_RECORDED)


@pytest.fixture
def ends(home: Path) -> Callable[[], Rows]:
    """What the log says of how runs ended."""
    return lambda: _rows(home, ENVIRONMENT_OBSERVED)


@pytest.fixture
def python(tmp_path: Path, home: Path) -> Callable[[str], subprocess.Popen[str]]:
    """Start a Python program with BENCHMART_HOME set to the home."""

    def _start(source: str) -> subprocess.Popen[str]:
        program = tmp_path / "program.py"
        program.write_text(source)
        return subprocess.Popen(
            [sys.executable, program],
            env={**os.environ, "BENCHMART_HOME": str(home)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return _start
