"""What the log does not hold yet: told apart by event id, gathered, and appended in large batches."""

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import pyarrow as pa
import pyarrow.compute as pc

from benchmart.errors import EventError, LogError
from benchmart.event_log.events import Event, to_table
from benchmart.event_log.identity import event_ids
from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import DOCUMENT_IMPORTED, Kind

_BATCH_ROWS = 200_000
_BATCH_BYTES = 2**28
"""Of Arrow memory; quarantined documents are large."""


class Novelty:
    """Takes events, drops those known to the log or seen before in this import, and appends the rest."""

    def __init__(self, log: EventLog, *, dry_run: bool) -> None:
        self._log = log
        self._dry_run = dry_run
        self._known: set[str] = set()
        self._waiting: dict[Kind, _Pile] = {}

    def expect(self, digests: Iterable[str]) -> None:
        """Ask the log what it holds of these documents. To be called before their events are kept.

        Raises LogError when the log cannot be read.
        """
        try:
            self._known |= self._log.known_ids(set(digests))
        except OSError as error:
            reason = os.strerror(error.errno or 0)
            hint = "Choose another folder with --home or BENCHMART_HOME"
            raise LogError(f"cannot be read: {reason}", where=str(self._log.root), hint=hint) from error

    def keep(self, events: Sequence[Event]) -> int:
        """Keep the new ones among `events`; returns how many they are.

        Raises EventError, and keeps nothing, when an event does not fit its kind.
        """
        return sum(self._keep_table(kind, table) for kind, table in _tables(events))

    def flush(self) -> None:
        """Append everything that waits; that a file was imported is said after what it held is durable."""
        for kind in sorted(self._waiting, key=lambda kind: kind is DOCUMENT_IMPORTED):
            self._append(kind, self._waiting.pop(kind))

    def _keep_table(self, kind: Kind, table: pa.Table) -> int:
        places = []
        for place, event_id in enumerate(event_ids(kind, table).to_pylist()):
            if event_id not in self._known:
                self._known.add(event_id)
                places.append(place)
        if not places:
            return 0
        self._wait(kind, table if len(places) == len(table) else table.take(places))
        return len(places)

    def _wait(self, kind: Kind, table: pa.Table) -> None:
        if self._dry_run:
            return
        pile = self._waiting.setdefault(kind, _Pile())
        pile.add(table)
        if pile.rows >= _BATCH_ROWS or pile.size >= _BATCH_BYTES:
            if kind is DOCUMENT_IMPORTED:
                self.flush()
            else:
                self._append(kind, self._waiting.pop(kind))

    def _append(self, kind: Kind, pile: "_Pile") -> None:
        self._log.append_table(kind, pa.concat_tables(pile.tables).combine_chunks())


class _Pile:
    """Tables of one kind that wait, and how much they are together: adding one costs the same however many wait."""

    def __init__(self) -> None:
        self.tables: list[pa.Table] = []
        self.rows = 0
        self.size = 0
        """Bytes of Arrow memory."""

    def add(self, table: pa.Table) -> None:
        self.tables.append(table)
        self.rows += len(table)
        self.size += table.nbytes


def _tables(events: Sequence[Event]) -> list[tuple[Kind, pa.Table]]:
    """One table a kind. Raises EventError when an event does not fit its kind, whatever is wrong with it."""
    by_kind = [list(members) for _, members in groupby(sorted(events, key=_kind_name), key=_kind_name)]
    tables = []
    for members in by_kind:
        kind = members[0].kind
        try:
            table = to_table(members)
        except (AttributeError, TypeError, ValueError) as error:
            raise EventError(f"{type(error).__name__}: {error}", where=kind.name) from error
        if empty := [name for field in kind.submitted for name in _lacking(field, table.column(field.name))]:
            raise EventError(f"{', '.join(empty)} must not be empty", where=kind.name)
        tables.append((kind, table))
    return tables


def _lacking(field: pa.Field, values: pa.Array) -> Iterator[str]:
    """Names of the fields, here and inside, that must have a value and do not."""
    if values.null_count and not field.nullable:
        yield field.name
    if pa.types.is_list(field.type):
        yield from _lacking(field.type.value_field.with_name(field.name), pc.list_flatten(values))
    if pa.types.is_struct(field.type):
        for inner in field.type:
            yield from (
                f"{field.name}.{name}" for name in _lacking(inner, pc.struct_field(values, inner.name))
            )


def _kind_name(event: Event) -> str:
    return event.kind.name
