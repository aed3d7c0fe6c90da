"""Sections on all series: where they are going, which points are off their level, which were not judged."""

from collections.abc import Iterator
from typing import Any

from benchmart.queries.rows import Rows
from benchmart.queries.series_overview import SeriesOverview
from interfaces.reports.change_pictures import SHORT_COMMIT
from interfaces.reports.report import Exhibit, Section, Table
from interfaces.reports.words import moment, size_for

_COUNTED = (
    "series", "improving", "degrading", "stable", "volatile", "not judged", "regressions", "improvements", "worst",
)  # fmt: skip
_TRENDS = (
    "Series counted by where they are going as a whole, those with most regressions first. Regressions and "
    "improvements are changes of level in them; the worst is that which lost most. Modes and precisions are counted "
    "together."
)
_OFF = (
    "Single points off the level around them: what came before and after is as usual, so it is the measurement that "
    "was odd. They count in no level. The newest first."
)
_NOT_JUDGED = (
    "Series of too few points to tell anything, by metric. They grow when the same condition is measured again: "
    "`benchmart collect` another day, or `benchmart import` of more results."
)


def overview_sections(found: SeriesOverview) -> Iterator[Section]:
    """Only those that have something to show."""
    rolled = [
        _rolled_up(name, rows)
        for name, rows in (
            ("model", found.by_model), ("family", found.by_family), ("device", found.by_hardware),
        )
        if rows.rows
    ]  # fmt: skip
    if rolled:
        yield Section("Where series are going", [_TRENDS], rolled)
    if found.outliers.rows:
        yield Section("Points off their level", [_OFF], [Exhibit(_outliers(found.outliers))])
    if found.not_judged.rows:
        yield Section("Insufficient data", [_NOT_JUDGED], [Exhibit(_not_judged(found.not_judged))])


def _rolled_up(name: str, rows: Rows) -> Exhibit:
    told = rows.as_dicts()
    table = Table(
        [name, "metric", *_COUNTED],
        [_counts(row) for row in told],
        _COUNTED,
        title=f"By {name}",
        left_out=_left_out(told),
    )
    return Exhibit(table)


def _counts(row: dict[str, Any]) -> list[str]:
    kinds = (
        "series",
        "improving",
        "degrading",
        "stable",
        "volatile",
        "insufficient",
        "regression",
        "improvement",
    )
    worst = "" if row["worst_effect"] is None else f"{row['worst_effect']:+.1%}"
    return [row["name"] or "not told", row["metric"], *(f"{row[f'{kind}_count']:,}" for kind in kinds), worst]


def _outliers(rows: Rows) -> Table:
    told = rows.as_dicts()
    columns = ("series", "value", "point", "when", "commit or version")
    return Table(columns, [_outlier(row) for row in told], ("value", "point"), left_out=_left_out(told))


def _outlier(row: dict[str, Any]) -> list[str]:
    on = f" on {row['hardware']}" if row["hardware"] else ""
    commit = row["commit_id"][:SHORT_COMMIT] if row["commit_id"] else None
    return [
        f"{row['subject'] or 'unnamed'}{on}: {row['metric']}",
        size_for(row["unit"], [row["value"]]).quantity(row["value"]),
        f"{row['point_number']:,}",
        moment(row["moment"]),
        " ".join(filter(None, (commit, row["runtime_version"]))) or "not told",
    ]


def _not_judged(rows: Rows) -> Table:
    columns = ("metric", "reason", "series", "most points of one")
    told = [
        [row["metric"], row["insufficient_reason"], f"{row['series_count']:,}", f"{row['most_points']:,}"]
        for row in rows.as_dicts()
    ]
    return Table(columns, told, columns[2:])


def _left_out(told: list[dict[str, Any]]) -> str:
    return f"{len(told):,} of {told[0]['row_count']:,} are shown." if len(told) < told[0]["row_count"] else ""
