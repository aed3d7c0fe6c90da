"""Tables with a header, one record a line, read by the names of their columns.

A row never spans lines here, so each line is parsed by itself: a stray quote spoils its own row only.
"""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from benchmart.errors import DocumentRejected
from collectors.adapters.contract import BadRow
from collectors.adapters.document import Document

Row = Mapping[str, str]
"""Column to cell, without the empty cells."""


def header_of(document: Document) -> tuple[str, ...]:
    """Names in the first line."""
    if "\r" in document.first_line:
        return ()
    try:
        return tuple(name.strip() for name in next(csv.reader([document.first_line]), []))
    except csv.Error:
        return ()


def check_header(names: Sequence[str], needed: Sequence[str]) -> None:
    """Raises DocumentRejected when a column is missing or named twice."""
    if missing := [name for name in needed if name not in names]:
        raise DocumentRejected(
            f"missing columns: {', '.join(missing)}", where="line 1", hint="Was the header cut?"
        )
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise DocumentRejected(
            f"columns named twice: {', '.join(twice)}", where="line 1", hint="Rename or remove one"
        )


def findings(document: Document, names: Sequence[str], read: Callable[[str, Row], Any]) -> Iterator[Any]:
    """What `read` makes of each row and its place, and a BadRow where it raises ValueError."""
    lines = document.data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    for number, raw in enumerate(lines[1:-1], start=2):
        if not raw or raw.isspace():
            continue
        where = f"line {number}"
        try:
            yield read(where, _row(raw, names))
        except ValueError as error:
            yield BadRow(where, str(error), raw)
    if len(lines) > 1 and lines[-1].strip():
        reason = "the file ends without a line end, so this row may be cut off"
        yield BadRow(f"line {len(lines)}", reason, lines[-1])


def number_in(row: Row, column: str, convert: Callable[[str], float]) -> float | None:
    """The number under a column; None where the cell is empty. Raises ValueError that names the column."""
    if column not in row:
        return None
    try:
        return convert(row[column])
    except ValueError as error:
        raise ValueError(f"{column}: {error}") from None


def text_in(row: Row, column: str) -> str:
    """The text under a column. Raises ValueError when the cell is empty."""
    if column not in row:
        raise ValueError(f"{column} is missing")
    return row[column]


def _row(raw: bytes, names: Sequence[str]) -> Row:
    line = raw.decode("utf-8").removesuffix("\r")
    if "\r" in line:
        raise ValueError("a carriage return inside the row")
    try:
        cells = next(csv.reader([line], strict=True))
    except csv.Error as error:
        raise ValueError(f"the quotes do not fit: {error}") from None
    if tuple(cell.strip() for cell in cells) == tuple(names):
        raise ValueError("the header again: were two files joined?")
    if len(cells) != len(names):
        raise ValueError(f"{len(cells)} cells under {len(names)} columns")
    return {name: cell.strip() for name, cell in zip(names, cells, strict=True) if cell.strip()}
