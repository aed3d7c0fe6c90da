"""What each screen shows, for `benchmart show`: the same functions that the screens ask."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import duckdb

from benchmart.errors import UsageError
from tui.contents.changes import CHANGES
from tui.contents.content import Content
from tui.contents.listing import Asked
from tui.contents.overview import overview
from tui.contents.results import RESULTS
from tui.contents.statement import statement, statement_at


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a screen."""

    path: str
    """What stands after its name in a link."""
    asked: Asked
    most: int
    """Rows of a listing or of an answer."""
    sql: str | None = None


def _answer(connection: duckdb.DuckDBPyConnection, wanted: Wanted) -> Content:
    asked = wanted.sql or statement_at(wanted.path)
    if not asked:
        raise UsageError("nothing to ask", hint="--sql has the statement, or sql/query/NAME names one")
    return statement(connection, asked, wanted.most)


CONTENTS: Mapping[str, Callable[[duckdb.DuckDBPyConnection, Wanted], Content]] = {
    "overview": lambda connection, _: overview(connection),
    "results": lambda connection, wanted: RESULTS.content(connection, wanted.asked, wanted.most),
    "changes": lambda connection, wanted: CHANGES.content(connection, wanted.asked, wanted.most),
    "sql": _answer,
}
"""By the name of the screen, in the order of `tui.pages`."""
