"""A look at a table nobody has explained: how it is written, and what its columns hold."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from typing import Any

from benchmart.errors import DocumentRejected, UsageError
from collectors.adapters.document import Document
from collectors.adapters.mapping.fields import checked_field
from collectors.adapters.mapping.model import Layout, Source
from collectors.adapters.mapping.table import Table, columns_of, read_table
from collectors.adapters.mapping.values import number_of, number_written, text_of
from collectors.adapters.rows import ABSENT

_ROWS = 1_000
"""Rows that are looked at."""
_DELIMITERS = (",", ";", "\t", "|")
_COMMENT = "#"
_MOST_SHOWN = 3
_DEEPEST = 4
_MOST_BESIDE = 10


@dataclass(frozen=True, slots=True)
class Column:
    """What the cells of a column look like."""

    name: str
    numbers: tuple[float, ...]
    texts: tuple[str, ...]
    """Cells that are no numbers, each once."""
    cells: tuple[str, ...]
    """All cells that are not empty, each once."""
    empty: int
    is_absent: bool
    """Whether some JSON objects lack it."""

    @property
    def is_numeric(self) -> bool:
        """Whether most cells are numbers; a few texts may spell what failed."""
        return bool(self.numbers) and len(self.texts) <= _MOST_SHOWN

    @property
    def looks(self) -> str:
        """For a comment: of one line, whatever the cells hold."""
        parts = [f"numbers from {min(self.numbers):g} to {max(self.numbers):g}"] if self.numbers else []
        if self.texts:
            parts.append(f"texts such as {', '.join(map(_shown, self.texts[:_MOST_SHOWN]))}")
        if self.empty:
            parts.append(f"{self.empty} empty")
        return "; ".join(parts) or "always empty"

    def complaint(self, field: str) -> str | None:
        """Why the cells cannot be such a field; None when they can."""
        for cell in self.cells:
            try:
                checked_field(field, cell, Source(column=self.name))
            except ValueError as error:
                return str(error)
        return None


def _shown(text: str) -> str:
    return '"' + re.sub(r"\s+", " ", "".join(filter(str.isprintable, text[:40]))) + '"'


@dataclass(frozen=True, slots=True)
class Sample:
    """How the table is written, and its columns."""

    format: str
    layout: Layout
    columns: tuple[Column, ...]
    beside: Mapping[str, str]
    """What stands in JSON beside the list of records, by its path."""

    @property
    def is_headerless(self) -> bool:
        """Whether the columns have no names of their own."""
        return bool(self.layout.columns)


def sample_of(document: Document) -> Sample:
    """Raises UsageError when the document is no table."""
    is_text = document.data[:4] != b"PAR1" and document.data.lstrip()[:1] not in {b"[", b"{"}
    if is_text and not document.data.endswith(b"\n"):
        document = Document(
            document.path, document.data + b"\n"
        )  # a draft may look at a row that may be cut off
    layout = _delimited(document) if is_text else Layout(records=_path_to_records(document.json))
    try:
        table = read_table(document, layout, ())
        cells = [row.cells for row in islice(table.rows, _ROWS) if row.cells is not None]
    except DocumentRejected as error:
        place = f"{error.where}: " if error.where else ""
        what = f"cannot be read as a table: {place}{error.what}"
        hint = error.hint or "Give a CSV, JSON or Parquet file"
        raise UsageError(what, where=document.path, hint=hint) from error
    layout, columns = _best_numbers(table, layout, cells)
    return Sample(
        table.format, layout, columns, _beside(document.json, layout.records) if not is_text else {}
    )


def _delimited(document: Document) -> Layout:
    first = document.first_line
    is_comment = first.startswith(_COMMENT) and first[1:2] not in _DELIMITERS  # else a column is called #
    comment = _COMMENT if is_comment else None
    layouts = [Layout(delimiters=(sign,), comment=comment) for sign in _DELIMITERS]
    best = max(layouts, key=lambda one: _width(document, one))
    if comment and _is_header_commented(document, best):
        return replace(best, is_header_commented=True)
    header = next(columns_of(document, best), ())
    if _is_row(header):
        return replace(best, columns=tuple(f"column {place}" for place in range(1, len(header) + 1)))
    return best


def _width(document: Document, layout: Layout) -> int:
    return max(map(len, columns_of(document, layout)), default=0)


def _is_header_commented(document: Document, layout: Layout) -> bool:
    """Whether the last comment has as many names as the first row has cells, and that row has numbers."""
    commented = next(columns_of(document, replace(layout, is_header_commented=True)), ())
    first_row = next(columns_of(document, layout), ())
    return 1 < len(commented) == len(first_row) and not any(map(_is_number, commented)) and _is_row(first_row)


def _is_row(header: Sequence[str]) -> bool:
    """Whether the header has numbers in it, and they are not the steps of a wide table, such as batch sizes."""
    numbers = [float(name) for name in header if _is_number(name)]
    are_steps = len(numbers) > 1 and all(below < above for below, above in pairwise(numbers))
    return bool(numbers) and not are_steps


def _is_number(text: str) -> bool:
    try:
        number_of(text)
    except ValueError:
        return False
    return True


def _best_numbers(
    table: Table, layout: Layout, cells: Sequence[Sequence[object]]
) -> tuple[Layout, tuple[Column, ...]]:
    """The columns, with numbers read with the decimal sign under which there are more of them."""
    signs = (
        [(".", ","), (",", ".")] if table.format == "csv" and layout.delimiters != (",",) else [(".", ",")]
    )
    tried = [
        (
            replace(layout, decimal=decimal, thousands=thousands),
            _columns(table, cells, number_written(decimal, thousands)),
        )
        for decimal, thousands in signs
    ]
    return max(tried, key=lambda one: sum(len(column.numbers) for column in one[1]))


def _columns(
    table: Table, rows: Sequence[Sequence[object]], number: Callable[[object], float]
) -> tuple[Column, ...]:
    return tuple(
        _column(name, [row[place] for row in rows], number) for place, name in enumerate(table.columns)
    )


def _column(name: str, cells: Sequence[object], number: Callable[[object], float]) -> Column:
    numbers: list[float] = []
    texts: dict[str, None] = {}
    seen: dict[str, None] = {}
    empty = 0
    for cell in cells:
        try:
            text = None if cell is ABSENT else text_of(cell)
        except ValueError as error:
            text = str(error)
        if text is None:
            empty += 1
            continue
        seen[text] = None
        try:
            numbers.append(number(cell))
        except ValueError:
            texts[text] = None
    return Column(name, tuple(numbers), tuple(texts), tuple(seen), empty, ABSENT in cells)


def _path_to_records(value: Any) -> tuple[str, ...]:
    """The keys to the longest list of objects; none where the document is a list, or has none."""
    lists = dict(_lists_of_objects(value, ()))
    return max(lists, key=lambda path: lists[path], default=())


def _lists_of_objects(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int]]:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        yield path, len(value)
    elif isinstance(value, dict) and len(path) < _DEEPEST:
        for key, below in value.items():
            if key and "." not in key and key != "$":  # the path is written with dots
                yield from _lists_of_objects(below, (*path, key))


def _beside(value: Any, records: tuple[str, ...]) -> dict[str, str]:
    return dict(islice(_plain_values(value, ""), _MOST_BESIDE)) if records else {}


def _plain_values(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and path.count(".") < _DEEPEST:
        for key, below in value.items():
            yield from _plain_values(below, f"{path}.{key}" if path else key)
    elif isinstance(value, str | int | float):
        yield path, text_of(value) or ""
