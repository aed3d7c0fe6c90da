"""What the log does not hold yet: told apart by event id, gathered, and appended in large batches."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from benchmart.errors import EventError, LogError
from benchmart.event_log.events import Event
from benchmart.event_log.identity import event_ids
from benchmart.event_log.kind import Kind
from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import DOCUMENT_IMPORTED, RESULT_RECORDED, RESULT_RETRACTED
from benchmart.event_log.tables import to_table
from collectors.adapters.contract import EventTable
from collectors.adapters.document import run_id_of

_BATCH_ROWS = 200_000
_BATCH_BYTES = 2**28
"""Of Arrow memory; quarantined documents are large."""


@dataclass(frozen=True, slots=True)
class Part:
    """The events of one document."""

    events: Sequence[Event | EventTable]
    digests: Sequence[str] = ()
    """sha-256 of the document, then of what it was before it grew."""


class Novelty:
    """Takes events, drops those known to the log or seen before in this import, and appends the rest."""

    def __init__(self, log: EventLog, *, dry_run: bool) -> None:
        self._log = log
        self._dry_run = dry_run
        self._known: set[str] = set()
        self._given: set[str] = set()
        """Ids of the events of this import, new or known."""
        self._results: dict[tuple[str, str], list[str]] = {}
        """Ids of the results that the log holds, by document and path."""
        self._withdrawn: set[str] = set()
        """Results that are retracted."""
        self._settled: set[str] = set()
        """Results of which a person had the last word; an import does not take it back."""
        self._waiting: dict[Kind, _Pile] = {}

    def expect(self, digests: Iterable[str]) -> None:
        """Ask the log what it holds of these documents. To be called before their events are kept.

        Raises LogError when the log cannot be read.
        """
        try:
            known = self._log.known_events(set(digests))
        except OSError as error:
            reason = os.strerror(error.errno or 0)
            hint = "Choose another folder with --home or BENCHMART_HOME"
            raise LogError(f"cannot be read: {reason}", where=str(self._log.root), hint=hint) from error
        self._known.update(known.column("event_id").to_pylist())
        results = known.filter(pc.equal(known.column("kind"), RESULT_RECORDED.name))
        for one in results.to_pylist():
            self._results.setdefault((one["source_digest"], one["source_uri"]), []).append(one["event_id"])
        if pc.any(pc.equal(known.column("kind"), RESULT_RETRACTED.name)).as_py():
            self._hear_last_words()

    def _hear_last_words(self) -> None:
        told = self._log.read(RESULT_RETRACTED, ["recorded_at", "target_event_id", "action", "source_digest"])
        last = {one["target_event_id"]: one for one in told.sort_by("recorded_at").to_pylist()}
        self._settled = {target for target, one in last.items() if one["source_digest"] is None}
        self._withdrawn = {target for target, one in last.items() if one["action"] == "retract"}

    def superseded(self, digest: str, path: str) -> list[tuple[str, str]]:
        """Results to retract or to restore, as (id, action), once the events of this document at this path were kept.

        What the log holds of it and it does not give any more is retracted; what was, and it gives again, is restored.
        """
        held = self._results.get((digest, path), ())
        return [
            (one, "restore" if one in self._given else "retract")
            for one in held
            if one not in self._settled and (one in self._given) == (one in self._withdrawn)
        ]

    def keep(self, parts: Sequence[Part]) -> list[int]:
        """Keep the new ones among the events of each part; returns how many of each part they are.

        An event that the document gave already before it grew is not new.

        Raises EventError, and keeps nothing, when an event does not fit its kind.
        """
        tables = [table for owned in _owned(parts) for table in _checked(*owned)]
        new = np.zeros(len(parts), np.int64)
        for kind, owners, table in tables:
            was_there = self._were_there(kind, owners, table, parts)
            places = self._keep_table(kind, table, was_there)
            new += np.bincount(owners[places], minlength=len(parts))
        counts: list[int] = new.tolist()
        return counts

    def flush(self) -> None:
        """Append everything that waits; that a file was imported is said after what it held is durable."""
        for kind in sorted(self._waiting, key=lambda kind: kind is DOCUMENT_IMPORTED):
            self._append(kind, self._waiting.pop(kind))

    def _were_there(
        self, kind: Kind, owners: npt.NDArray[np.int64], table: pa.Table, parts: Sequence[Part]
    ) -> npt.NDArray[np.bool_]:
        """Shape (rows,): which rows the log holds from before their document grew."""
        were_there = np.zeros(len(table), np.bool_)
        for owner in np.unique(owners).tolist():
            for earlier in parts[owner].digests[1:]:
                rows = np.flatnonzero(owners == owner)
                ids = event_ids(kind, _as_of(table.take(rows), parts[owner].digests[0], earlier))
                were_there[rows] |= np.array([one in self._known for one in ids.to_pylist()], np.bool_)
        return were_there

    def _keep_table(
        self, kind: Kind, table: pa.Table, was_there: npt.NDArray[np.bool_]
    ) -> npt.NDArray[np.int64]:
        """Keep the new rows; returns their numbers."""
        ids = event_ids(kind, table)
        texts: list[str] = ids.to_pylist()
        distinct = set(texts)
        if len(distinct) == len(texts) and self._known.isdisjoint(distinct) and not was_there.any():
            places = np.arange(len(texts))
        else:
            places = np.array([one for one in self._new_places(texts) if not was_there[one]], np.int64)
            ids, table = ids.take(places), table.take(places)
        self._known |= distinct
        self._given |= distinct
        if len(places):
            self._wait(kind, table, ids)
        return places

    def _new_places(self, ids: Sequence[str]) -> Iterator[int]:
        seen: set[str] = set()
        for place, event_id in enumerate(ids):
            if event_id not in self._known and event_id not in seen:
                seen.add(event_id)
                yield place

    def _wait(self, kind: Kind, table: pa.Table, ids: pa.Array) -> None:
        if self._dry_run:
            return
        pile = self._waiting.setdefault(kind, _Pile())
        pile.add(table, ids)
        if pile.rows >= _BATCH_ROWS or pile.size >= _BATCH_BYTES:
            if kind is DOCUMENT_IMPORTED:
                self.flush()
            else:
                self._append(kind, self._waiting.pop(kind))

    def _append(self, kind: Kind, pile: "_Pile") -> None:
        table = pa.concat_tables(pile.tables).combine_chunks()
        self._log.append_table(kind, table, pa.concat_arrays(pile.ids))


class _Pile:
    """Tables of one kind that wait, and how much they are together: adding one costs the same however many wait."""

    def __init__(self) -> None:
        self.tables: list[pa.Table] = []
        self.ids: list[pa.Array] = []
        self.rows = 0
        self.size = 0
        """Bytes of Arrow memory."""

    def add(self, table: pa.Table, ids: pa.Array) -> None:
        self.tables.append(table)
        self.ids.append(ids)
        self.rows += len(table)
        self.size += table.nbytes


def _as_of(table: pa.Table, digest: str, earlier: str) -> pa.Table:
    """The rows as they were, or would have been, when their document had another digest."""
    for name, now, then in (
        ("source_digest", digest, earlier),
        ("run_id", run_id_of(digest), run_id_of(earlier)),
    ):
        column = table.column(name)
        replaced = pc.if_else(pc.equal(column, now), then, column)
        table = table.set_column(table.schema.get_field_index(name), table.schema.field(name), replaced)
    return table


def _owned(
    parts: Sequence[Part],
) -> Iterator[tuple[Kind, npt.NDArray[np.int64], pa.Table]]:
    """Tables of all events, with the number of the part that each row belongs to; loose events are put together.

    Raises EventError when an event does not fit its kind, whatever is wrong with it.
    """
    loose: dict[str, list[tuple[int, Event]]] = {}  # by name: a kind is slow to hash
    for owner, part in enumerate(parts):
        for event in part.events:
            if isinstance(event, EventTable):
                yield event.kind, np.full(len(event), owner), event.table
            else:
                loose.setdefault(event.kind.name, []).append((owner, event))
    for name, owned in loose.items():
        owners, events = zip(*owned, strict=True)
        try:
            table = to_table(events)
        except (AttributeError, TypeError, ValueError) as error:
            raise EventError(f"{type(error).__name__}: {error}", where=name) from error
        yield events[0].kind, np.array(owners, np.int64), table


def _checked(
    kind: Kind, owners: npt.NDArray[np.int64], table: pa.Table
) -> Iterator[tuple[Kind, npt.NDArray[np.int64], pa.Table]]:
    """Raises EventError when something is empty that must not be."""
    if not table.schema.equals(kind.submitted):
        raise EventError("a table with other columns", where=kind.name)
    table = table.combine_chunks()
    if empty := [
        name for field in kind.submitted for name in _lacking(field, _only(table.column(field.name)))
    ]:
        raise EventError(f"{', '.join(empty)} must not be empty", where=kind.name)
    if len(table):
        yield kind, owners, table


def _only(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks else pa.nulls(0, column.type)


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
