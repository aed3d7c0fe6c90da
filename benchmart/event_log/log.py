"""The event log as one object: append, read, verify, checkpoint."""

from collections.abc import Collection, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from benchmart.errors import EventError
from benchmart.event_log.append import Batch, append_table
from benchmart.event_log.events import Event
from benchmart.event_log.files import LogFile, list_files
from benchmart.event_log.identity import event_ids
from benchmart.event_log.kind import Kind
from benchmart.event_log.known import files_by_source, known_events
from benchmart.event_log.read import read_kind
from benchmart.event_log.tables import to_table
from benchmart.event_log.verify import Checkpoint, Verification, take_checkpoint, verify


class EventLog:
    """A folder of immutable batches. Any number of processes may append and read at once."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def append(self, events: Sequence[Event]) -> Batch:
        """Append events of one kind as one batch, all or nothing; durable when it returns."""
        return append_table(self.root, _kind_of(events), to_table(events))

    def append_table(self, kind: Kind, submitted: pa.Table, ids: pa.Array | None = None) -> Batch:
        """The same for a table with the columns of `kind.submitted`: the fast way for many events.

        `ids` are their event ids, for whoever has worked them out already.
        """
        return append_table(self.root, kind, submitted, ids)

    def event_ids(self, events: Sequence[Event]) -> list[str]:
        """The ids these events would get, or already have."""
        ids: list[str] = event_ids(_kind_of(events), to_table(events)).to_pylist()
        return ids

    def known_events(self, source_digests: Collection[str]) -> pa.Table:
        """Events that came from documents with these sha-256 digests: event_id, kind, source_uri, source_digest."""
        return known_events(self.root, source_digests)

    def files_by_source(self) -> dict[str, set[str]]:
        """For each document the log knows, by its sha-256, the files that hold something of it."""
        return files_by_source(self.root)

    def files(self, kind: str | None = None) -> list[LogFile]:
        """The batch files, of one kind or of all."""
        return list_files(self.root, kind)

    def read(
        self, kind: Kind, columns: Sequence[str] | None = None, rows: pc.Expression | None = None
    ) -> pa.Table:
        """All events of one kind as a table; `columns` and `rows` narrow it."""
        return read_kind(self.root, kind, columns, rows)

    def verify(self) -> Verification:
        """Name every file altered, removed, unreadable or added since the last checkpoint."""
        return verify(self.root)

    def checkpoint(self) -> Checkpoint:
        """Record the digest of every file."""
        return take_checkpoint(self.root)


def _kind_of(events: Sequence[Event]) -> Kind:
    if not events:
        raise EventError("no events to append")
    return events[0].kind
