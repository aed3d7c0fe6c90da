"""Publish: the build file and the served file change places, and what was built is noted beside them.

Readers see the state before or the state after, whole. One that has the old file open keeps it until it closes it.
"""

import hashlib
import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmart.config import Home
from benchmart.event_log.files import list_files


@dataclass(frozen=True)
class State:
    """What a served file was built from."""

    log_digest: str
    project_digest: str
    served: tuple[int, int, int]
    """Inode, size and time of change of the file: another file in its place is noticed."""


def log_digest(log_files: Iterable[str]) -> str:
    """sha-256 over the names of batch files, which carry digests of their contents."""
    return hashlib.sha256("\n".join(sorted(log_files)).encode()).hexdigest()


def is_current(home: Home, project_digest: str) -> bool:
    """Whether the served file was built by this project from the log as it stands now."""
    state = _read_state(home)
    if state is None or state.project_digest != project_digest or state.served != _identity(home.warehouse):
        return False
    return state.log_digest == log_digest(file.relative for file in list_files(home.events))


def publish(home: Home, log_files: Iterable[str], project_digest: str) -> None:
    """Serve the build file, which nobody may have open, and keep the old one to build on next time.

    Killed in between, it leaves the served file whole and at most a build file missing.
    """
    retired = home.workshop / "retired.duckdb"
    with suppress(FileNotFoundError):
        retired.unlink()
    # Without it (nothing is served yet, or the file system has no hard links) the next build copies.
    with suppress(OSError):
        os.link(home.warehouse, retired)
    home.build_file.replace(home.warehouse)
    with suppress(FileNotFoundError):
        retired.replace(home.build_file)
    state = State(log_digest(log_files), project_digest, _identity(home.warehouse))
    _write_state(home.state, state)


def _identity(path: Path) -> tuple[int, int, int]:
    """Zeros when there is no such file."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return (0, 0, 0)
    return (status.st_ino, status.st_size, status.st_mtime_ns)


def _read_state(home: Home) -> State | None:
    try:
        document = json.loads(home.state.read_text(encoding="utf-8"))
        return State(**document | {"served": tuple(document["served"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _write_state(path: Path, state: State) -> None:
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(asdict(state)), encoding="utf-8")
    temporary.replace(path)
