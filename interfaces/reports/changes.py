"""The report on what changed: series whose level moved, the largest change first, with pictures."""

from collections.abc import Iterator
from typing import Any

import duckdb

from benchmart.queries.series_changes import (
    MOST_POINTS,
    ChangedSeries,
    ChangedSeriesFound,
    ChangeFilter,
    changed_series,
)
from benchmart.queries.series_overview import series_overview
from interfaces.cli.tables import number
from interfaces.reports.change_pictures import SHORT_COMMIT, change_point, drawn, picture_of
from interfaces.reports.report import Exhibit, Report, Section, Table, nothing
from interfaces.reports.series_overview import overview_sections
from interfaces.reports.state import asked_for, state_of
from interfaces.reports.words import Size, moment, size_for
from interfaces.series_picture.words import effect_words, evidence_of, interval_words, p_words, size_of

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
_TOO_FEW = "insufficient data"
_NOT_TOLD = "not told"
MOST_ROWS = 20
"""Of each table on all series."""
_HOW_TO_READ = (
    "Dots are single results, hollow ones are off their level. A plain line is the median of a level, its band the "
    "95 % interval of that, from six points on, taking points as independent. A dashed line is where the level "
    "changed, with what it came to; a thin line is where the environment was switched, which is no change. Each "
    "environment is judged by itself. Intervals take the place of a change as known."
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
        sections=[*_sections(found), *overview_sections(series_overview(connection, asked, MOST_ROWS))],
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
    heading = heading_of(series)
    return Exhibit(table, drawn(picture_of(series, heading, size)), heading, _note(series, size))


def heading_of(series: ChangedSeries) -> str:
    """What the series is of."""
    on = f" on {series.hardware}" if series.hardware else ""
    return f"{series.subject}{on}: {series.metric}"


def _row(change: dict[str, Any], size: Size) -> list[str]:
    found = change_point(change, size)
    low, high = interval_words(found, number)
    return [
        moment(change["committed_at"] or change["occurred_at"]),
        _under_test(change["commit_id"], change["runtime_version"]),
        size.quantity(change["before"]),
        size.quantity(change["after"]),
        effect_words(found, number),
        f"{low} .. {high}",
        p_words(found.p_value),
        f"{found.points_before:,}, {found.points_after:,}",
        found.verdict,
        ", ".join(found.found_by),
    ]


def _note(series: ChangedSeries, size: Size) -> str:
    """The evidence for its largest change, in words."""
    change = max(series.changes, key=lambda each: size_of(change_point(each, size)))
    sides = [
        _under_test(change[f"{side}commit_id"], change[f"{side}runtime_version"])
        for side in ("previous_", "")
    ]
    between = "" if _NOT_TOLD in sides or sides[0] == sides[1] else f"; between {sides[0]} and {sides[1]}"
    largest = "The largest change: " if len(series.changes) > 1 else ""
    evidence = evidence_of(change_point(change, size), size.written)
    told = f"{largest}{evidence}{between}. Trend of the whole: {series.trend}."
    return told[0].upper() + told[1:]


def _under_test(commit: str | None, version: str | None) -> str:
    return " ".join(filter(None, (commit[:SHORT_COMMIT] if commit else None, version))) or _NOT_TOLD
