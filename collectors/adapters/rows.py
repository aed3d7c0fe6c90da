"""The rows of tables in CSV, JSON and Parquet: one by one, each with its place, or in columns where there are many."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from collectors.adapters.columns import Column, Columns, Mask

_BATCH_ROWS = 8_192
_NEW_LINE, _QUOTE = ord("\n"), ord('"')
_LONG_TABLE_ROWS = 500
"""Of a shorter table, the rows are faster read one by one."""

ABSENT = object()
"""In place of the cell of a JSON object without a key that other objects have."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells in the order of the columns, or what is wrong with it."""

    where: str
    """`line 17`, `$.results[3]`, or `row 3` of a Parquet file."""
    cells: Sequence[Any] | None
    raw: Any
    """The bytes of a line; of other rows, the values."""
    reason: str = ""

    def needed_cells(self) -> Sequence[Any]:
        """Raises ValueError that says what is wrong with the row."""
        if self.cells is None:
            raise ValueError(self.reason)
        return self.cells

    @property
    def raw_bytes(self) -> bytes:
        """The row as it stands in the document, as far as a row there has bytes of its own."""
        return self.raw if isinstance(self.raw, bytes) else json.dumps(self.raw, default=str).encode()


class InColumns(Protocol):
    """The same rows in columns."""

    columns: Columns
    places: Sequence[str]
    """Where each row stands."""
    spoiled: Sequence[Row]
    """Rows that have no place in the columns."""

    def row(self, place: int) -> Row:
        """One of the rows in the columns."""


class Rows(Protocol):
    """The rows of a table; they can be gone through once."""

    def __iter__(self) -> Iterator[Row]: ...

    def in_columns(self) -> InColumns | None:
        """None when they are few, or are not of one shape: then they are to be read one by one."""


@dataclass(frozen=True, slots=True)
class CsvRows:
    """The lines after the header. Each is parsed by itself: a stray quote spoils its own row only."""

    lines: Sequence[bytes]
    columns: tuple[str, ...]
    header_line: int
    delimiter: str
    is_one_line_each: bool = True
    """Whether no row goes on over several lines; one that does stands in place of its first, the others are empty."""

    def __iter__(self) -> Iterator[Row]:
        for number, raw in self._numbered():
            yield self._row(number, raw)
        yield from self._unfinished()

    def in_columns(self) -> InColumns | None:
        """None also when a line is not UTF-8 or no whole row, with one column, or with a delimiter of several bytes."""
        if len(self.lines) - self.header_line < _LONG_TABLE_ROWS:
            return None
        if len(self.columns) == 1 or not self.delimiter.isascii() or not self.is_one_line_each:
            return None
        body, first = self.lines[self.header_line : -1], self.header_line + 1
        is_plain = self._are_plain(body)
        plain = [line for line, chosen in zip(body, is_plain, strict=True) if chosen]
        numbers = (np.flatnonzero(is_plain) + first).tolist()
        odd = ((first + place, body[place]) for place in np.flatnonzero(~is_plain).tolist())
        others = [self._row(number, raw) for number, raw in odd if raw and not raw.isspace()]
        quoted = [row for row in others if row.cells is not None]
        spoiled = [row for row in others if row.cells is None]
        try:
            text = b"\n".join(plain).decode()
        except UnicodeDecodeError:
            return None
        cells = text.replace("\n", self.delimiter).split(self.delimiter) if plain else []
        cells.extend(cell for row in quoted for cell in row.needed_cells())
        places = [*(f"line {number}" for number in numbers), *(row.where for row in quoted)]
        raws = [*plain, *(row.raw for row in quoted)]
        return _Lines(self, cells, places, raws, [*spoiled, *self._unfinished()])

    def _are_plain(self, body: Sequence[bytes]) -> Mask:
        """Shape (lines,): whether a line has as many cells as there are columns, and no quotes."""
        text = np.frombuffer(b"\n".join([*body, b""]), np.uint8)
        ends = np.flatnonzero(text == _NEW_LINE)
        cuts = np.searchsorted(np.flatnonzero(text == ord(self.delimiter)), ends)
        quotes = np.searchsorted(np.flatnonzero(text == _QUOTE), ends)
        has_cells = np.diff(cuts, prepend=0) == len(self.columns) - 1
        is_plain: Mask = has_cells & (np.diff(quotes, prepend=0) == 0)
        if self.delimiter.isspace():
            is_plain &= np.fromiter((not line.isspace() for line in body), np.bool_, len(body))
        return is_plain

    def _numbered(self) -> Iterator[tuple[int, bytes]]:
        for number, raw in enumerate(self.lines[self.header_line : -1], start=self.header_line + 1):
            if raw and not raw.isspace():
                yield number, raw

    def _row(self, number: int, raw: bytes) -> Row:
        try:
            return Row(f"line {number}", self.cells(raw), raw)
        except ValueError as error:
            return Row(f"line {number}", None, raw, str(error))

    def _unfinished(self) -> Iterator[Row]:
        if len(self.lines) > self.header_line and self.lines[-1].strip():
            reason = "the file ends without a line end, so this row may be cut off"
            yield Row(f"line {len(self.lines)}", None, self.lines[-1], reason)

    def cells(self, raw: bytes) -> list[str]:
        """The cells of a line. Raises ValueError when they do not fit the header."""
        line = raw.decode("utf-8").rstrip("\r")
        try:
            cells = (
                next(csv.reader([line], delimiter=self.delimiter, strict=True))
                if '"' in line
                else line.split(self.delimiter)
            )
        except csv.Error as error:
            raise ValueError(f"the quotes do not fit: {error}") from None
        if len(cells) != len(self.columns):
            raise ValueError(f"{len(cells)} cells under {len(self.columns)} columns")
        return [cell.strip() for cell in cells]


