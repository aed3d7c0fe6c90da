"""A table that was published in two formats: the second one holds no results of its own."""

from collections.abc import Iterator

from benchmart.errors import DocumentRejected
from collectors.adapters.document import Document
from collectors.adapters.mapping.model import Mapping
from collectors.adapters.mapping.table import read_table

_Row = frozenset[tuple[str, str]]


def twin_of(document: Document, mapping: Mapping) -> str | None:
    """The name of the table beside the document that holds all of its rows, in a format the mapping names earlier."""
    stem, _, ending = document.name.rpartition(".")
    formats = mapping.layout.formats
    if not stem or ending not in formats:
        return None
    for earlier in formats[: formats.index(ending)]:
        twin = document.companion(f"{stem}.{earlier}")
        if twin is not None and _holds(twin, document, mapping):
            return twin.name
    return None


def _holds(twin: Document, document: Document, mapping: Mapping) -> bool:
    try:
        rows, held = set(_rows(document, mapping)), set(_rows(twin, mapping))
    except (DocumentRejected, RecursionError):
        return False
    return bool(rows) and None not in rows and rows <= held


def _rows(document: Document, mapping: Mapping) -> Iterator[_Row | None]:
    """What each row says, without its empty cells; None for one that cannot be read."""
    table = read_table(document, mapping.layout, mapping.recognise.columns)
    for row in table.rows:
        if row.reason or row.cells is None or len(row.cells) != len(table.columns):
            yield None
            continue
        cells = zip(table.columns, row.cells, strict=True)
        yield frozenset((column, _plain(cell)) for column, cell in cells if cell not in (None, ""))


def _plain(cell: object) -> str:
    """`1` in one format is `1.0` in another."""
    try:
        return repr(float(str(cell)))
    except ValueError:
        return str(cell)
