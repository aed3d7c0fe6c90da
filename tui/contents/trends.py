"""Series, and one of them with all that was found in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import duckdb

from benchmart.errors import UsageError
from benchmart.queries.series_changes import ChangedSeries, one_series
from interfaces.reports.change_pictures import picture_of_series
from interfaces.series_picture.picture import SeriesPicture
from tui.contents.content import Content, Section
from tui.contents.listing import PAGE, Asked, Listing
from tui.sparkline import sparkline

ALL = "all"
"""The path of all series, those of a single point among them."""
_KEYS = "select series_id, comparability_id, metric from series where series_id in (select unnest($ids))"
_COURSES = """
    select comparability_id, metric, list(value order by point_number)
    from series_points
    where comparability_id in (select unnest($ids))
    group by all
"""
_RELATION = """(
    select
        trends.*, dim_hardware.hardware_name,
        coalesce(dim_models.model_name, tests.test_name, trends.model_id) as subject
    from series_trends as trends
    left join dim_models on trends.model_id = dim_models.model_id
    left join dim_hardware on trends.hardware_id = dim_hardware.hardware_id
    left join (select comparability_id, test_name from dim_conditions where test_name is not null) as tests
        on trends.comparability_id = tests.comparability_id
    where trends.point_count >= {least}
)"""


def _with_courses(
    connection: duckdb.DuckDBPyConnection, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> Sequence[tuple[Any, ...]]:
    """The course of each series as a line of blocks, for the rows that are looked at."""
    at, key = columns.index("course"), columns.index("series_id")
    keys = connection.execute(_KEYS, {"ids": [row[key] for row in rows]}).fetchall()
    # Two statements: given the ids as values, DuckDB reads only what it needs of the points.
    points = connection.execute(_COURSES, {"ids": [of for _, of, _ in keys]}).fetchall()
    courses = {(of, metric): sparkline(values) for of, metric, values in points}
    found = {series_id: courses.get((of, metric), "") for series_id, of, metric in keys}
    return [(*row[:at], found.get(row[key], ""), *row[at + 1 :]) for row in rows]


TRENDS = Listing(
    name="series",
    title="Series of two points or more",
    relation=_RELATION.format(least=2),
    columns={
        "trend": "trend",
        "course": "cast(null as varchar)",
        "subject": "subject",
        "worse": "regression_count",
        "better": "improvement_count",
        "points": "point_count",
        "hardware": "coalesce(hardware_name, hardware_id)",
        "metric": "metric",
        "latest": "latest_value",
        "unit": "unit",
        "slope": "case when is_slope_relative then slope end",
        "outliers": "outlier_count",
        "newest": "last_occurred_at",
        "series_id": "series_id",
    },
    searched=[
        f"contains(lower({column}), {{word}})"
        for column in ("trend", "subject", "hardware_name", "hardware_id", "metric")
    ],
    sort="most regressions first",
    order="regression_count desc, change_count desc, point_count",
    key="series_id",
    measures={
        "worse": "sum(regression_count)",
        "better": "sum(improvement_count)",
        "points": "sum(point_count)",
    },
    empty="no series",
    finished=_with_courses,
)
ALL_SERIES = replace(TRENDS, title="All series", relation=_RELATION.format(least=1))
"""Most of them have one point."""


@dataclass(frozen=True, slots=True)
class OneSeries:
    """A series and its picture."""

    series: ChangedSeries
    picture: SeriesPicture

    def nearest_change(self, place: int) -> Mapping[str, Any] | None:
        """The row of `series_changes` whose point is nearest to this one; None where nothing changed."""
        known = [change for change in self.series.changes if self.place_of(change) is not None]
        return min(known, key=lambda each: abs((self.place_of(each) or 0) - place), default=None)

    def place_of(self, change: Mapping[str, Any]) -> int | None:
        """The place of its first point; None before the first point that is known."""
        wanted = (str(change["event_id"]), change["metric_position"])
        points = enumerate(self.series.points)
        return next((at for at, each in points if (each.event_id, each.metric_position) == wanted), None)


def read_series(connection: duckdb.DuckDBPyConnection, series_id: str) -> OneSeries:
    """A series by its id. Raises UsageError for what is no id, and where there is none."""
    try:
        wanted = UUID(series_id)
    except ValueError:
        raise UsageError(
            f"{series_id!r} is no id of a series", hint="`benchmart show trends` lists them"
        ) from None
    series = one_series(connection, wanted)
    return OneSeries(series, picture_of_series(series))


_POINT_COLUMNS = (
    "point",
    "value",
    "unit",
    "moment",
    "runtime_version",
    "commit",
    "environment",
    "is_outlier",
    "event_id",
)
_CHANGE_COLUMNS = (
    "point_number", "verdict", "before", "after", "effect", "low", "high", "p_value", "is_acknowledged",
    "acknowledged_as", "acknowledged_because", "change_id",
)  # fmt: skip


def trends(connection: duckdb.DuckDBPyConnection, path: str, asked: Asked, most: int = PAGE) -> Content:
    """The series, or one of them: its points and changes."""
    if path in ("", ALL):
        return replace((ALL_SERIES if path else TRENDS).content(connection, asked, most), screen="trends")
    series = read_series(connection, path).series
    told = (
        series.subject,
        series.hardware,
        series.metric,
        series.unit,
        series.direction,
        series.trend,
        series.slope,
    )
    points = [
        (number, *(each.value, series.unit, each.moment, each.runtime_version, each.commit_id), each.environment,
         each.is_outlier, each.event_id)
        for number, each in enumerate(series.points, 1)
    ]  # fmt: skip
    return Content(
        "trends",
        [
            Section(
                "series",
                "Series",
                (
                    "subject",
                    "hardware",
                    "metric",
                    "unit",
                    "better",
                    "trend",
                    "slope",
                    "not_judged",
                    "condition",
                ),
                [(*told, series.insufficient, series.configuration)],
            ),
            Section(
                "changes",
                "Changes of level",
                _CHANGE_COLUMNS,
                [tuple(change[name] for name in _CHANGE_COLUMNS) for change in series.changes],
                empty="no change of level",
            ),
            Section("points", "Points", _POINT_COLUMNS, points[-most:], len(points)),
        ],
    )
