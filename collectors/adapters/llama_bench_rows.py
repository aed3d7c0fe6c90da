"""llama-bench `-o csv` and `-o sql`: the fields of its JSON without samples, as text; read as part of `llama_bench`."""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from collectors.adapters.document import Document
from collectors.adapters.numbers import finite

_TELLING = {"build_commit", "model_type", "n_prompt", "n_gen", "avg_ts"}
_NUMBERS = ("n_prompt", "n_gen", "model_n_params", "avg_ns", "avg_ts")
"""What JSON has as numbers and the adapter counts with."""
_TABLE = re.compile(r"CREATE TABLE IF NOT EXISTS \w+ \(\s*build_commit ")
_STATEMENT = re.compile(r"INSERT INTO \w+ \(([^)]*)\) VALUES \((.*)\);")
_VALUE = re.compile(r"'((?:[^']|'')*)'")

_FIRST_TEST = re.compile(rb'^(?:\{"build_commit":|build_commit,build_number,)', re.MULTILINE)
_LONGEST_NOISE_BYTES = 16_384

Part = tuple[str, bytes, Callable[[], dict[str, Any]]]
"""Where a test stands, its bytes, and how to read it; that raises ValueError."""


def without_noise(document: Document) -> tuple[Document, int]:
    """The document from its first test on, and the number of lines before: what ggml says of the devices it found."""
    match = _FIRST_TEST.search(document.data[:_LONGEST_NOISE_BYTES])
    if (
        match is None or match.start() == 0 or document.json is not None
    ):  # a list may have its first test in a line
        return document, 0
    noise = document.data[: match.start()]
    return Document(document.path, document.data[match.start() :], document.companions), noise.count(b"\n")


def is_rows(document: Document) -> bool:
    """Whether the document is the CSV or the SQL of llama-bench."""
    if _is_sql(document):
        return True
    return "avg_ts" in document.first_line and set(_cells(document.first_line) or ()) >= _TELLING


def _is_sql(document: Document) -> bool:
    text = document.data[:200].decode("utf-8", "replace")
    return (_TABLE.match(text) is not None and b"avg_ts" in document.data) or (
        (match := _STATEMENT.match(document.first_line)) is not None and set(_names(match)) >= _TELLING
    )


def tests(document: Document, skipped: int) -> Iterator[Part]:
    """Every row of the table, or every statement that adds one; `skipped` lines stood before the document."""
    lines = document.data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    is_sql = _is_sql(document)
    names = () if is_sql else _cells(document.first_line) or ()
    for place, raw in enumerate(lines, start=1):
        if not raw.strip() or (place == 1 and not is_sql) or (is_sql and not raw.startswith(b"INSERT")):
            continue
        is_last = place == len(lines)
        yield f"line {place + skipped}", raw, partial(_row, raw, names, is_sql=is_sql, is_last=is_last)


def _row(raw: bytes, names: Sequence[str], *, is_sql: bool, is_last: bool) -> dict[str, Any]:
    if is_last:
        raise ValueError("the file ends without a line end, so this row may be cut off")
    line = raw.decode("utf-8").rstrip("\r")
    cells: Sequence[str] | None
    if is_sql:
        match = _STATEMENT.fullmatch(line)
        if match is None:
            raise ValueError("is not a whole INSERT statement")
        names, cells = _names(match), _values(match[2])
    else:
        cells = _cells(line)
    if cells is None or len(cells) != len(names):
        raise ValueError(f"{len(cells or ())} values for {len(names)} columns")
    row: dict[str, Any] = dict(zip(names, cells, strict=True))
    return row | {name: _number(name, row[name]) for name in _NUMBERS if row.get(name)}


def _names(match: re.Match[str]) -> list[str]:
    return [name.strip() for name in match[1].split(",")]


def _values(text: str) -> list[str] | None:
    """Of `'a', 'b'`; None when something else stands between the values."""
    if _VALUE.sub("", text).replace(",", "").strip():
        return None
    return [value.replace("''", "'") for value in _VALUE.findall(text)]


def _cells(line: str) -> list[str] | None:
    try:
        return [cell.strip() for cell in next(csv.reader([line], strict=True), [])]
    except csv.Error:
        return None


def _number(name: str, text: str) -> float:
    try:
        return finite(text)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
