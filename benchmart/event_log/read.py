"""Read batches back as Arrow tables, every file checked against its kind's schema."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmart.errors import LogCorrupted, LogError
from benchmart.event_log.files import LogFile, list_files
from benchmart.event_log.kind import Kind
from benchmart.event_log.schemas import KINDS

_HINT = "Restore this file from a copy of the log, or move it away; `benchmart log verify` lists every damaged file"


def read_kind(
    root: Path, kind: Kind, columns: Sequence[str] | None = None, rows: pc.Expression | None = None
) -> pa.Table:
    """All events of one kind, in the order of the file names; `columns` None means all, `rows` filters them.

    Raises LogCorrupted, naming the file, when one cannot be read.
    """
    chosen = kind.stored if columns is None else pa.schema([kind.stored.field(name) for name in columns])
    tables = list(_tables(root, list_files(root, kind.name), chosen, rows))
    return pa.concat_tables(tables) if tables else chosen.empty_table()


def _tables(
    root: Path, files: Sequence[LogFile], chosen: pa.Schema, rows: pc.Expression | None
) -> Iterator[pa.Table]:
    for file in files:
        yield read_file(root, file, chosen, rows)


def read_file(root: Path, file: LogFile, chosen: pa.Schema, rows: pc.Expression | None = None) -> pa.Table:
    """The columns `chosen` of one file; a nullable column the file does not have yet is null.

    Raises LogCorrupted when it cannot be read, LogError when a newer benchmart wrote it; both name the file.
    """
    path = file.below(root)
    try:
        parquet = pq.ParquetFile(path)
        present = set(parquet.schema_arrow.names)
        if missing := [field.name for field in chosen if not field.nullable and field.name not in present]:
            raise LogCorrupted(f"has no column {', '.join(missing)}", where=str(path), hint=_HINT)
        if "schema_version" in present:
            versions = parquet.read(columns=["schema_version"]).column(0)
            _check_version(file, pc.max(versions).as_py(), path)
        wanted = [name for name in chosen.names if name in present]
        table = pq.read_table(path, columns=wanted, filters=rows, partitioning=None)
        return _completed(table, chosen)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OSError) as error:
        raise LogCorrupted(f"cannot be read: {error}", where=str(path), hint=_HINT) from error


def count_rows(root: Path, file: LogFile) -> int:
    """How many events a file holds, from its footer."""
    path = file.below(root)
    try:
        return int(pq.read_metadata(path).num_rows)
    except (pa.ArrowInvalid, OSError) as error:
        raise LogCorrupted(f"cannot be read: {error}", where=str(path), hint=_HINT) from error


def _completed(table: pa.Table, chosen: pa.Schema) -> pa.Table:
    columns = [
        table.column(field.name).cast(field.type)
        if field.name in table.column_names
        else pa.chunked_array([pa.nulls(table.num_rows, field.type)])
        for field in chosen
    ]
    return pa.Table.from_arrays(columns, schema=chosen)


def _check_version(file: LogFile, version: int | None, path: Path) -> None:
    """Refuse a file written by a newer benchmart, whose columns may mean something else.

    Older versions need no step of their own: what a kind gained since is nullable, and null in their files.
    """
    known = KINDS[file.kind].version if file.kind in KINDS else None
    if known is not None and version is not None and version > known:
        raise LogError(
            f"{file.kind} version {version} is newer than this benchmart knows ({known})",
            where=str(path),
            hint="Upgrade benchmart",
        )
