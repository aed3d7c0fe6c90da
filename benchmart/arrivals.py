"""What arrived in the log between two moments: the reason why marts differ."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from benchmart.event_log.files import LogFile
from benchmart.event_log.kind import ENVELOPE
from benchmart.event_log.read import count_rows, read_file
from benchmart.event_log.schemas import RESULT_RETRACTED

_LOOKED_AT = pa.schema([ENVELOPE.field(name) for name in ("recorded_at", "collector", "source_uri")])
_RETRACTION = pa.schema(
    [
        RESULT_RETRACTED.stored.field(name)
        for name in ("target_event_id", "action", "reason", "author", "recorded_at")
    ]
)


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch file that arrived."""

    file: str
    kind: str
    recorded_at: datetime
    event_count: int
    collectors: Sequence[str]
    source_count: int
    """Documents its events came from."""
    first_source: str | None


@dataclass(frozen=True, slots=True)
class Retraction:
    """What was said of a result."""

    target_event_id: str
    action: str
    """`retract`, or `restore`, which undoes it."""
    reason: str
    author: str | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Everything that arrived."""

    counts: Sequence[tuple[str, int, int]]
    """Kind of event, number of batches, number of events; by kind."""
    batches: Sequence[Batch]
    """The newest of them, the newest first."""
    retractions: Sequence[Retraction]
    """All of them, in order of time."""


def arrivals(root: Path, before: Collection[LogFile], after: Collection[LogFile], limit: int) -> Arrivals:
    """What is in the files of `after` and not in those of `before`; at most `limit` batches are looked into.

    Raises LogCorrupted when a file cannot be read.
    """
    # The name of a file begins with the time it was written.
    files = sorted(set(after) - set(before), key=lambda file: (file.name, file.kind), reverse=True)
    totals: dict[str, tuple[int, int]] = {}
    for file in files:
        batches, events = totals.get(file.kind, (0, 0))
        totals[file.kind] = batches + 1, events + count_rows(root, file)
    return Arrivals(
        counts=[(kind, *totals[kind]) for kind in sorted(totals)],
        batches=[_batch(root, file) for file in files[:limit]],
        retractions=sorted(
            (
                Retraction(**row)
                for file in files
                if file.kind == RESULT_RETRACTED.name
                for row in read_file(root, file, _RETRACTION).to_pylist()
            ),
            key=lambda each: each.recorded_at,
        ),
    )


def _batch(root: Path, file: LogFile) -> Batch:
    table = read_file(root, file, _LOOKED_AT)
    sources = sorted(uri for uri in table.column("source_uri").unique().to_pylist() if uri is not None)
    return Batch(
        file=file.relative,
        kind=file.kind,
        recorded_at=table.column("recorded_at")[0].as_py(),
        event_count=table.num_rows,
        collectors=sorted(table.column("collector").unique().to_pylist()),
        source_count=len(sources),
        first_source=sources[0] if sources else None,
    )
