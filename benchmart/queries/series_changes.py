"""Series that changed their level, the largest change first, with their points, changes and outliers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import duckdb

from benchmart.errors import UsageError
from benchmart.queries.filters import kept
from benchmart.queries.names import resolve
from benchmart.queries.rows import fetch

MOST_POINTS = 5_000
"""Points of one series that are looked at: its last."""

_SERIES = """
    with fitting as (
        select
            changes.series_id, changes.comparability_id, changes.metric, changes.unit, changes.direction,
            any_value(coalesce(dim_models.model_name, changes.subject)) as subject,
            any_value(dim_hardware.hardware_name) as hardware,
            -- none where a series is not positive throughout; a level can fall so low that the ratio is 0 to a float
            max(abs(ln(greatest(1 + changes.effect, 1e-300)))) as size
        from series_changes as changes
        left join dim_models using (model_id)
        left join dim_hardware using (hardware_id)
        {where}
        group by all
    )

    select
        fitting.*, series_trends.trend, series_trends.slope, series_trends.slope_low, series_trends.slope_high,
        series_trends.insufficient_reason, series_trends.detector, series_trends.spread,
        count(*) over () as series_count
    from fitting
    inner join series_trends using (series_id)
    order by fitting.size desc nulls last, fitting.series_id
    limit $most
"""
_ONE = """
    select
        trends.*, dim_hardware.hardware_name as hardware,
        coalesce(dim_models.model_name, conditions.test_name, trends.model_id) as subject
    from series_trends as trends
    left join dim_models on trends.model_id = dim_models.model_id
    left join dim_hardware on trends.hardware_id = dim_hardware.hardware_id
    left join dim_conditions as conditions on trends.comparability_id = conditions.comparability_id
    where trends.series_id = $series_id
"""
_CHANGES = """
    select * from series_changes where series_id = $series_id order by point_number
"""
_POINTS = """
    select
        runs.event_id, runs.metric_position, runs.value, runs.environment, runs.commit_id, runs.runtime_version,
        coalesce(runs.committed_at, runs.occurred_at) as moment, runs.configuration,
        outliers.event_id is not null as is_outlier
    from series_runs as runs
    left join series_outliers as outliers
        on
            outliers.series_id = $series_id
            and runs.event_id = outliers.event_id
            and runs.metric_position = outliers.metric_position
    where runs.comparability_id = $comparability_id and runs.metric = $metric
    order by moment nulls first, runs.occurred_at, runs.event_id
"""
_BASELINE = "select median(value) from baseline_points where comparability_id = $comparability_id and metric = $metric"
_COUNTS = "select trend, count(*) from series_trends group by trend order by count(*) desc, trend"


@dataclass(frozen=True, slots=True)
class ChangeFilter:
    """Which changes; an empty list keeps all."""

    models: Sequence[str] = ()
    hardware: Sequence[str] = ()
    metrics: Sequence[str] = ()
    modes: Sequence[str] = ()
    precisions: Sequence[str] = ()
    verdicts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """One measured value."""

    event_id: str
    metric_position: int
    value: float
    environment: str | None
    commit_id: str | None
    runtime_version: str | None
    moment: datetime | None
    """When its commit was made, else when it was measured."""
    is_outlier: bool


@dataclass(frozen=True, slots=True)
class ChangedSeries:
    """A series, with where it changed its level."""

    subject: str
    hardware: str | None
    metric: str
    unit: str
    direction: str
    configuration: str
    points: Sequence[Point]
    """In order; the last MOST_POINTS."""
    changes: Sequence[dict[str, Any]]
    """Rows of `series_changes`, in order."""
    trend: str
    slope: float | None
    """From point to point, as in `series_trends`, with the ends of its interval at 95 %."""
    slope_low: float | None
    slope_high: float | None
    baseline: float | None = None
    """Middle of the points that are marked for others to be compared with."""
    insufficient: str | None = None
    """Why it was not judged."""
    detector: str | None = None
    spread: float | None = None


@dataclass(frozen=True, slots=True)
class ChangedSeriesFound:
    """Series that fit, the largest change first."""

    series: Sequence[ChangedSeries]
    series_count: int
    """All that fit, shown or not."""
    trend_counts: dict[str, int]
    """Of all series of the warehouse, by where they are going."""


def changed_series(
    connection: duckdb.DuckDBPyConnection, asked: ChangeFilter, most: int
) -> ChangedSeriesFound:
    """The first `most` series that fit. Raises UsageError when a model or device asked for has no results."""
    wanted = {
        "changes.model_id": resolve(connection, "model", asked.models),
        "changes.hardware_id": resolve(connection, "hardware", asked.hardware),
        "changes.metric": asked.metrics,
        "changes.mode": asked.modes,
        "changes.precision": asked.precisions,
        "changes.verdict": asked.verdicts,
    }
    where, parameters = kept(wanted)
    rows = fetch(connection, _SERIES.format(where=where), parameters | {"most": most}).as_dicts()
    counts = dict(connection.execute(_COUNTS).fetchall())
    return ChangedSeriesFound(
        [_series(connection, row) for row in rows], rows[0]["series_count"] if rows else 0, counts
    )


def one_series(connection: duckdb.DuckDBPyConnection, series_id: UUID) -> ChangedSeries:
    """The series of a row of `series_trends`, changed or not. Raises UsageError where there is none."""
    rows = fetch(connection, _ONE, {"series_id": series_id}).as_dicts()
    if not rows:
        raise UsageError(f"no series {series_id}", hint="`benchmart show trends` lists them")
    return _series(connection, rows[0])


def _series(connection: duckdb.DuckDBPyConnection, row: dict[str, Any]) -> ChangedSeries:
    keys = ("series_id", "comparability_id", "metric")
    points = fetch(connection, _POINTS, {key: row[key] for key in keys}).as_dicts()[-MOST_POINTS:]
    changes = fetch(connection, _CHANGES, {"series_id": row["series_id"]}).as_dicts()
    marked = connection.execute(_BASELINE, {key: row[key] for key in keys[1:]}).fetchone()
    return ChangedSeries(
        subject=row["subject"] or "unnamed",
        hardware=row["hardware"],
        metric=row["metric"],
        unit=row["unit"],
        direction=row["direction"],
        configuration=points[-1]["configuration"] if points else "",
        points=[
            Point(
                str(each["event_id"]),
                each["metric_position"],
                each["value"],
                each["environment"],
                each["commit_id"],
                each["runtime_version"],
                each["moment"],
                each["is_outlier"],
            )
            for each in points
        ],
        changes=changes,
        trend=row["trend"],
        slope=row["slope"],
        slope_low=row["slope_low"],
        slope_high=row["slope_high"],
        baseline=marked[0] if marked else None,
        insufficient=row["insufficient_reason"],
        detector=row["detector"],
        spread=row["spread"],
    )
