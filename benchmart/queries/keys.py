"""From what a person writes about a row of a mart to the row: `model_id=resnet50 precision=fp16`, or an id."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import duckdb

from benchmart.definitions import Definition
from benchmart.errors import UsageError
from benchmart.queries.evidence import literal
from benchmart.queries.names import resolve
from benchmart.queries.rows import fetch

_NAMED = {"model_id": "model", "hardware_id": "hardware", "baseline_hardware_id": "hardware"}
"""Columns whose values people know under other names too."""
_LOOKED_AT = 200
_SHOWN_VALUES = 8
_SHOWN_COLUMNS = 6
_ID_DIGITS = 32


@dataclass(frozen=True, slots=True)
class Asked:
    """The words of a question about a mart, told apart."""

    pairs: Mapping[str, str]
    """Column to value, as written."""
    column: str | None
    """The column to explain; None for the whole row."""


def read_words(
    connection: duckdb.DuckDBPyConnection,
    definition: Definition,
    columns: Sequence[str],
    words: Sequence[str],
) -> Asked:
    """Tell pairs, an id and the name of a column apart.

    Raises UsageError when a word is neither, or when there is nothing to find a row by.
    """
    pairs: dict[str, str] = {}
    asked: list[str] = []
    for word in words:
        name, is_pair, value = word.partition("=")
        if is_pair:
            _check_column(definition, columns, name)
            pairs[name] = value
        elif word in columns:
            asked.append(word)
        else:
            pairs |= _id(connection, definition, columns, word)
    if len(asked) > 1:
        raise UsageError(f"several columns: {', '.join(asked)}", hint="Explain one at a time")
    if not pairs:
        raise UsageError(
            "no row", hint=f"Say which, such as {' '.join(f'{name}=...' for name in definition.grain)}"
        )
    return Asked(pairs, asked[0] if asked else None)


def find_row(
    connection: duckdb.DuckDBPyConnection, definition: Definition, pairs: Mapping[str, str]
) -> dict[str, Any]:
    """The one row that fits. Raises UsageError when none does, or several do, and says what tells them apart."""
    terms = [_term(connection, definition.name, column, text) for column, text in pairs.items()]
    sql = f"select * from {definition.name} where {' and '.join(terms)}"  # noqa: S608 - quoted by `literal`
    try:
        found = fetch(connection, sql, limit=_LOOKED_AT)
    except duckdb.ConversionException as error:
        raise UsageError(str(error).splitlines()[0], where=definition.name) from error
    rows = found.as_dicts()
    if not rows:
        raise UsageError(
            f"no row with {_written(pairs)}",
            where=definition.name,
            hint=_there_is(connection, definition, pairs, terms),
        )
    if len(rows) > 1:
        count = f"more than {_LOOKED_AT}" if found.is_truncated else str(len(rows))
        raise UsageError(
            f"{count} rows with {_written(pairs)}", where=definition.name, hint=_tell_apart(rows)
        )
    return rows[0]


def _check_column(definition: Definition, columns: Sequence[str], name: str) -> None:
    if name not in columns:
        raise UsageError(
            f"no column {name!r}", where=definition.name, hint=f"Its columns are: {', '.join(columns)}"
        )


def _id(
    connection: duckdb.DuckDBPyConnection, definition: Definition, columns: Sequence[str], word: str
) -> dict[str, str]:
    """The id that a lone word is, or begins: the first column of ids that has it, those of the grain first."""
    grain = [name for name in definition.grain if name.endswith("_id") or len(definition.grain) == 1]
    candidates = dict.fromkeys([*grain, *(name for name in columns if name.endswith("_id"))])
    digits = word.lower().replace("-", "")
    for column in candidates:
        if _type(connection, definition.name, column) == "UUID":
            if set(digits) - set("0123456789abcdef") or len(digits) > _ID_DIGITS:
                continue
            ends = [UUID(digits.ljust(_ID_DIGITS, digit)) for digit in "0f"]
            term = f"{column} between {literal(ends[0])} and {literal(ends[1])}"
        else:
            term = f"{column} = {literal(word)}"
        sql = f"select distinct {column} from {definition.name} where {term} limit 2"  # noqa: S608 - quoted
        found = connection.execute(sql).fetchall()
        if len(found) > 1:
            raise UsageError(f"several ids begin with {word}", where=definition.name, hint="Give more digits")
        if found:
            return {column: str(found[0][0])}
    ids = ", ".join(candidates)
    hint = f"Write column=value, or an id: one of {ids}" if ids else "Write column=value"
    raise UsageError(f"{word!r} is neither a column nor an id", where=definition.name, hint=hint)


def _term(connection: duckdb.DuckDBPyConnection, mart: str, column: str, text: str) -> str:
    """The condition for one pair; the value is brought to the column's type, so that it can be looked up fast."""
    if text.lower() in {"", "null"}:
        return f"{column} is null"
    exact = f"{column} = cast({literal(text)} as {_type(connection, mart, column)})"
    if column in _NAMED:
        known = connection.execute(f"select 1 from {mart} where {exact} limit 1").fetchone()  # noqa: S608
        if known is None:
            return f"{column} = {literal(resolve(connection, _NAMED[column], [text])[0])}"
    return exact


