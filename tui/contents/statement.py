"""What a statement of the person answers, and the statements that have a name."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote

import duckdb

from benchmart.errors import UsageError
from benchmart.queries.named import NamedQuery, bound, named_queries, named_query, query_in
from benchmart.queries.statement import Asking, ask
from benchmart.sql_hints import Spot, in_short, spot_in
from benchmart.sql_limits import Limits
from tui.contents.content import Content, Section

MOST_ROWS = 10_000
_SECONDS = 60.0
_NAMED = "query/"
_EXCERPT = 60
"""Characters of a line that are shown around what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Answered:
    """Rows, and how long they took."""

    content: Content
    seconds: float


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a statement has no answer."""

    text: str
    spot: Spot | None
    """Where in the statement, if that is known."""


def statement(connection: duckdb.DuckDBPyConnection, sql: str, most: int = MOST_ROWS) -> Content:
    """At most so many rows. Raises StatementRefused, and UsageError for a value that is missing."""
    return answered(connection, sql, most).content


def answered(connection: duckdb.DuckDBPyConnection, sql: str, most: int = MOST_ROWS) -> Answered:
    """The same, with the time. Parameters of a named query have the values that its comments name as default."""
    query = query_in(sql, "the statement", "")
    _refuse_unnamed(query)
    values = bound(connection, query, {}) if query.parameters else None
    answer = ask(connection, query.sql if values else sql, values, Asking(most, Limits(seconds=_SECONDS)))
    found = answer.table()
    total = None if found.is_truncated else len(found.rows)
    section = Section("answer", "Answer", found.columns, found.rows, total, "no rows")
    return Answered(Content("sql", [section]), answer.seconds)


def _refuse_unnamed(query: NamedQuery) -> None:
    missing = [each for each in query.parameters if each.is_required]
    if missing:
        names = ", ".join(f"{each.name} ({each.description})" for each in missing)
        raise UsageError(
            f"a value is missing: {names}", hint="Write `default VALUE` instead of `required` in its comment"
        )


def refused(error: Exception, sql: str) -> Refusal:
    """What went wrong, and where: the line it is on, with a mark below."""
    text = in_short(str(error))
    # What a refusal was made from still knows where it was.
    told = str(error.__cause__ if isinstance(error.__cause__, duckdb.Error) else error)
    spot = spot_in(sql, told)
    return Refusal(f"error: {text}", spot)


def marked(sql: str, spot: Spot) -> str:
    """The line that is meant, and a mark below what is wrong in it; of a long line what stands around."""
    line = sql.splitlines()[spot.line].replace("\t", " ")
    start = max(0, spot.column - _EXCERPT // 2) if len(line) > _EXCERPT else 0
    head = f"line {spot.line + 1}: {'…' if start else ''}"
    shown = line[start : start + _EXCERPT]
    marks = "^" * max(1, min(spot.length, len(shown) - (spot.column - start)))
    return f"{head}{shown}\n{' ' * (len(head) + spot.column - start)}{marks}"


def link_to(sql: str) -> str:
    """A statement as what stands after `sql/` in a link."""
    return quote(sql, safe=" ,*=()")


def statement_at(path: str) -> str:
    """The statement that is meant. Raises UsageError for a name that no query has."""
    return named_query(path.removeprefix(_NAMED)).sql if is_named(path) else unquote(path)


def is_named(path: str) -> bool:
    """Whether a query is meant that has a name."""
    return path.startswith(_NAMED)


def known_queries() -> Mapping[str, NamedQuery]:
    """All that have a name; none where they cannot be read."""
    try:
        return named_queries()
    except UsageError:
        return {}
