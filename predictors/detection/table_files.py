"""Tables of comma-separated values as people have them: any of four delimiters, with or without a header."""

import csv
from dataclasses import dataclass
from math import nan
from pathlib import Path

from benchmart.errors import DocumentRejected

_NOTHING = {"nan", "na", "n/a", "null", "none", "-"}
_DELIMITERS = ",;\t|"
_LONGEST_FIELD = 1 << 20
_TIME_AND_VALUE = ("time", "value")


@dataclass(frozen=True, slots=True)
class Table:
    """Cells as written, white space around them taken off."""

    path: Path
    header: list[str]
    rows: list[list[str]]
    first_line: int
    """Line of the first row in the file, from 1."""

    def place(self, name: str) -> int:
        """Of a column. Raises DocumentRejected when there is none of that name."""
        if name not in self.header:
            raise DocumentRejected(
                f"no column {name!r}", where=str(self.path), hint=f"Its columns: {', '.join(self.header)}"
            )
        return self.header.index(name)

    def line(self, row: int) -> str:
        """Where a row stands, for errors."""
        return f"{self.path} line {self.first_line + row}"

    def number(self, row: int, column: int) -> float:
        """The number in a cell, nan where it says that there is none. Raises DocumentRejected for other text."""
        cell = self.rows[row][column]
        if not cell or cell.lower() in _NOTHING:
            return nan
        if not is_number(cell):
            raise DocumentRejected(f"{self.header[column]} is {cell!r}, no number", where=self.line(row))
        return float(cell)


def read_table(path: Path) -> Table:
    """A table in UTF-8. Raises DocumentRejected when it is empty, ragged, or no table."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        what = f"not text in UTF-8: {error.reason} at byte {error.start}"
        raise DocumentRejected(what, where=str(path)) from None
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise DocumentRejected("empty: no series", where=str(path), hint="Give a CSV of times and values")
    delimiter = max(_DELIMITERS, key=lines[0].count)
    csv.field_size_limit(_LONGEST_FIELD)
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=delimiter, strict=True)]
    except csv.Error as error:
        raise DocumentRejected(f"not a table: {error}", where=str(path)) from None
    table = _with_header(path, rows)
    for number, row in enumerate(table.rows):
        if len(row) != len(table.header):
            what = f"{len(row)} cells where there are {len(table.header)} columns"
            raise DocumentRejected(what, where=table.line(number))
    return table


def is_number(cell: str) -> bool:
    """Whether it can be read as a number, `nan` and `inf` among them."""
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _with_header(path: Path, rows: list[list[str]]) -> Table:
    """Columns of a file that begins with numbers are named for it."""
    width = len(rows[0])
    if not is_number(rows[0][-1]):
        return Table(path, rows[0], rows[1:], 2)
    if width <= len(_TIME_AND_VALUE):
        return Table(path, list(_TIME_AND_VALUE[-width:]), rows, 1)
    return Table(path, [f"column {number}" for number in range(1, width + 1)], rows, 1)
