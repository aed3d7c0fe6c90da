"""Print rows: a table for people, JSON or CSV for programs. stdout is data; what is left out is said on stderr."""

import csv
import json
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from math import isfinite
from typing import IO, Any
from uuid import UUID

import click

_WRITTEN_WHOLE = (1e4, 1e15)
"""Sizes between these are written whole: below, digits after the point matter; above, a float has none to show."""

PIPED_WIDTH = 200
"""Characters a line where stdout is no terminal: wide enough that few columns are cut."""

_LONGEST_CELL = 40
"""Characters of a list or a map in a table; other formats have it whole."""


def print_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    numeric: Sequence[str] = (),
    stream: IO[str] | None = None,
) -> None:
    """A table of texts, on stdout or another stream; the columns named in `numeric` are aligned right."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        is_number = column in numeric
        table.add_column(escape(column), justify="right" if is_number else "left", no_wrap=is_number)
    for row in rows:
        table.add_row(*map(escape, row))
    stream = stream or sys.stdout
    Console(file=stream, width=None if stream.isatty() else PIPED_WIDTH, highlight=False).print(table)


def print_json(document: Any) -> None:
    """One JSON document."""
    click.echo(json.dumps(plain(document), indent=2, allow_nan=False))


def print_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]], stream: IO[str] | None = None) -> None:
    """Comma-separated values with a header; nulls are empty, lists and maps are JSON."""
    writer = csv.writer(stream or sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(plain(value)) for value in row])


def plain(value: Any) -> Any:
    """The value as JSON has it; numbers that are not finite as null."""
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Decimal):
        return float(value)
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def shown(value: Any) -> str:
    """The value in a table for people."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return number(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, list | tuple | dict):
        text = json.dumps(plain(value), ensure_ascii=False)
        return text if len(text) <= _LONGEST_CELL else f"{text[: _LONGEST_CELL - 1]}…"
    return str(value)


def number(value: float | None) -> str:
    """Four significant digits; large numbers whole and with separators; nothing for None."""
    if value is None:
        return ""
    if not isfinite(value):
        return str(value)
    size = abs(value)
    return f"{value:,.0f}" if _WRITTEN_WHOLE[0] <= size < _WRITTEN_WHOLE[1] else f"{value:.4g}"


def _cell(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, list | dict) else value
