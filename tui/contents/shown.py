"""What each screen shows, for `benchmart show`: the same functions that the screens ask."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import duckdb

from benchmart.config import Home, find_home
from benchmart.errors import UsageError
from tui.contents.changes import CHANGES
from tui.contents.compare import compare
from tui.contents.content import Content
from tui.contents.listing import Asked
from tui.contents.log import log
from tui.contents.matrix_levels import matrix
from tui.contents.overview import overview
from tui.contents.quality import quality
from tui.contents.question import from_path
from tui.contents.results import RESULTS
from tui.contents.select import Chooser, select_content
from tui.contents.statement import statement, statement_at
from tui.contents.trends import trends


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a screen."""

    path: str
    """What stands after its name in a link."""
    asked: Asked
    most: int
    """Rows of a listing or of an answer."""
    sql: str | None = None
    home: Home | None = None
    """Where the log and trained predictors are; None for the one that is found."""


def _answer(connection: duckdb.DuckDBPyConnection, wanted: Wanted) -> Content:
    asked = wanted.sql or statement_at(wanted.path)
    if not asked:
        raise UsageError("nothing to ask", hint="--sql has the statement, or sql/query/NAME names one")
    return statement(connection, asked, wanted.most)


def _selected(connection: duckdb.DuckDBPyConnection, wanted: Wanted) -> Content:
    chooser = Chooser(wanted.home or find_home(None))
    return select_content(connection, from_path(wanted.path), chooser, wanted.most)


CONTENTS: Mapping[str, Callable[[duckdb.DuckDBPyConnection, Wanted], Content]] = {
    "overview": lambda connection, _: overview(connection),
    "matrix": lambda connection, wanted: matrix(
        connection, wanted.path, wanted.asked, wanted.most, (wanted.home or find_home(None)).events
    ),
    "results": lambda connection, wanted: RESULTS.content(connection, wanted.asked, wanted.most),
    "compare": lambda connection, wanted: compare(connection, wanted.path, wanted.asked, wanted.most),
    "changes": lambda connection, wanted: CHANGES.content(connection, wanted.asked, wanted.most),
    "trends": lambda connection, wanted: trends(connection, wanted.path, wanted.asked, wanted.most),
    "select": _selected,
    "sql": _answer,
    "log": lambda connection, wanted: log(
        connection, wanted.path, wanted.asked, wanted.most, (wanted.home or find_home(None)).events
    ),
    "quality": lambda connection, wanted: quality(connection, wanted.path, wanted.asked, wanted.most),
}
"""By the name of the screen, in the order of `tui.pages`."""
