"""Names that are near to what somebody typed, and DuckDB's errors in words that help."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

import duckdb

_SHOWN = 5
_MARTS = """
    select table_name, current_database() from duckdb_tables()
    where database_name = current_database() and schema_name = 'main' and not internal
    union all
    select view_name, current_database() from duckdb_views()
    where database_name = current_database() and schema_name = 'main' and not internal
"""
"""Five times faster than asking information_schema for the columns as well."""
_COLUMNS = """
    select table_name, column_name
    from information_schema.columns
    where table_catalog = current_database() and table_schema = 'main'
    order by table_name, ordinal_position
"""
_UNKNOWN_COLUMN = re.compile(
    r'Referenced column "([^"]*)" not found|does not have a column named "([^"]*)"', re.IGNORECASE
)
_PLACE = re.compile(r"\n\nLINE \d+: .*", re.DOTALL)
_MARKED = re.compile(r"(LINE (\d+): )(.*)\n( *)(\^+)")
_NO_MART = re.compile(r"(\S+) is not a mart")
_CUT = "..."


@dataclass(frozen=True, slots=True)
class Known:
    """What can be asked for."""

    database: str
    """Name of the warehouse in statements, in lower case."""
    marts: Mapping[str, str]
    """Each mart's name in lower case, and as it is written."""


def known_names(connection: duckdb.DuckDBPyConnection) -> Known:
    """The marts of the warehouse."""
    rows = connection.execute(_MARTS).fetchall()
    database = rows[0][1] if rows else ""
    return Known(database.casefold(), {name.casefold(): name for name, _ in sorted(rows)})


def columns_by_mart(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Every mart's columns, in order."""
    columns: dict[str, list[str]] = {}
    for mart, column in connection.execute(_COLUMNS).fetchall():
        columns.setdefault(mart, []).append(column)
    return columns


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """Known names that look like this one, or that it is a part of; the nearest first."""
    by_key = {each.casefold(): each for each in known}
    key = name.casefold()
    close = get_close_matches(key, by_key, n=_SHOWN, cutoff=0.6)
    parts = [each for each in by_key if len(key) > 2 and (key in each.split("_") or each in key)]  # noqa: PLR2004
    return [by_key[each] for each in dict.fromkeys([*close, *parts])][:_SHOWN]


def column_hint(
    message: str, marts: Iterable[str], columns: Mapping[str, Iterable[str]]
) -> tuple[str, str] | None:
    """What is wrong and what to do, when DuckDB's message is about a column that the marts asked for do not have."""
    found = _UNKNOWN_COLUMN.search(message)
    if not found:
        return None
    column = found[1] or found[2]
    asked = sorted(marts)
    where = f" in {', '.join(asked)}" if asked else ""
    here = [name for mart in asked for name in columns.get(mart, ())]
    elsewhere = [mart for mart, names in columns.items() if column in names and mart not in asked]
    hints = [f"It is a column of: {', '.join(elsewhere[:_SHOWN])}"] if elsewhere else []
    if near := nearest(column, dict.fromkeys(here)):
        hints.append(f"Did you mean: {', '.join(near)}")
    if not hints:
        hints.append(f"`describe {asked[0]}` names the columns" if asked else "`describe MART` names columns")
    return f"no column {column!r}{where}", ". ".join(hints)


def in_short(message: str) -> str:
    """DuckDB's message without what it repeats of the statement."""
    return _PLACE.sub("", message.strip()).replace("\n\n", "\n").rstrip()


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in a statement something is wrong; lines and columns counted from 0."""

    line: int
    column: int
    length: int


def spot_in(sql: str, message: str) -> Spot | None:
    """What DuckDB's message marks in the statement, or the mart that there is none of; None where neither is told."""
    lines = sql.splitlines()
    if found := _MARKED.search(message):
        head, number, excerpt, before, marks = found.groups()
        shown = excerpt.removeprefix(_CUT).removesuffix(_CUT)
        column = len(before) - len(head) - (len(_CUT) if excerpt.startswith(_CUT) else 0)
        line = int(number) - 1
        start = lines[line].find(shown) if line < len(lines) else -1
        return Spot(line, start + column, len(marks)) if start >= 0 else None
    if unknown := _NO_MART.match(message):
        for line, text in enumerate(lines):
            if at := re.search(rf"\b{re.escape(unknown[1])}\b", text, re.IGNORECASE):
                return Spot(line, at.start(), len(unknown[1]))
    return None
