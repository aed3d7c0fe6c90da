"""The report on what changed: series whose level moved, the largest change first, with pictures."""

from collections.abc import Iterator, Sequence
from typing import Any

import duckdb

from benchmart.queries.series_changes import (
    MOST_POINTS,
    ChangedSeries,
    ChangedSeriesFound,
    ChangeFilter,
    Point,
    changed_series,
)
from interfaces.cli.tables import number
from interfaces.reports.charts.changes import Dot, Mark, change_chart
from interfaces.reports.charts.svg import Caption
from interfaces.reports.report import Draw, Exhibit, Report, Section, Table, nothing
from interfaces.reports.state import asked_for, state_of
from interfaces.reports.words import Size, count, moment, size_for

_COLUMNS = [
    "when",
    "commit or version",
    "before",
    "after",
    "effect",
    "95 % interval",
    "p",
    "points",
    "verdict",
    "also found by",
]
_NUMERIC = ("before", "after", "effect", "95 % interval", "p", "points")
_SHORT_COMMIT = 10
_TOO_FEW = "insufficient data"
_LEAST_P = 1e-99
_TONES = {"regression": "worse", "improvement": "better"}
_HOW_TO_READ = (
    "Dots are single results, hollow ones are off their level. A plain line is the median of a level, a dashed one is "
    "where it changed, with what it came to; a thin line is where the environment was switched, which is no change. "
    "Each environment is judged by itself. Intervals take the place of a change as known."
)
_NONE = (
    "No series that fits changed its level. A series is judged from six points on: `benchmart collect` another day, or "
    "`benchmart import` of more results."
)


def changes_report(
    connection: duckdb.DuckDBPyConnection, asked: ChangeFilter, most: int, command: str
) -> Report:
    """The `most` series with the largest changes. Raises UsageError for names without results."""
    found = changed_series(connection, asked, most)
    return Report(
        title="What changed",
        lead=_lead(found),
        asked=asked_for(asked),
        state=state_of(connection),
        sections=list(_sections(found)),
        command=command,
    )


def _lead(found: ChangedSeriesFound) -> str:
    shown = f"; the {len(found.series)} with the largest changes are shown" if found.series else ""
    told = {kind: number for kind, number in found.trend_counts.items() if kind != _TOO_FEW}
    trends = ", ".join(f"{number:,} {kind}" for kind, number in told.items())
    judged = f" Of all series with enough points: {trends}." if trends else ""
    return f"{found.series_count:,} series that fit changed their level{shown}.{judged}"


def _sections(found: ChangedSeriesFound) -> Iterator[Section]:
    if not found.series:
        yield nothing(_NONE)
        return
    yield Section(
        "Series, the largest change first", [_HOW_TO_READ], [exhibit_of(each) for each in found.series]
    )


def exhibit_of(series: ChangedSeries) -> Exhibit:
    """The chart of one series, and the table of its changes."""
    size = size_for(series.unit, [point.value for point in series.points])
    left_out = f"The last {MOST_POINTS:,} points are shown." if len(series.points) == MOST_POINTS else ""
    table = Table(_COLUMNS, [_row(change, size) for change in series.changes], _NUMERIC, left_out=left_out)
    return Exhibit(table, _draw(series, size), heading_of(series))


def heading_of(series: ChangedSeries) -> str:
    """What the series is of."""
    on = f" on {series.hardware}" if series.hardware else ""
    return f"{series.subject}{on}: {series.metric}"


def _row(change: dict[str, Any], size: Size) -> list[str]:
    low, high = (_relative(change[end], change, size) for end in ("low", "high"))
    return [
        moment(change["committed_at"] or change["occurred_at"]),
        _under_test(change["commit_id"], change["runtime_version"]),
        size.quantity(change["before"]),
        size.quantity(change["after"]),
        _effect(change, size),
        f"{low} .. {high}",
        f"{change['p_value']:.1g}" if change["p_value"] > _LEAST_P else f"< {_LEAST_P:.0g}",
        f"{change['points_before']:,}, {change['points_after']:,}",
        change["verdict"],
        ", ".join(change.get("found_by") or []),
    ]


def _under_test(commit: str | None, version: str | None) -> str:
    return " ".join(filter(None, (commit[:_SHORT_COMMIT] if commit else None, version))) or "not told"


def _effect(change: dict[str, Any], size: Size) -> str:
    if change["effect"] is None:
        return size.number(change["after"] - change["before"])
    return _percent(change["effect"])


def _relative(end: float, change: dict[str, Any], size: Size) -> str:
    return size.number(end) if change["effect"] is None else _percent(end)


def _percent(effect: float) -> str:
    """As a person says it: a factor from twice or half on."""
    if effect >= 1:
        return f"{effect + 1:.3g} x"
    return f"{effect:+.1%}"


def _draw(series: ChangedSeries, size: Size) -> Draw:
    dots = [_dot(point, size) for point in series.points]
    marks = list(_marks(series.points, series.changes, size))
    better = {"higher": "higher is better", "lower": "lower is better"}.get(series.direction, "")
    axis = ", ".join(
        filter(None, (f"{series.metric}, {size.unit}".removesuffix(", "), better, series.configuration))
    )
    told = "; ".join(f"{mark.label} at point {mark.index + 1}" for mark in marks)
    caption = Caption(heading_of(series), f"{count(len(dots), 'point')}. Changes: {told}")

    def draw(name: str, width: int) -> str:
        return change_chart(name, caption, dots, marks, axis=axis, width=width, shown=number)

    return draw


def _dot(point: Point, size: Size) -> Dot:
    title = " ".join(
        filter(
            None, (size.quantity(point.value), point.commit_id, point.runtime_version, moment(point.moment))
        )
    )
    seconds = point.moment.timestamp() if point.moment else None
    return Dot(point.value / size.factor, seconds, title, point.environment, point.is_outlier)


def _marks(points: Sequence[Point], changes: Sequence[dict[str, Any]], size: Size) -> Iterator[Mark]:
    places = {(point.event_id, point.metric_position): place for place, point in enumerate(points)}
    for change in changes:
        place = places.get((str(change["event_id"]), change["metric_position"]))
        if place is not None:
            tone = _TONES.get(change["verdict"], "")
            yield Mark(place, _effect(change, size), tone, points[place].environment)
