"""What to measure: first on a new device, and next of what people ask for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np

from benchmart.errors import PredictionRefused
from predictors.contract import ModelProfile, Question
from predictors.performance.entities import REFERENCE
from predictors.performance.from_questions import columns
from predictors.performance.prepared import prepare
from predictors.performance.probes import choose_few

_ASKED = """
    select
        predictions.model_id, predictions.hardware_id, predictions.mode, predictions.precision,
        predictions.batch_size, predictions.metric, any_value(predictions.case_name) as case_name,
        count(*) as asked_count, max_by(ln(predictions.high / predictions.low) / 2, predictions.issued_at) as half_width
    from predictions
    left join prediction_outcomes using (event_id)
    where prediction_outcomes.event_id is null and predictions.source_locator is null and predictions.low > 0
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
    """The models that tell most of a device nobody measured: nearest the middles of clusters of all.

    Models are compared as they would run on one ordinary device. Raises PredictionRefused when there are fewer models
    than asked for.
    """
    if len(profiles) < count:
        raise PredictionRefused(
            f"{count} models were asked for, and the work of {len(profiles)} is known",
            hint="Ask for fewer, or trace more with `benchmart profile`",
        )
    questions = [
        Question("throughput", profile, REFERENCE, "inference", "amp_fp16", batch_size=256)
        for profile in profiles
    ]
    given = prepare(*columns(questions, np.ones(len(questions))))
    return [profiles[place] for place in choose_few(given, count, seed=1)]
