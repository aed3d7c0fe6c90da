"""Tables in CSV, JSON and Parquet: their columns, and where their rows begin."""

import csv
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from benchmart.errors import DocumentRejected
from collectors.adapters.document import Document
from collectors.adapters.mapping.line_breaks import joined_rows
from collectors.adapters.mapping.model import Layout
from collectors.adapters.rows import ArrowRows, CsvRows, ObjectRows, Rows

_HEAD_BYTES = 65_536
_MOST_HEADER_LINES = 10
"""Spreadsheets break the lines of long headers."""
_MOST_ROWS = 20_000_000
"""A Parquet file of a few bytes can hold any number of equal rows."""
_MAGIC = b"PAR1"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Table:
    """The columns, and the rows below them, which are read while they are asked for."""

    format: str
    columns: tuple[str, ...]
    rows: Rows


def columns_of(document: Document, layout: Layout) -> Iterator[tuple[str, ...]]:
    """The columns the document has, read as each of the layout's formats and delimiters; cheap, and never raises."""
    if document.data[:4] == _MAGIC:
        if "parquet" in layout.formats and (schema := _parquet_columns(document.data)):
            yield schema
        return
    if "json" in layout.formats and document.data.lstrip()[:1] in {b"[", b"{"}:
        if isinstance(first := _first_record(document, layout), dict):
            with suppress(RecursionError):
                yield tuple(_flat(first))
        return
    if "csv" in layout.formats:
        for delimiter in layout.delimiters:
            yield _csv_head(document, layout, delimiter)[0]


def read_table(document: Document, layout: Layout, wanted: tuple[str, ...]) -> Table:
    """The table, with the delimiter under which it has these columns.

    Raises DocumentRejected when it cannot be read, or a column stands there twice.
    """
    if document.data[:4] == _MAGIC:
        return _parquet(document.data)
    if "json" in layout.formats and document.data.lstrip()[:1] in {b"[", b"{"}:
        return _json(document, layout)
    for delimiter in layout.delimiters:
        columns, at_line = _csv_head(document, layout, delimiter)
        if set(wanted) <= set(columns) or delimiter == layout.delimiters[-1]:
            return Table("csv", _distinct(columns, at_line), _csv_rows(document, columns, at_line, delimiter))
    raise DocumentRejected("no delimiter")  # pragma: no cover - a layout has at least one


def _csv_rows(document: Document, columns: tuple[str, ...], at_line: int, delimiter: str) -> CsvRows:
    lines = document.data.removeprefix(_BYTE_ORDER_MARK).split(b"\n")
    joined = joined_rows(lines, at_line, delimiter) if b'"' in document.data else None
    return CsvRows(joined or lines, columns, at_line, delimiter, is_one_line_each=joined is None)


def _distinct(columns: tuple[str, ...], at_line: int = 1) -> tuple[str, ...]:
    if any("\r" in name for name in columns):
        hint = "End the lines with \\n or \\r\\n"
        raise DocumentRejected(
            "a carriage return inside the header", where=f"line {max(at_line, 1)}", hint=hint
        )
    if twice := sorted({name for name in columns if columns.count(name) > 1}):
        what = f"columns named twice: {', '.join(twice)}"
        raise DocumentRejected(what, where=f"line {max(at_line, 1)}", hint="Rename or remove one")
    return columns


def _csv_head(document: Document, layout: Layout, delimiter: str) -> tuple[tuple[str, ...], int]:
    """The columns, and the line they stand in; 0 when the names are given and the first line is a row."""
    head = document.data[:_HEAD_BYTES].removeprefix(_BYTE_ORDER_MARK).decode("utf-8", "replace").split("\n")
    comment = layout.comment
    skipped = 0
    while (
        comment and skipped < len(head) and (head[skipped].startswith(comment) or not head[skipped].strip())
    ):
        skipped += 1
    if layout.columns:
        return layout.columns, skipped
    if layout.is_header_commented and comment:
        commented = [
            (place, line) for place, line in enumerate(head[:skipped], 1) if line.startswith(comment)
        ]
        if commented:
            place, line = commented[-1]
            return _split_header(line.removeprefix(comment), delimiter), max(place, skipped)
    header, end = head[skipped] if skipped < len(head) else "", skipped + 1
    while header.count('"') % 2 and end < min(len(head), skipped + _MOST_HEADER_LINES):
        header, end = f"{header}\n{head[end]}", end + 1
    return _split_header(header, delimiter), end


