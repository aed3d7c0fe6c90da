"""What to measure: first on a new device, and next of what people ask for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from benchmart.errors import PredictionRefused
from predictors.contract import ModelProfile

_ASKED = """
    select
        predictions.model_id, predictions.hardware_id, predictions.mode, predictions.precision,
        predictions.batch_size, predictions.metric, any_value(predictions.case_name) as case_name,
        count(*) as asked_count, max_by(ln(predictions.high / predictions.low) / 2, predictions.issued_at) as half_width
    from predictions
    left join prediction_outcomes using (event_id)
    where prediction_outcomes.event_id is null and predictions.low > 0
    group by all
"""
_REPEATED = """
    with spreads as (
        select stddev_samp(ln(value)) as spread
        from series_points
        where value > 0 and metric in ('throughput', 'latency_mean')
        group by comparability_id, metric, runtime_version
        having count(*) > 1
    )

    select 1.645 * median(spread) from spreads where spread > 0
"""
_REPEATED_UNKNOWN = 0.02


@dataclass(frozen=True, slots=True)
class Run:
    """A run that would answer what was asked."""

    model_id: str
    hardware_id: str
    mode: str
    precision: str
    batch_size: int
    metric: str
    case_name: str
    asked_count: int
    """Predictions of it that were issued and never measured."""
    half_width: float
    """Of the interval of the logarithm, as last predicted."""
    width_after: float
    """What is left of it when the run was made: measuring again differs by so much."""
    gain: float
    """Half width taken off, times how often it was asked."""


def next_runs(connection: duckdb.DuckDBPyConnection, limit: int) -> list[Run]:
    """The runs that would take off most uncertainty of what people asked for, greatest gain first.

    The gain counts what the run itself answers; that predictions of others get surer by it, is not counted.
    """
    (found,) = connection.execute(_REPEATED).fetchall()
    after = float(found[0]) if found[0] is not None else _REPEATED_UNKNOWN
    cursor = connection.execute(_ASKED)
    names = [name for name, *_ in cursor.description or ()]
    runs = [_run(dict(zip(names, row, strict=True)), after) for row in cursor.fetchall()]
    runs.sort(key=lambda run: (-run.gain, run.model_id, run.hardware_id, run.precision, run.batch_size))
    return runs[:limit]


def _run(row: dict[str, Any], after: float) -> Run:
    gain = row["asked_count"] * max(row["half_width"] - after, 0.0)
    return Run(**row, width_after=min(after, row["half_width"]), gain=gain)


def first_probes(profiles: Sequence[ModelProfile], count: int) -> list[ModelProfile]:
    """The models that tell most of a device nobody measured: spread over work, parameters and intensity.

    The first is the most central one, each next the one farthest from those chosen (Gonzalez 1985). Raises
    PredictionRefused when there are fewer models than asked for.
    """
    if len(profiles) < count:
        raise PredictionRefused(
            f"{count} models were asked for, and the work of {len(profiles)} is known",
            hint="Ask for fewer, or import results that state it",
        )
    points = _standardised(profiles)
    chosen = [int(np.argmin((points**2).sum(axis=1)))]
    nearest = ((points - points[chosen[0]]) ** 2).sum(axis=1)
    while len(chosen) < count:
        chosen.append(int(np.argmax(nearest)))
        nearest = np.minimum(nearest, ((points - points[chosen[-1]]) ** 2).sum(axis=1))
    return [profiles[place] for place in chosen]


def _standardised(profiles: Sequence[ModelProfile]) -> npt.NDArray[np.float64]:
    moved = [sum(each.written_elements for each in profile.operators) for profile in profiles]
    raw = np.log(
        [
            [profile.flops_per_item, max(profile.parameter_count, 1.0), max(elements, 1.0)]
            for profile, elements in zip(profiles, moved, strict=True)
        ]
    )
    spread = raw.std(axis=0)
    points: npt.NDArray[np.float64] = (raw - np.median(raw, axis=0)) / np.where(spread > 0, spread, 1.0)
    return points
