"""Changes of level, and the series of one as a picture."""

from uuid import UUID

import duckdb

from benchmart.queries.changes import ListedChanges, changes
from interfaces.reports.change_pictures import picture_of_change
from interfaces.series_picture.picture import SeriesPicture
from tui.contents.content import Content, Section

COLUMNS = (
    "change_id",
    "verdict",
    "effect",
    "subject",
    "hardware_id",
    "metric",
    "changed_at",
    "points_after",
    "acknowledged_as",
    "issue",
    "series_id",
)
_MOST = 5_000


def changed(connection: duckdb.DuckDBPyConnection, most: int = _MOST) -> Content:
    """All changes: those that nobody acknowledged first, then the latest."""
    found = changes(connection, ListedChanges(), most)
    rows = [[row[column] for column in COLUMNS] for row in found.rows.as_dicts()]
    section = Section("changes", "Changes of level", COLUMNS, rows, found.change_count, "no change of level")
    return Content("changes", [section])


def picture(connection: duckdb.DuckDBPyConnection, series_id: UUID) -> SeriesPicture:
    """The series of a change, with its levels, outliers and what was acknowledged."""
    return picture_of_change(connection, series_id)