def _split_header(line: str, delimiter: str) -> tuple[str, ...]:
    try:
        cells = next(csv.reader([line.rstrip("\r")], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return ()
    one_line = (" ".join(cell.split()) if "\n" in cell else cell.strip() for cell in cells)
    return tuple(cell or f"column {place}" for place, cell in enumerate(one_line, start=1))


def _records(document: Document, layout: Layout) -> list[Any] | None:
    """The list; one object is a list of one, unless it is so large that there must be more than a record in it."""
    value = document.json
    for key in layout.records:
        value = value.get(key) if isinstance(value, dict) else None
    if isinstance(value, dict) and value and len(document.data) <= _HEAD_BYTES:
        return [value]
    return value if isinstance(value, list) and value else None


def _first_record(document: Document, layout: Layout) -> Any:
    if document.json_error is None:
        return (_records(document, layout) or [None])[0]
    return None if layout.records else _object_in(document.first_line)


def _object_in(line: str | bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    """Objects inside are columns with a dot: `{"time": {"mean": 1}}` has the column `time.mean`."""
    flat: dict[str, Any] = {}
    for key, value in record.items():
        if isinstance(value, dict):
            flat |= {f"{key}.{inner}": below for inner, below in _flat(value).items()}
        else:
            flat[key] = value
    return flat


def _json(document: Document, layout: Layout) -> Table:
    records = _of_lines(document) if _is_in_lines(document, layout) else _of_list(document, layout)
    try:
        flat = [_flat(record) if isinstance(record, dict) else record for record in records.values()]
    except RecursionError:
        raise DocumentRejected("objects inside objects too deep", where=next(iter(records))) from None
    columns = tuple(dict.fromkeys(key for record in flat if isinstance(record, dict) for key in record))
    return Table("json", columns, ObjectRows(flat, columns, tuple(records)))


def _is_in_lines(document: Document, layout: Layout) -> bool:
    """Whether each line is an object; one object in one line is that too, because more may follow some day."""
    return (
        not layout.records
        and (document.json_error is not None or isinstance(document.json, dict))
        and _object_in(document.first_line) is not None
    )


def _of_lines(document: Document) -> dict[str, Any]:
    """The objects by their places; of a line that is none, its bytes."""
    lines = enumerate(document.data.removeprefix(_BYTE_ORDER_MARK).split(b"\n"), start=1)
    found = {f"line {number}": (_object_in(raw), raw) for number, raw in lines if raw and not raw.isspace()}
    return {where: raw if record is None else record for where, (record, raw) in found.items()}


def _of_list(document: Document, layout: Layout) -> dict[str, Any]:
    """The records by their places."""
    if document.json_error:
        raise document.json_error
    path = ".".join(["$", *layout.records])
    records = _records(document, layout)
    if records is None:
        raise DocumentRejected("no list of records", where=path)
    is_list = isinstance(document.json, list) or bool(layout.records)
    return {f"{path}[{place}]" if is_list else path: record for place, record in enumerate(records)}


def _parquet_columns(data: bytes) -> tuple[str, ...]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    if data[-4:] != _MAGIC:
        return ()
    try:
        return tuple(pq.read_schema(pa.BufferReader(data)).names)
    except (pa.ArrowException, OSError, ValueError):
        return ()


def _parquet(data: bytes) -> Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(pa.BufferReader(data))
        if file.metadata.num_rows > _MOST_ROWS:
            raise DocumentRejected(f"{file.metadata.num_rows:,} rows; more than {_MOST_ROWS:,} are not read")
        table = file.read()
        table.validate(full=True)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise DocumentRejected(
            f"is not Parquet that can be read: {error}", hint="Was the file cut off?"
        ) from error
    return Table("parquet", _distinct(tuple(table.schema.names)), ArrowRows(table))
