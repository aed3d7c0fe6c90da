"""From the first digits of an id, as tables show them, to the one row that is meant."""

from difflib import get_close_matches
from typing import Any
from uuid import UUID

import duckdb

from benchmart.errors import UsageError
from benchmart.queries.rows import fetch

SHOWN_DIGITS = 12
"""As many digits of an id as tables show."""
_HEXADECIMAL = frozenset("0123456789abcdef")
_NEAREST = 3


def digits(value: object) -> str:
    """An id as tables show it."""
    return str(value).replace("-", "")[:SHOWN_DIGITS]


def row_with_id(connection: duckdb.DuckDBPyConnection, mart: str, column: str, prefix: str) -> dict[str, Any]:
    """The one row of the mart whose id in `column`, a uuid, begins with these digits.

    `mart` and `column` are names of our own. Raises UsageError when it is none, with the nearest, or several, with all.
    """
    what = column.removesuffix("_id")
    wanted = prefix.strip().lower().replace("-", "")
    if not wanted or set(wanted) - _HEXADECIMAL:
        raise UsageError(
            f"{prefix!r} is not the id of a {what}",
            hint=f"Ids are hexadecimal digits, such as the list of them shows; the first {SHOWN_DIGITS} suffice",
        )
    known: list[str] = [
        UUID(str(each)).hex
        for (each,) in connection.execute(f"select {column} from {mart} order by all").fetchall()  # noqa: S608
    ]
    found = [each for each in known if each.startswith(wanted)]
    if len(found) > 1:
        raise UsageError(
            f"{len(found)} ids of a {what} begin with {prefix}",
            hint=f"Give more digits: {', '.join(digits(each) for each in found[:_NEAREST])}",
        )
    if not found:
        raise UsageError(f"no {what} {prefix}", hint=_hint(wanted, known))
    sql = f"select * from {mart} where {column} = cast($id as uuid)"  # noqa: S608 - names of our own
    return fetch(connection, sql, {"id": found[0]}).as_dicts()[0]


def _hint(wanted: str, known: list[str]) -> str:
    if not known:
        return "There is none yet; `benchmart build` applies what was recorded"
    heads = [each[: max(len(wanted), SHOWN_DIGITS)] for each in known]
    near = get_close_matches(wanted, heads, n=_NEAREST, cutoff=0.0)
    return f"The nearest: {', '.join(near)}"
