"""Pictures of series from rows of the warehouse."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import duckdb

from benchmart.queries.series_changes import ChangedSeries, Point, one_series
from interfaces.cli.tables import number
from interfaces.reports.charts.series_chart import series_chart
from interfaces.reports.report import Draw
from interfaces.reports.words import Size, moment, size_for
from interfaces.series_picture.picture import SeriesPicture
from predictors.detection.contract import ChangePoint, Trend, Verdict

SHORT_COMMIT = 10
_BETTER = {"higher": "higher is better", "lower": "lower is better"}


def drawn(picture: SeriesPicture) -> Draw:
    """The picture at any width."""

    def draw(name: str, width: int) -> str:
        return series_chart(name, picture, width, number)

    return draw


def picture_of(series: ChangedSeries, title: str, size: Size) -> SeriesPicture:
    """The series at a multiple of its unit; changes before its first known point are not in it."""
    points = series.points
    axis = (
        f"{series.metric}, {size.unit}".removesuffix(", "),
        _BETTER.get(series.direction),
        series.configuration,
    )
    return SeriesPicture(
        title=title,
        axis=", ".join(filter(None, axis)),
        values=[point.value / size.factor for point in points],
        verdict=_verdict(series, size),
        seconds=[point.moment.timestamp() if point.moment else None for point in points],
        environments=[point.environment for point in points],
        titles=[_title(point, size) for point in points],
        acknowledged=dict(_acknowledged(series)),
        baseline=None if series.baseline is None else series.baseline / size.factor,
    )


def picture_of_change(connection: duckdb.DuckDBPyConnection, series_id: UUID) -> SeriesPicture:
    """The series of a row of `series_changes`, in the multiple of its unit that suits its values."""
    return picture_of_series(one_series(connection, series_id))


def picture_of_series(series: ChangedSeries) -> SeriesPicture:
    """In the multiple of its unit that suits its values."""
    size = size_for(series.unit, [point.value for point in series.points])
    title = f"{series.subject} on {series.hardware}" if series.hardware else series.subject
    return picture_of(series, title, size)


def change_point(change: dict[str, Any], size: Size, index: int = 0, previous: int = 0) -> ChangePoint:
    """A row of `series_changes`, at a multiple of its unit."""
    is_relative = change["effect"] is not None
    low, high = (
        end if end is None or is_relative else end / size.factor for end in (change["low"], change["high"])
    )
    return ChangePoint(
        index=index,
        previous=previous,
        before=change["before"] / size.factor,
        after=change["after"] / size.factor,
        effect=change["effect"],
        low=low,
        high=high,
        p_value=change["p_value"],
        points_before=change["points_before"],
        points_after=change["points_after"],
        verdict=change["verdict"],
        environment=change["environment"],
        found_by=tuple(change["found_by"] or ()),
    )


def _verdict(series: ChangedSeries, size: Size) -> Verdict:
    return Verdict(
        series=series.subject,
        detector=series.changes[0]["detector"] if series.changes else series.detector or "",
        point_count=len(series.points),
        insufficient=series.insufficient,
        change_points=tuple(_change_points(series, size)),
        outliers=tuple(place for place, point in enumerate(series.points) if point.is_outlier),
        trend=Trend(series.trend, series.slope, series.slope_low, series.slope_high),  # type: ignore[arg-type]
        spread=series.changes[0]["spread"] if series.changes else series.spread,
    )


def _placed(series: ChangedSeries) -> Iterator[tuple[int, dict[str, Any]]]:
    """Changes beside the places of their first points; not those before the first known point."""
    places = {(point.event_id, point.metric_position): place for place, point in enumerate(series.points)}
    for change in series.changes:
        place = places.get((str(change["event_id"]), change["metric_position"]))
        if place is not None:
            yield place, change


def _acknowledged(series: ChangedSeries) -> Iterator[tuple[int, str]]:
    for place, change in _placed(series):
        if change["is_acknowledged"]:
            said = f"{change['acknowledged_as']}: {change['acknowledged_because']}"
            yield place, ", ".join(filter(None, (said, change["issue"])))


def _change_points(series: ChangedSeries, size: Size) -> Iterator[ChangePoint]:
    of_event = {point.event_id: place for place, point in enumerate(series.points)}
    for place, change in _placed(series):
        previous = of_event.get(str(change["previous_event_id"]), place)
        yield change_point(change, size, place, previous)


def _title(point: Point, size: Size) -> str:
    commit = point.commit_id[:SHORT_COMMIT] if point.commit_id else None
    told = (size.quantity(point.value), commit, point.runtime_version, moment(point.moment))
    return " ".join(filter(None, told))