class _Lines:
    """Lines in columns."""

    def __init__(
        self,
        rows: CsvRows,
        cells: Sequence[str],
        places: Sequence[str],
        raws: Sequence[bytes],
        spoiled: Sequence[Row],
    ) -> None:
        width = len(rows.columns)
        columns = {name: _stripped(cells[place::width]) for place, name in enumerate(rows.columns)}
        self.columns = Columns(columns, len(places))
        self.columns.odd |= _repeats_header(columns, len(places))
        self.places = places
        self.spoiled = spoiled
        self._rows = rows
        self._raws = raws

    def row(self, place: int) -> Row:
        raw = self._raws[place]
        return Row(self.places[place], self._rows.cells(raw), raw)


def _stripped(cells: Sequence[str]) -> Column:
    column = Column.of(pa.array(cells, pa.string()))
    return Column(column.codes, [text.strip() for text in column.values])


def _repeats_header(columns: Mapping[str, Column], count: int) -> Any:
    name, first = next(iter(columns.items()))
    return first.where(lambda text: text == name) if count else False


@dataclass(frozen=True, slots=True)
class ArrowRows:
    """The rows of a Parquet file."""

    table: pa.Table

    def __iter__(self) -> Iterator[Row]:
        number = 0
        for batch in self.table.to_batches(max_chunksize=_BATCH_ROWS):
            for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                yield Row(f"row {number}", cells, cells)
                number += 1

    def in_columns(self) -> InColumns | None:
        """None also when there are lists or objects in the table: they have no distinct values."""
        if len(self.table) < _LONG_TABLE_ROWS:
            return None
        try:
            return _ArrowColumns(self.table)
        except pa.ArrowException:
            return None


class _ArrowColumns:
    """Rows of a Parquet file in columns."""

    def __init__(self, table: pa.Table) -> None:
        self.spoiled: Sequence[Row] = ()
        arrays = [column.combine_chunks() for column in table.columns]
        columns = {name: Column.of(one) for name, one in zip(table.column_names, arrays, strict=True)}
        self.columns = Columns(columns, len(table))
        self.places: Sequence[str] = [f"row {number}" for number in range(len(table))]
        self._table = table

    def row(self, place: int) -> Row:
        cells = tuple(column[place].as_py() for column in self._table.columns)
        return Row(self.places[place], cells, cells)


@dataclass(frozen=True, slots=True)
class ObjectRows:
    """A list of JSON objects, which may lack keys."""

    records: Sequence[Any]
    columns: tuple[str, ...]
    places: Sequence[str]

    def __iter__(self) -> Iterator[Row]:
        for where, record in zip(self.places, self.records, strict=True):
            if not isinstance(record, dict):
                yield Row(where, None, record, "this is no object")
            else:
                yield Row(where, [record.get(name, ABSENT) for name in self.columns], record)

    def in_columns(self) -> InColumns | None:
        """None: objects differ in their keys."""
        return None
