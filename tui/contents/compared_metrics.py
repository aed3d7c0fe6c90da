"""How results that stand side by side did, metric by metric."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import isfinite
from statistics import median
from typing import Any

import duckdb

from benchmart.queries.rows import fetch
from benchmart.statistics import median_interval
from tui.bars import bar

METRIC_COLUMNS = (
    "metric", "row", "bar", "value", "ratio", "best", "basis", "unit", "better", "repeats", "median", "from", "to",
)  # fmt: skip
"""`ratio` is to the first result that has the metric; `from` and `to` are the ends of the 95 % interval of the median
of all measurements of the same condition and version."""
_MEASUREMENTS = """
    select
        measurements.metric, metrics.direction, measurements.event_id, measurements.value, measurements.unit,
        measurements.basis, measurements.is_unit_known
    from fct_measurements as measurements
    left join dim_metrics as metrics on measurements.metric = metrics.metric
    where measurements.event_id in (select unnest($ids)) and measurements.value is not null
    order by metrics.is_headline desc nulls last, measurements.metric, measurements.metric_position
"""
_REPEATS = """
    select comparability_id, runtime_version, metric, list(value)
    from fct_measurements
    where
        comparability_id in (select unnest($ids)) and status = 'ok' and basis = 'measured' and is_unit_known
    group by all
"""


@dataclass(frozen=True, slots=True)
class _Measured:
    letter: str
    result: Mapping[str, Any]
    value: float
    unit: str
    basis: str


def metrics_of(
    connection: duckdb.DuckDBPyConnection, results: Sequence[tuple[str, Mapping[str, Any]]]
) -> Iterator[tuple[Any, ...]]:
    """A line for each metric and result that has it: rows of METRIC_COLUMNS, headline metrics first."""
    repeats = _repeats(connection, [row["comparability_id"] for _, row in results])
    ids = [row["event_id"] for _, row in results]
    rows = fetch(connection, _MEASUREMENTS, {"ids": ids}).as_dicts()
    for metric, of_metric in groupby(rows, key=lambda row: row["metric"]):
        measured = list(of_metric)
        found = [
            _Measured(letter, result, row["value"], row["unit"], row["basis"])
            for letter, result in results
            for row in measured
            if row["event_id"] == result["event_id"]
        ]
        for unit in dict.fromkeys(each.unit for each in found):
            alike = [each for each in found if each.unit == unit]
            yield from _lines(metric, measured[0]["direction"], alike, repeats)


def _repeats(
    connection: duckdb.DuckDBPyConnection, ids: Sequence[Any]
) -> Mapping[tuple[Any, ...], Sequence[float]]:
    rows = connection.execute(_REPEATS, {"ids": list(ids)}).fetchall()
    return {tuple(key): values for *key, values in rows}


def _lines(
    metric: str,
    direction: str | None,
    measured: Sequence[_Measured],
    repeats: Mapping[tuple[Any, ...], Sequence[float]],
) -> Iterator[tuple[Any, ...]]:
    """Bars of one metric have one scale: the largest value, or end of an interval, fills the width."""
    first = measured[0].value
    of_each = [
        repeats.get((each.result["comparability_id"], each.result["runtime_version"], metric), ())
        for each in measured
    ]
    intervals = [median_interval(values) or (None, None) for values in of_each]
    ends = [high for _, high in intervals if high is not None]
    largest = max([*(each.value for each in measured), *ends])
    best = _best(direction, [each.value for each in measured])
    for each, values, (low, high) in zip(measured, of_each, intervals, strict=True):
        ratio = each.value / first if first and isfinite(each.value / first) else None
        is_best = len(measured) > 1 and each.value == best
        yield (
            metric, each.letter, bar(each.value, largest, low=low, high=high), each.value, ratio,
            "best" if is_best else None, each.basis, each.unit, direction if best is not None else None,
            len(values) or None, median(values) if values else None, low, high,
        )  # fmt: skip


def _best(direction: str | None, values: Sequence[float]) -> float | None:
    """None for a metric without a direction."""
    if direction == "higher":
        return max(values)
    return min(values) if direction == "lower" else None
