"""The warehouse as it stood at a moment: built from the events that had been recorded by then.

A moment is a choice of batch files, because a batch is recorded at once. The chosen files are linked into a home of
their own below the workshop and built there like any other, so nothing of a build has to know about moments, and the
served file is never touched. Homes are named after the files in them: moments between which nothing was recorded share
one.
"""

import os
import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from benchmart.build import build
from benchmart.build_file import usable
from benchmart.config import Home, project_folder
from benchmart.errors import UsageError
from benchmart.event_log.files import LogFile, list_files
from benchmart.event_log.kind import ENVELOPE
from benchmart.event_log.read import read_file
from benchmart.project import project_digest
from benchmart.publish import log_digest

KEPT = 4
"""Homes of moments that are kept; the ones used longest ago go first."""

_RECORDED_AT = pa.schema([ENVELOPE.field("recorded_at")])
_FOLDER = "as_of"
_NAME_DIGITS = 24


@dataclass(frozen=True)
class Past:
    """A home as it stood at a moment."""

    home: Home
    """Its events and warehouse; the ordinary home when nothing was recorded after the moment."""
    moment: datetime
    files: Sequence[LogFile]
    """The batch files recorded by then."""
    was_built: bool
    """Whether the warehouse had to be built, and was not there already."""


def recorded_by(root: Path, moment: datetime) -> list[LogFile]:
    """The batch files of the log at `root` that were recorded at or before `moment`.

    Folders are named after the UTC date of recording, so only files of that very date are looked into.
    """
    day = moment.astimezone(UTC).date()
    return [file for file in list_files(root) if _was_recorded(root, file, moment, day)]


def warehouse_at(home: Home, moment: datetime, before_building: Callable[[int], None] | None = None) -> Past:
    """The warehouse as it stood at `moment`, built when it is not there yet.

    What was known then is read by today's models and names. `before_building` is called with the number of batch files
    when a build is needed. Raises UsageError when nothing had been recorded by then, and what `build` raises.
    """
    present = list_files(home.events)
    files = recorded_by(home.events, moment)
    if not files:
        first = min((_recorded_at(home.events, file) for file in present), default=None)
        hint = f"The first event was recorded at {first:%Y-%m-%d %H:%M:%S} UTC" if first else None
        raise UsageError(f"nothing had been recorded by {moment:%Y-%m-%d %H:%M:%S} UTC", hint=hint)
    project = project_digest(project_folder())
    if len(files) == len(present) and _is_built(home, files, project):
        return Past(home, moment, files, was_built=False)
    past = Home(home.workshop / _FOLDER / _name(files, project))
    past.root.mkdir(parents=True, exist_ok=True)
    os.utime(past.root)
    if _is_built(past, files, project):
        return Past(past, moment, files, was_built=False)
    if before_building is not None:
        before_building(len(files))
    _link(home, past, files)
    _start_from_nearest(home, past, files, project)
    _make_room(past)
    build(past)
    # What is built on next time is a copy of this one; a moment is not built on.
    past.build_file.unlink(missing_ok=True)
    return Past(past, moment, files, was_built=True)


def export(past: Past, path: Path) -> None:
    """Copy its warehouse to `path`, whole or not at all. Raises UsageError when something is there already."""
    if path.exists():
        raise UsageError("is there already", where=str(path), hint="Remove it, or choose another name")
    unfinished = path.with_name(f".{path.name}.copy")
    try:
        shutil.copyfile(past.home.warehouse, unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _is_built(home: Home, files: Collection[LogFile], project: str) -> bool:
    """Whether the served file holds exactly these batches."""
    contents = usable(home, home.warehouse, project)
    return contents is not None and contents.log_files == {file.relative for file in files}


def _was_recorded(root: Path, file: LogFile, moment: datetime, day: date) -> bool:
    try:
        recorded_on = date.fromisoformat(file.date)
    except ValueError:
        # A folder that somebody named otherwise says nothing of the date.
        return _recorded_at(root, file) <= moment
    if recorded_on != day:
        return recorded_on < day
    return _recorded_at(root, file) <= moment


def _recorded_at(root: Path, file: LogFile) -> datetime:
    """When the batch was recorded: all its events at once. The latest, should they differ."""
    latest: datetime = pc.max(read_file(root, file, _RECORDED_AT).column(0)).as_py()
    return latest


def _name(files: Collection[LogFile], project: str) -> str:
    return log_digest([project, *(file.relative for file in files)])[:_NAME_DIGITS]


def _link(home: Home, past: Home, files: Sequence[LogFile]) -> None:
    """Lay out the log of the moment: links to the batch files, which are never changed."""
    for file in files:
        path = file.below(past.events)
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            path.symlink_to(file.below(home.events))


def _start_from_nearest(home: Home, past: Home, files: Collection[LogFile], project: str) -> None:
    """Go on from the warehouse of an earlier moment, so that only what came after it is worked on."""
    wanted = {file.relative for file in files}
    candidates = [
        (len(contents.log_files), other.warehouse)
        for other in (home, *_homes(home))
        if other != past
        and (contents := usable(other, other.warehouse, project))
        and contents.log_files <= wanted
    ]
    if candidates and not past.warehouse.exists():
        unfinished = past.root / ".copy"
        shutil.copyfile(max(candidates)[1], unfinished)
        unfinished.replace(past.warehouse)


def _homes(home: Home) -> Iterator[Home]:
    folder = home.workshop / _FOLDER
    if folder.is_dir():
        yield from (Home(path) for path in sorted(folder.iterdir()) if path.is_dir())


def _make_room(past: Home) -> None:
    """Remove what was used longest ago. Whoever has such a warehouse open keeps it until it is closed."""
    others = [path for path in past.root.parent.glob("*") if path.is_dir() and path != past.root]
    for path in sorted(others, key=lambda each: each.stat().st_mtime)[: max(0, len(others) - KEPT + 1)]:
        shutil.rmtree(path, ignore_errors=True)
