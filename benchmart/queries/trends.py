"""Series over time and over versions: their points, and what changed between versions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, pairwise
from statistics import median, quantiles
from typing import Any

import duckdb

from benchmart.queries.filters import kept
from benchmart.queries.names import resolve
from benchmart.queries.rows import fetch
from benchmart.statistics import median_interval

MOST_POINTS = 500
"""Points of one series that are looked at: its last."""
_FEWEST_FOR_BAND = 4


@dataclass(frozen=True, slots=True)
class TrendFilter:
    """Which series; an empty list keeps all."""

    models: Sequence[str] = ()
    hardware: Sequence[str] = ()
    metrics: Sequence[str] = ()
    modes: Sequence[str] = ()
    precisions: Sequence[str] = ()
    has_versions: bool = False
    """Keep only series with more than one version of the runtime; those with most versions come first."""


@dataclass(frozen=True, slots=True)
class Point:
    """One measured value."""

    value: float
    """In the base unit of its series."""
    runtime_version: str | None
    occurred_at: datetime | None


@dataclass(frozen=True, slots=True)
class Level:
    """A stretch of points that belong together. Today a version ends one; a change that is found will end one too."""

    label: str
    """Version of the runtime; empty when no source tells."""
    first: int
    """Its first and last point, counted from 0."""
    last: int
    median: float
    quarter: float | None
    """Lower and upper quartile of its values; None for fewer than 4."""
    three_quarters: float | None
    low: float | None
    """Ends of the 95 % interval of the median; None for fewer than 6."""
    high: float | None

    @property
    def point_count(self) -> int:
        """Points in it."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class Change:
    """From one level to the next."""

    before: Level
    after: Level
    advantage: float | None
    """How many times better it became, in the metric's own direction; None where a level is 0."""

    @property
    def is_clear(self) -> bool | None:
        """Whether the intervals of the two medians lie apart; None when there are too few points to tell."""
        one, two = self.before, self.after
        if one.low is None or one.high is None or two.low is None or two.high is None:
            return None
        return one.high < two.low or two.high < one.low


@dataclass(frozen=True, slots=True)
class Trend:
    """A series with its points in order."""

    subject: str
    """Name of the model, or of the test."""
    hardware: str | None
    metric: str
    unit: str | None
    direction: str
    condition: dict[str, Any]
    """What else was equal: mode, precision, sizes and so on; only what is told."""
    point_count: int
    """All points; `points` holds the last MOST_POINTS of them."""
    points: Sequence[Point]
    levels: Sequence[Level]
    changes: Sequence[Change]


@dataclass(frozen=True, slots=True)
class Trends:
    """Series that fit, those with most points first."""

    trends: Sequence[Trend]
    series_count: int
    """All that fit and have more than one point, shown or not."""


_LOOKED_AT = 20
"""Series looked at for each that is wanted, since a condition may have many metrics."""
_NAMED = (
    "mode",
    "phase",
    "precision",
    "compiler",
    "memory_format",
    "batch_size",
    "sequence_length",
    "image_size",
)

_SERIES = """
    with fitting as (
        select series.comparability_id, series.metric, series.point_count, {order} as place
        from series {joined}
        {where}
    ),
    best as (from fitting order by place desc, comparability_id, metric limit $looked_at),
    -- the metrics of one condition tell much the same: one of them stands for all
    first as (
        select distinct on (comparability_id) *
        from best
        order by comparability_id, place desc, metric
    ),
    told as (from {told} order by place desc, comparability_id, metric limit $most)
    select
        (select count(*) from fitting) as series_count,
        series.*, dim_models.model_name, dim_hardware.hardware_name, conditions.*
    from told
    inner join series using (comparability_id, metric)
    inner join (
        select * exclude (model_id, hardware_id) from dim_conditions
        where comparability_id in (select comparability_id from told)
    ) as conditions using (comparability_id)
    left join dim_models using (model_id)
    left join dim_hardware using (hardware_id)
    order by told.place desc, comparability_id, metric
"""
_SPREAD = "coalesce((max_value - min_value) / nullif(abs(median_value), 0), 0)"
"""Of series with equally many points, those that vary most come first."""

_POINTS = """
    select value, runtime_version, occurred_at
    from series_points
    where
        comparability_id = $comparability_id and metric = $metric
        and model_id is not distinct from $model_id and hardware_id is not distinct from $hardware_id
    qualify point_number > count(*) over () - $most
    order by point_number
"""


def trends(connection: duckdb.DuckDBPyConnection, asked: TrendFilter, most: int) -> Trends:
    """The first `most` series that fit, of those with more than one point.

    Raises UsageError when a model or device asked for has no results.
    """
    wanted = {
        "series.model_id": resolve(connection, "model", asked.models),
        "series.hardware_id": resolve(connection, "hardware", asked.hardware),
        "series.metric": asked.metrics,
        "dim_conditions.mode": asked.modes,
        "dim_conditions.precision": asked.precisions,
    }
    least = "runtime_version_count > 1" if asked.has_versions else "point_count > 1"
    where, parameters = kept(wanted, least)
    counts = "runtime_version_count, point_count" if asked.has_versions else "point_count"
    sql = _SERIES.format(
        where=where,
        order=f"row({counts}, {_SPREAD})",
        # What is not asked for is not joined with: there are as many conditions as series.
        told="best" if asked.metrics else "first",
        joined="inner join dim_conditions using (comparability_id)"
        if asked.modes or asked.precisions
        else "",
    )
    rows = fetch(connection, sql, parameters | {"most": most, "looked_at": most * _LOOKED_AT}).as_dicts()
    return Trends([_trend(connection, row) for row in rows], rows[0]["series_count"] if rows else 0)


def _trend(connection: duckdb.DuckDBPyConnection, series: dict[str, Any]) -> Trend:
    keys = ("comparability_id", "metric", "model_id", "hardware_id")
    parameters = {key: series[key] for key in keys} | {"most": MOST_POINTS}
    points = [Point(*row) for row in connection.execute(_POINTS, parameters).fetchall()]
    found = list(levels(points))
    return Trend(
        subject=series["model_name"] or series["model_id"] or series["test_name"] or "unnamed",
        hardware=series["hardware_name"] or series["hardware_id"] or series["device_kind"],
        metric=series["metric"],
        unit=series["unit"],
        direction=series["direction"],
        condition={name: series[name] for name in _NAMED if series[name] is not None}
        | (series["condition"] or {}),
        point_count=series["point_count"],
        points=points,
        levels=found,
        changes=list(_changes(found, series["direction"])),
    )


def levels(points: Sequence[Point]) -> Iterator[Level]:
    """The stretches of points with the same version, in order."""
    first = 0
    for version, group in groupby(points, key=lambda point: point.runtime_version):
        values = [point.value for point in group]
        quarter, _, three_quarters = (
            quantiles(values, n=4) if len(values) >= _FEWEST_FOR_BAND else (None,) * 3
        )
        low, high = median_interval(values) or (None, None)
        last = first + len(values) - 1
        yield Level(version or "", first, last, median(values), quarter, three_quarters, low, high)
        first = last + 1


def _changes(found: Sequence[Level], direction: str) -> Iterator[Change]:
    for before, after in pairwise(found):
        better, worse = (after, before) if direction == "higher" else (before, after)
        yield Change(before, after, better.median / worse.median if worse.median else None)
