"""Line breaks inside the quotes of CSV: lines that are one row are put together."""

import csv
from collections.abc import Sequence


def joined_rows(lines: Sequence[bytes], first: int, delimiter: str) -> list[bytes] | None:
    """The lines, with a row that goes on over several of them in place of its first and nothing in place of the others.

    So every row keeps the number of its line. None when no row goes on. What lies before `first` is left as it is, and
    the last of the lines has no line end. Below a quote that is never closed, nobody can tell what is a row: all of it
    becomes one that cannot be read. Where the quote that closes it does not stand at the end of a cell, it opened none.
    """
    rows, place, is_changed = list(lines), first, False
    for start in range(first, len(lines)):
        if start < place or lines[start].count(b'"') % 2 == 0 or not _is_open(lines[start], delimiter):
            continue
        closing = _closing(lines, start)
        is_closed = closing < len(lines)
        stop = closing + 1 if is_closed else len(lines) - (not lines[-1])
        row = b"\n".join(lines[start:stop])
        if is_closed and not _is_readable(row, delimiter):
            continue
        is_cut_off = is_closed and stop == len(lines)
        rows[start:stop] = [b""] * (stop - start)
        rows[-1 if is_cut_off else start] = row
        place, is_changed = stop, True
    return rows if is_changed else None


def _closing(lines: Sequence[bytes], start: int) -> int:
    """The line with the quote that closes the one left open in line `start`; behind all lines when there is none."""
    return next((place for place in range(start + 1, len(lines)) if lines[place].count(b'"') % 2), len(lines))


def _is_open(line: bytes, delimiter: str) -> bool:
    """Whether the line alone ends inside a quoted cell."""
    return _is_readable(line + b'"', delimiter) and not _is_readable(line, delimiter)


def _is_readable(row: bytes, delimiter: str) -> bool:
    try:
        next(csv.reader([row.decode()], delimiter=delimiter, strict=True))
    except (csv.Error, UnicodeDecodeError, StopIteration):
        return False
    return True
