"""Append: write a batch under a temporary name, make it durable, then give it its name without overwriting.

A batch is seen whole or not at all. Writers share nothing but the folder, so any number of them need no lock.
"""

import hashlib
import os
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from benchmart.errors import EventError
from benchmart.event_log.durable import explained, make_folder, sync_folder, write_new_file
from benchmart.event_log.files import LogFile, new_batch_id, new_file
from benchmart.event_log.identity import event_ids
from benchmart.event_log.kind import Kind

INCOMING = ".incoming"
"""Folder of unfinished batches; what a killed writer leaves there was never acknowledged."""

_ROW_GROUP_ROWS = 20_000
_SMALL_BATCH_ROWS = 64
_HARDLY_COMPRESSIBLE_ROWS = 2
"""In pages of so few values, compression takes half of the time of an append and makes the file larger."""


@dataclass(frozen=True)
class Batch:
    """What an append made durable."""

    batch_id: str
    file: LogFile
    ids: pa.ChunkedArray
    """The event ids, in the order of the rows."""

    @property
    def event_ids(self) -> list[str]:
        """The ids as a list: for many events, it takes longer to make than to append them."""
        ids: list[str] = self.ids.to_pylist()
        return ids

    def __len__(self) -> int:
        return len(self.ids)


def append_table(root: Path, kind: Kind, submitted: pa.Table, ids: pa.Array | None = None) -> Batch:
    """Append the rows of `submitted` (columns of `kind.submitted`) as one batch; durable when it returns.

    `ids` are those that `event_ids` gives, for whoever has worked them out already.
    Raises EventError when the table does not fit the kind, LogError when the folder cannot be written.
    """
    table = _fitted(kind, submitted)
    batch_id, recorded_at = new_batch_id(), datetime.now(UTC)
    try:
        content, ids = _encoded(kind, table, ids, batch_id, recorded_at)
    except pa.ArrowInvalid as error:
        raise EventError(f"the events do not fit: {error}", where=kind.name) from error
    file = new_file(kind.name, recorded_at, batch_id, hashlib.sha256(content).hexdigest())
    temporary = root / INCOMING / f"{batch_id}.parquet"
    with explained(root, "append"):
        make_folder(temporary.parent)
        try:
            write_new_file(temporary, content)
            _publish(temporary, root, file)
        finally:
            with suppress(FileNotFoundError):
                temporary.unlink()
    return Batch(batch_id, file, ids)


def _fitted(kind: Kind, submitted: pa.Table) -> pa.Table:
    """The table with exactly the kind's columns, in order; absent nullable ones are added as nulls."""
    if submitted.num_rows == 0:
        raise EventError("no events to append", where=kind.name)
    unknown = set(submitted.column_names) - set(kind.submitted.names)
    if unknown:
        raise EventError(f"unknown columns {sorted(unknown)}", where=kind.name)
    if len(set(submitted.column_names)) < submitted.num_columns:
        raise EventError("a column is given twice", where=kind.name)
    table = submitted
    if not submitted.schema.equals(kind.submitted):
        columns = [_fitted_column(kind, submitted, field) for field in kind.submitted]
        table = pa.Table.from_arrays(columns, schema=kind.submitted)
    for name in _required(kind):
        if table.column(name).null_count:
            raise EventError(f"column {name} must not be null", where=kind.name)
    return table


def _required(kind: Kind) -> list[str]:
    return [field.name for field in kind.submitted if not field.nullable]


def _fitted_column(kind: Kind, submitted: pa.Table, field: pa.Field) -> pa.ChunkedArray:
    if field.name not in submitted.column_names:
        if not field.nullable:
            raise EventError(f"column {field.name} is missing", where=kind.name)
        return pa.chunked_array([pa.nulls(submitted.num_rows, field.type)])
    column = submitted.column(field.name)
    if column.type.equals(field.type):
        return column
    try:
        return column.cast(field.type)
    except pa.ArrowException as error:
        raise EventError(
            f"column {field.name} does not fit {field.type}: {error}", where=kind.name
        ) from error


def _encoded(
    kind: Kind, table: pa.Table, known_ids: pa.Array | None, batch_id: str, recorded_at: datetime
) -> tuple[pa.Buffer, pa.ChunkedArray]:
    """The bytes of the file and the event ids; compressed, a batch is small beside its table, so memory can hold it.

    Ids of the next row group are worked out while the one before is being encoded.
    """
    ids: list[pa.Array] = []
    sink = pa.BufferOutputStream()
    with _writer(sink, kind, table.num_rows) as writer, ThreadPoolExecutor(1) as encoder:
        written: Future[None] | None = None
        for start in range(0, table.num_rows, _ROW_GROUP_ROWS):
            rows = table.slice(start, _ROW_GROUP_ROWS)
            ids.append(event_ids(kind, rows) if known_ids is None else known_ids.slice(start, len(rows)))
            stamped = _stamped(kind, rows, ids[-1], batch_id, recorded_at)
            if written:
                written.result()
            if table.num_rows <= _ROW_GROUP_ROWS:
                writer.write_table(stamped)
            else:
                written = encoder.submit(writer.write_table, stamped)
        if written:
            written.result()
    return sink.getvalue(), pa.chunked_array(ids)


def _writer(sink: pa.BufferOutputStream, kind: Kind, row_count: int) -> pq.ParquetWriter:
    is_small = row_count <= _SMALL_BATCH_ROWS
    return pq.ParquetWriter(
        sink,
        kind.stored,
        compression="none" if row_count <= _HARDLY_COMPRESSIBLE_ROWS else "zstd",
        # Dictionaries and statistics pay for themselves over many rows only.
        use_dictionary=not is_small,
        write_statistics=not is_small,
        store_schema=False,
    )


def _stamped(kind: Kind, rows: pa.Table, ids: pa.Array, batch_id: str, recorded_at: datetime) -> pa.Table:
    """`rows` with the columns the log fills in."""
    stamps: dict[str, object] = {
        "kind": kind.name,
        "schema_version": kind.version,
        "recorded_at": recorded_at,
        "batch_id": batch_id,
    }
    columns = []
    for field in kind.stored:
        if field.name == "event_id":
            columns.append(ids)
        elif field.name in stamps:
            columns.append(pa.repeat(pa.scalar(stamps[field.name], field.type), rows.num_rows))
        else:
            columns.append(rows.column(field.name))
    return pa.Table.from_arrays(columns, schema=kind.stored)


def _publish(temporary: Path, root: Path, file: LogFile) -> None:
    """Give the finished file its name, never over another, and make the name durable."""
    final = file.below(root)
    make_folder(final.parent)
    os.link(temporary, final)
    # All three: another writer may have made the upper two, and not have got to this yet.
    for folder in (final.parent, final.parent.parent, root):
        sync_folder(folder)
