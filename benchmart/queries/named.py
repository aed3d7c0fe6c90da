"""Questions that have a name: the statements in the project's `analyses/`, with parameters that are bound.

A file begins with comments: what it answers, an empty comment, and a line for each parameter,

    -- Parameters:
    --   model (model, optional): only this model
    --   rows (integer, default 20): most rows

whose value the statement reads by `getvariable('model')`. So a file is plain SQL over marts: DuckDB itself runs it,
after `set variable model = 'resnet50'`, and `dbt compile` leaves it as it is. Here the variables become parameters, and
their values are bound, never part of the text.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from benchmart.config import project_folder
from benchmart.errors import UsageError
from benchmart.moments import parse_moment
from benchmart.queries.names import resolve
from benchmart.sql_hints import nearest

_FOLDER = "analyses"
_VARIABLE = re.compile(r"getvariable\('(\w+)'\)")
_PARAMETER = re.compile(r"--\s+(\w+) \((\w+), (required|optional|default (.+?))\): (.+)")


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a named query can be told."""

    name: str
    type: str
    """A key of `TYPES`."""
    is_required: bool
    default: str | None
    """As it would be typed; None when it is required or optional."""
    description: str

    @property
    def usage(self) -> str:
        """How it is given, in words."""
        how = "required" if self.is_required else f"default {self.default}" if self.default else "optional"
        return f"{self.name} ({self.type}, {how}): {self.description}"


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A statement with a name."""

    name: str
    description: str
    parameters: tuple[Parameter, ...]
    sql: str
    """The statement, with `$name` for each parameter."""


def named_queries(folder: Path | None = None) -> dict[str, NamedQuery]:
    """All named queries, by name. Raises UsageError for a file whose beginning is not as it has to be."""
    folder = folder or project_folder() / _FOLDER
    return {path.stem: read_query(path) for path in sorted(folder.glob("*.sql"))}


def named_query(name: str, folder: Path | None = None) -> NamedQuery:
    """The query of this name. Raises UsageError, with those that are near, when there is none."""
    known = named_queries(folder)
    if name not in known:
        near = nearest(name, known)
        hint = f"Did you mean: {', '.join(near)}" if near else f"There are: {', '.join(known)}"
        raise UsageError(f"no query is named {name!r}", hint=hint)
    return known[name]


def read_query(path: Path) -> NamedQuery:
    """The query in a file. Raises UsageError."""
    query = query_in(path.read_text(encoding="utf-8"), path.stem, str(path))
    if not query.description:
        raise UsageError("does not begin with a comment on what it answers", where=str(path))
    return query


def query_in(sql: str, name: str, where: str) -> NamedQuery:
    """The query that a text is; without a comment before it, it has neither a description nor parameters.

    Raises UsageError for a parameter that cannot be read.
    """
    header = [line.rstrip() for line in sql.split("\n\n", maxsplit=1)[0].splitlines()]
    comments = [line for line in header if line.startswith("--")]
    at = comments.index("-- Parameters:") if "-- Parameters:" in comments else len(comments)
    description = " ".join(line.removeprefix("--").strip() for line in comments[:at]).strip()
    parameters = tuple(_parameter(where, line) for line in comments[at + 1 :])
    return NamedQuery(name, description, parameters, _VARIABLE.sub(r"$\1", sql))


def _parameter(where: str, line: str) -> Parameter:
    found = _PARAMETER.fullmatch(line)
    if not found or found[2] not in TYPES:
        raise UsageError(
            f"cannot be read: {line}",
            where=where,
            hint=f"Write `--   name (type, optional): what it does`, with a type of {', '.join(TYPES)}",
        )
    name, kind, how, default, description = found.groups()
    return Parameter(name, kind, how == "required", default, description)


def bound(
    connection: duckdb.DuckDBPyConnection, query: NamedQuery, given: Mapping[str, str]
) -> dict[str, Any]:
    """The values of all parameters, from what was typed. Raises UsageError when one is missing, unknown or wrong."""
    known = {parameter.name: parameter for parameter in query.parameters}
    for name in given.keys() - known.keys():
        near = nearest(name, known)
        listed = f"Did you mean: {', '.join(near)}" if near else f"It has: {', '.join(known) or 'none'}"
        raise UsageError(f"{query.name} has no parameter {name!r}", hint=listed)
    return {name: _value(connection, query, parameter, given.get(name)) for name, parameter in known.items()}


def _value(
    connection: duckdb.DuckDBPyConnection, query: NamedQuery, parameter: Parameter, text: str | None
) -> Any:
    text = parameter.default if text is None else text
    if text is None and parameter.is_required:
        raise UsageError(
            f"{query.name} needs {parameter.name}", hint=f"Give {parameter.name}=...: {parameter.description}"
        )
    if text is None:
        return None
    try:
        return TYPES[parameter.type](connection, text)
    except ValueError as error:
        raise UsageError(
            f"{parameter.name}={text} is no {parameter.type}", hint=parameter.description
        ) from error


def _resolved(what: str, connection: duckdb.DuckDBPyConnection, text: str) -> str:
    return resolve(connection, what, [text])[0]


def _metric(connection: duckdb.DuckDBPyConnection, text: str) -> str:
    known = [
        name for (name,) in connection.execute("select metric from dim_metrics order by metric").fetchall()
    ]
    if text in known:
        return text
    near = nearest(text, known)
    listed = f"Did you mean: {', '.join(near)}" if near else f"There are: {', '.join(known)}"
    raise UsageError(f"no metric {text!r}", hint=listed)


TYPES: dict[str, Callable[[duckdb.DuckDBPyConnection, str], Any]] = {
    "text": lambda _, text: text,
    "integer": lambda _, text: int(text),
    "number": lambda _, text: float(text),
    "moment": lambda _, text: parse_moment(text),
    "model": partial(_resolved, "model"),
    "hardware": partial(_resolved, "hardware"),
    "metric": _metric,
}
"""From what is typed to a value. Models and devices are understood whatever their spelling."""
