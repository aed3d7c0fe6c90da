"""The report on series: values over time and over versions, and what changed between versions."""

from collections.abc import Iterator, Sequence

import duckdb

from benchmart.queries.trends import MOST_POINTS, Change, Trend, TrendFilter, Trends, trends
from interfaces.cli.tables import number
from interfaces.reports.charts.lines import Point, Stretch, line_chart
from interfaces.reports.charts.svg import Caption
from interfaces.reports.comparison import condition_words
from interfaces.reports.report import Draw, Exhibit, Report, Section, Table, nothing
from interfaces.reports.state import asked_for, state_of
from interfaces.reports.words import Size, count, moment, size_for, times

_NUMERIC = ("points", "median", "middle half", "95 % interval", "against before")
_HOW_TO_READ = (
    "Dots are single results. The plain line is the median of a version, the band the middle half of its values, "
    "from four points on; a dashed line is where another version begins; `benchmart report changes` has changes "
    "of level."
)
_WHAT_CHANGED = (
    "How many times better each version is than the one before, in the metric's own direction, of the series below, "
    "the worst first. A change is clear where the 95 % intervals of both medians lie apart; that needs six points each."
)
_MOST_CHANGES = 12
_NOT_TOLD = "not told"
_BETTER = {"higher": "higher is better", "lower": "lower is better"}
_NONE = (
    "No series that fits has more than one {of_what}. A series grows when the same condition is measured again: "
    "`benchmart collect` another day, or `benchmart import` of results under another version."
)


def trend_report(
    connection: duckdb.DuckDBPyConnection, asked: TrendFilter, most: int, command: str
) -> Report:
    """The `most` series with most points. Raises UsageError for names without results."""
    found = trends(connection, asked, most)
    return Report(
        title="Versions compared" if asked.has_versions else "Series",
        lead=_lead(found, asked),
        asked=asked_for(asked),
        state=state_of(connection),
        sections=list(_sections(found, asked)),
        command=command,
    )


def trend_exhibit(trend: Trend) -> Exhibit:
    """The chart of one series, and the table of its levels."""
    size = size_for(trend.unit, [point.value for point in trend.points])
    left_out = (
        f"The last {MOST_POINTS:,} of {trend.point_count:,} points are shown."
        if trend.point_count > len(trend.points)
        else ""
    )
    table = Table(
        ["version", "points", "median", "middle half", "95 % interval", "against before", "change"],
        list(_level_rows(trend, size)),
        _NUMERIC,
        left_out=left_out,
    )
    return Exhibit(table, _draw(trend, size), heading_of(trend))


def heading_of(trend: Trend) -> str:
    """What the series is of."""
    on = f" on {trend.hardware}" if trend.hardware else ""
    return f"{trend.subject}{on}: {trend.metric}"


def _sections(found: Trends, asked: TrendFilter) -> Iterator[Section]:
    if not found.trends:
        yield nothing(_NONE.format(of_what="version" if asked.has_versions else "point"))
        return
    changes = _changes_section(found.trends)
    if changes:
        yield changes
    yield Section(
        "The series",
        [_HOW_TO_READ],
        [trend_exhibit(trend) for trend in found.trends],
    )


def _changes_section(found: Sequence[Trend]) -> Section | None:
    """All changes between versions, the worst first."""
    changes = [
        (change.advantage, trend, change)
        for trend in found
        for change in trend.changes
        if change.advantage is not None
    ]
    if not changes:
        return None
    told = sorted(changes, key=lambda each: each[0])[:_MOST_CHANGES]
    rows = [
        [
            times(advantage),
            heading_of(trend),
            f"{change.before.label or _NOT_TOLD} to {change.after.label or _NOT_TOLD}",
            f"{change.before.point_count:,} and {change.after.point_count:,}",
            _clear(change),
            condition_words(trend.condition),
        ]
        for advantage, trend, change in told
    ]
    table = Table(
        ["became", "series", "versions", "points", "change", "condition"],
        rows,
        ["became"],
        left_out=f"The {len(told)} worst of {len(changes)} are shown." if len(told) < len(changes) else "",
    )
    return Section(
        "Changes between versions",
        [_WHAT_CHANGED],
        [Exhibit(table)],
    )


def _level_rows(trend: Trend, size: Size) -> Iterator[list[str]]:
    changes: list[Change | None] = [None, *trend.changes]
    for level, change in zip(trend.levels, changes, strict=True):
        yield [
            level.label or _NOT_TOLD,
            f"{level.point_count:,}",
            size.quantity(level.median),
            _range(level.quarter, level.three_quarters, size),
            _range(level.low, level.high, size),
            times(change.advantage) if change and change.advantage is not None else "",
            _clear(change) if change else "",
        ]


def _range(low: float | None, high: float | None, size: Size) -> str:
    return "too few points" if low is None or high is None else f"{size.number(low)} .. {size.number(high)}"


def _clear(change: Change) -> str:
    return {True: "clear", False: "within noise", None: "too few points to tell"}[change.is_clear]


def _draw(trend: Trend, size: Size) -> Draw:
    points = [
        Point(
            point.value / size.factor,
            point.occurred_at.timestamp() if point.occurred_at else None,
            " ".join(
                filter(None, (size.quantity(point.value), point.runtime_version, moment(point.occurred_at)))
            ),
        )
        for point in trend.points
    ]
    stretches = [
        Stretch(
            level.label, level.first, level.last, level.median / size.factor,
            None if level.quarter is None else level.quarter / size.factor,
            None if level.three_quarters is None else level.three_quarters / size.factor,
        )
        for level in trend.levels
    ]  # fmt: skip
    better = _BETTER.get(trend.direction, "")
    moments = [moment(point.occurred_at) for point in trend.points if point.occurred_at]
    span = f"{moments[0]} to {moments[-1]} UTC" if len(moments) > 1 else ""
    axis = ", ".join(
        filter(
            None,
            (
                f"{trend.metric}, {size.unit}".removesuffix(", "),
                better,
                span,
                condition_words(trend.condition),
            ),
        )
    )
    told = "; ".join(
        f"{level.label or 'version not told'}: median {size.quantity(level.median)}" for level in trend.levels
    )
    caption = Caption(heading_of(trend), f"{count(trend.point_count, 'point')}. {told}")

    def draw(name: str, width: int) -> str:
        return line_chart(name, caption, points, stretches, axis=axis, width=width, shown=number)

    return draw


def _lead(found: Trends, asked: TrendFilter) -> str:
    of_what = "version of the runtime" if asked.has_versions else "point"
    told = f"{found.series_count:,} series that fit have more than one {of_what}"
    if not found.trends:
        return f"{told}."
    which = "versions" if asked.has_versions else "points"
    kept = "Only results that were measured and ended well count."
    return f"{told}; the {len(found.trends)} with most {which} are shown. {kept}"
