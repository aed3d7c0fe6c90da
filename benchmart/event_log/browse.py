"""Look at single events: the newest ones, or one by its id."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from benchmart.errors import UsageError
from benchmart.event_log.files import LogFile
from benchmart.event_log.kind import Kind
from benchmart.event_log.log import EventLog
from benchmart.event_log.read import count_rows, read_file
from benchmart.event_log.schemas import KINDS

_ID_DIGITS = 32
_SUBJECT_COLUMNS = (
    "subject",
    "device",
    "os_name",
    "target_event_id",
    "target_run_id",
    "reason",
    "judged_collector",
)
"""What an event is about: the first of these its kind has."""
_OUTCOME_COLUMNS = ("status", "action", "verdict", "format")


def newest_events(log: EventLog, kind: str | None, limit: int) -> tuple[list[dict[str, Any]], int]:
    """The events recorded last, newest first, in short, and how many there are in all.

    Raises UsageError for an unknown kind, LogCorrupted when a file cannot be read.
    """
    if kind is not None and kind not in KINDS:
        raise UsageError(f"no kind {kind!r}", hint=f"The kinds are: {', '.join(KINDS)}")
    files = sorted(_known_files(log, kind), key=lambda file: file.name, reverse=True)
    events: list[dict[str, Any]] = []
    for file in files:
        if len(events) >= limit:
            break
        events.extend(_in_short(log, file)[: limit - len(events)])
    return events, sum(count_rows(log.root, file) for file in files)


def find_event(log: EventLog, event_id: str) -> dict[str, Any]:
    """The one event whose id begins with these digits, with all its columns.

    Raises UsageError when there is none, or when there are several.
    """
    wanted = event_id.lower().replace("-", "")
    if not wanted or len(wanted) > _ID_DIGITS or set(wanted) - set("0123456789abcdef"):
        raise UsageError(
            f"{event_id!r} is not an event id", hint="An id has 32 hexadecimal digits; the first suffice"
        )
    found: dict[str, dict[str, Any]] = {}
    for file in _known_files(log, None):
        table = read_file(
            log.root, file, KINDS[file.kind].stored, pc.starts_with(pc.field("event_id"), wanted)
        )
        found.update({row["event_id"]: row for row in _rows(table)})
    if len(found) > 1:
        raise UsageError(f"{len(found)} events begin with {event_id}", hint="Give more digits")
    if not found:
        raise UsageError(f"no event {event_id}", where=str(log.root))
    return next(iter(found.values()))


def _known_files(log: EventLog, kind: str | None) -> list[LogFile]:
    return [file for file in log.files(kind) if file.kind in KINDS]


def _in_short(log: EventLog, file: LogFile) -> list[dict[str, Any]]:
    """The events of one file, the last first."""
    kind = KINDS[file.kind]
    names = ["event_id", "kind", "recorded_at", "collector", "source_uri"]
    subject, outcome = _first(kind, _SUBJECT_COLUMNS), _first(kind, _OUTCOME_COLUMNS)
    chosen = dict.fromkeys([*names, *filter(None, (subject, outcome))])
    table = read_file(log.root, file, pa.schema([kind.stored.field(name) for name in chosen]))
    return [
        {name: row[name] for name in names} | {"what": row.get(subject), "outcome": row.get(outcome)}
        for row in reversed(table.to_pylist())
    ]


def _first(kind: Kind, names: tuple[str, ...]) -> str:
    return next((name for name in names if name in kind.stored.names), "")


def _rows(table: pa.Table) -> Iterator[dict[str, Any]]:
    """Rows with maps as dictionaries."""
    maps = [field.name for field in table.schema if pa.types.is_map(field.type)]
    for row in table.to_pylist():
        yield row | {name: dict(row[name] or ()) for name in maps}
