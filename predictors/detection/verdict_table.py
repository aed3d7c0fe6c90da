"""Verdicts of many series at once, from a table and to a table: what the warehouse is built with."""

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from predictors.detection.contract import Series, Verdict

_CHANGE = pa.struct(
    [
        pa.field("index", pa.int64()),
        pa.field("previous", pa.int64()),
        *(pa.field(name, pa.float64()) for name in ("before", "after", "effect", "low", "high", "p_value")),
        pa.field("points_before", pa.int64()),
        pa.field("points_after", pa.int64()),
        pa.field("verdict", pa.string()),
        pa.field("environment", pa.string()),
        pa.field("found_by", pa.list_(pa.string())),
    ]
)
"""A ChangePoint of the contract, field by field."""

VERDICTS = pa.schema(
    [
        pa.field("series_id", pa.string()),
        pa.field("detector", pa.string()),
        pa.field("point_count", pa.int64()),
        pa.field("insufficient", pa.string()),
        pa.field("trend", pa.string()),
        *(pa.field(name, pa.float64()) for name in ("slope", "slope_low", "slope_high", "spread")),
        pa.field("change_points", pa.list_(_CHANGE)),
        pa.field("outliers", pa.list_(pa.int64())),
    ]
)
"""One row a series; units as in the contract, places from 0."""


def judged(series: pa.Table) -> pa.Table:
    """The verdict of each row of `series`, in their order, as `VERDICTS` says.

    `series` has the columns series_id, direction (higher, lower or none), point_values, environments and
    continue_sessions, the last three lists with an entry for each point in order. Without rows, no detector is
    imported. A series on which the detectors fail has `insufficient` say how.
    """
    if not series.num_rows:
        return VERDICTS.empty_table()
    asked = list(_series(series))
    return pa.Table.from_pylist(_rows(asked), VERDICTS)


def _rows(asked: Sequence[Series]) -> list[dict[str, Any]]:
    from predictors.detection.judge import judge_many

    try:
        return [_row(verdict) for verdict in judge_many(asked)]
    except Exception as error:  # noqa: BLE001 - a series on which a detector fails must not keep all others from a build
        if len(asked) == 1:
            return [_failed(asked[0], error)]
        middle = len(asked) // 2
        return [*_rows(asked[:middle]), *_rows(asked[middle:])]


def _failed(series: Series, error: Exception) -> dict[str, Any]:
    return {
        "series_id": series.name,
        "point_count": len(series.values),
        "insufficient": f"the detector failed: {type(error).__name__}: {error}",
        "trend": "insufficient data",
        "change_points": [],
        "outliers": [],
    }


def _series(table: pa.Table) -> Iterator[Series]:
    names = table["series_id"].cast(pa.string()).to_pylist()
    directions = table["direction"].to_pylist()
    lists = (_lists(table[name]) for name in ("point_values", "environments", "continue_sessions"))
    for name, direction, points, measured_with, continues in zip(names, directions, *lists, strict=True):
        # What is not told is an environment too: its points are not held against those of a known one.
        told = [environment or "" for environment in measured_with]
        sessions = list(accumulate(not each for each in continues)) if any(continues) else None
        yield Series(name, points, direction, told if len(set(told)) > 1 else None, sessions)


def _lists(column: pa.ChunkedArray) -> Iterator[Sequence[Any]]:
    """The list of each row. All entries are taken out of Arrow at once, which is faster than row by row."""
    for chunk in column.chunks:
        entries = chunk.flatten().to_pylist()
        starts = [0, *pc.cumulative_sum(chunk.value_lengths()).to_pylist()]
        yield from (entries[start:stop] for start, stop in pairwise(starts))


def _row(verdict: Verdict) -> dict[str, Any]:
    return {
        "series_id": verdict.series,
        "detector": verdict.detector,
        "point_count": verdict.point_count,
        "insufficient": verdict.insufficient,
        "trend": verdict.trend.kind,
        "slope": verdict.trend.slope,
        "slope_low": verdict.trend.low,
        "slope_high": verdict.trend.high,
        "spread": verdict.spread,
        "change_points": [
            {name: getattr(change, name) for name in _CHANGE.names} for change in verdict.change_points
        ],
        "outliers": list(verdict.outliers),
    }