def _type(connection: duckdb.DuckDBPyConnection, mart: str, column: str) -> str:
    sql = """
        select data_type from information_schema.columns
        where table_schema = 'main' and table_name = $mart and column_name = $column
    """
    return str(connection.execute(sql, {"mart": mart, "column": column}).fetchall()[0][0])


def _written(pairs: Mapping[str, str]) -> str:
    return " ".join(f"{column}={text}" for column, text in pairs.items())


def _there_is(
    connection: duckdb.DuckDBPyConnection,
    definition: Definition,
    pairs: Mapping[str, str],
    terms: Sequence[str],
) -> str:
    """What the first pair that leaves no row could have been, given the ones before it."""
    for place, column in enumerate(pairs):
        before, including = ([*terms[:place]] or ["true"]), terms[: place + 1]
        if _values(connection, definition.name, column, including):
            continue
        values = _values(connection, definition.name, column, before)
        more = ", ..." if len(values) > _SHOWN_VALUES else ""
        return (
            f"There is {column}: {', '.join(values[:_SHOWN_VALUES])}{more}" if values else "The mart is empty"
        )
    return ""


def _values(connection: duckdb.DuckDBPyConnection, mart: str, column: str, terms: Sequence[str]) -> list[str]:
    sql = f"""
        select distinct coalesce(cast({column} as varchar), 'null')
        from {mart} where {" and ".join(terms)} order by 1 limit {_SHOWN_VALUES + 1}
    """  # noqa: S608 - quoted by `literal`
    return [value for (value,) in connection.execute(sql).fetchall()]


def _tell_apart(rows: Sequence[Mapping[str, Any]]) -> str:
    """The columns in which the rows differ, those with few values first, with some of their values."""
    values = {
        column: sorted({str(row[column]) if row[column] is not None else "null" for row in rows})
        for column, example in rows[0].items()
        if not isinstance(example, float | list | dict | UUID)
    }
    differing = [column for column, found in values.items() if len(found) > 1]
    # Words before sizes, and the fewer to choose from the better.
    differing.sort(key=lambda column: (not isinstance(rows[0][column], str), len(values[column])))
    plain = [column for column in differing if not column.endswith(("_count", "_at"))] or differing
    if not plain:
        return "Tell them apart by an id; `benchmart sql` shows them"
    parts = []
    for column in plain[:_SHOWN_COLUMNS]:
        more = ", ..." if len(values[column]) > _SHOWN_VALUES else ""
        parts.append(f"{column} ({', '.join(values[column][:_SHOWN_VALUES])}{more})")
    return f"Tell them apart by one of: {'; '.join(parts)}"
