"""Devices against each other, on equal conditions."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import duckdb

from benchmart.queries.names import resolve
from benchmart.queries.rows import Rows, fetch
from benchmart.statistics import median_interval


@dataclass(frozen=True, slots=True)
class Comparison:
    """How one device does against another in one metric, over all models that both have measured alike."""

    hardware_id: str
    baseline_hardware_id: str
    metric: str
    pair_count: int
    """Pairs of results under equal conditions."""
    model_count: int
    """Models among them; each counts once, however many pairs it has."""
    advantage: float
    """Median over models of each model's median advantage: above 1, the device is better than the baseline."""
    advantage_low: float | None
    """Lower end of its 95 % interval over models; None for fewer than 6 models."""
    advantage_high: float | None
    worst: float
    """Smallest advantage of any pair."""
    best: float


@dataclass(frozen=True, slots=True)
class ComparisonFilter:
    """What to compare."""

    hardware: str | None = None
    baseline: str | None = None
    metric: str = "throughput"
    models: Sequence[str] = ()
    modes: Sequence[str] = ()
    precisions: Sequence[str] = ()


def compare_hardware(connection: duckdb.DuckDBPyConnection, asked: ComparisonFilter) -> list[Comparison]:
    """One row for every two devices with equal work, most models first; given a device or two, only with those.

    Raises UsageError when a device or model asked for has no results.
    """
    where, parameters = _where(connection, asked)
    sql = f"""
        select
            hardware_id, baseline_hardware_id, metric, model_id,
            count(*), median(advantage), min(advantage), max(advantage)
        from hardware_comparisons
        {where}
        group by all
    """  # noqa: S608 - column names are ours, values are bound
    groups: dict[tuple[str, str, str], list[tuple[Any, ...]]] = defaultdict(list)
    for hardware, baseline, metric, *of_model in connection.execute(sql, parameters).fetchall():
        groups[hardware, baseline, metric].append(tuple(of_model))
    compared = [_comparison(key, models) for key, models in groups.items()]
    return sorted(compared, key=lambda each: (-each.model_count, each.hardware_id, each.baseline_hardware_id))


def pairs_worst_first(
    connection: duckdb.DuckDBPyConnection, asked: ComparisonFilter, limit: int | None = None
) -> Rows:
    """The single pairs behind a comparison, the smallest advantage first."""
    where, parameters = _where(connection, asked)
    sql = f"""
        select
            advantage, model_id, hardware_id, value, baseline_hardware_id, baseline_value, unit,
            mode, phase, precision, compiler, memory_format, batch_size, sequence_length, image_size,
            runtime, runtime_version, point_count, baseline_point_count
        from hardware_comparisons
        {where}
        order by advantage, model_id, comparability_id, baseline_comparability_id, runtime_version
    """  # noqa: S608 - column names are ours, values are bound
    return fetch(connection, sql, parameters, limit)


def _where(connection: duckdb.DuckDBPyConnection, asked: ComparisonFilter) -> tuple[str, Mapping[str, Any]]:
    given: dict[str, Any] = {"metric": [asked.metric]}
    if asked.hardware:
        given["hardware_id"] = resolve(connection, "hardware", [asked.hardware])
    if asked.baseline:
        given["baseline_hardware_id"] = resolve(connection, "hardware", [asked.baseline])
    if asked.models:
        given["model_id"] = resolve(connection, "model", asked.models)
    given |= {"mode": list(asked.modes)} if asked.modes else {}
    given |= {"precision": list(asked.precisions)} if asked.precisions else {}
    terms = [f"list_contains(${column}, {column})" for column in given]
    if not (asked.hardware or asked.baseline):
        # Each pair stands both ways round; one is enough when nobody asks for a side.
        terms.append("hardware_id < baseline_hardware_id")
    return f"where {' and '.join(terms)}", given


def _comparison(key: tuple[str, str, str], models: Iterable[tuple[Any, ...]]) -> Comparison:
    """`models` has a row a model: number of pairs, median, least and greatest advantage."""
    rows = [row[1:] for row in models]
    medians = [row[1] for row in rows]
    low, high = median_interval(medians) or (None, None)
    return Comparison(
        *key,
        pair_count=sum(row[0] for row in rows),
        model_count=len(rows),
        advantage=median(medians),
        advantage_low=low,
        advantage_high=high,
        worst=min(row[2] for row in rows),
        best=max(row[3] for row in rows),
    )
