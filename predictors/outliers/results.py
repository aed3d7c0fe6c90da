"""The scores of the warehouse's results."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from predictors.outliers.detect import Scores, score
from predictors.outliers.table import Cells

FEATURES = ("parameter_count", "macs_per_item", "activations_per_item", "image_size")
SCORED = pa.schema(
    [
        pa.field("event_id", pa.string()),
        pa.field("metric", pa.string()),
        pa.field("value", pa.float64()),
        pa.field("expected_value", pa.float64()),
        pa.field("score", pa.float64()),
        pa.field("witness_count", pa.int64()),
        pa.field("witnesses", pa.list_(pa.string())),
        pa.field("relatives", pa.list_(pa.string())),
    ]
)
_LEAST_SCORE = 3.0
"""Nothing is said of results that fit."""
_SHOWN = 5
_DIGITS = 6
"""Libraries of linear algebra differ in the last digits."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What is said of the results of one collector and metric."""

    found: pa.Table
    """What does not fit, as SCORED says."""
    judged_count: int
    """Results that had enough others to be held against."""


def scored(results: pa.Table) -> pa.Table:
    """What does not fit, as SCORED says.

    `results` has the columns event_id, collector, metric, subject, configuration, value and those of FEATURES. Results
    of different collectors or metrics say nothing of each other.
    """
    results = results.sort_by([(name, "ascending") for name in ("collector", "metric", "event_id")])
    found = [judged(part).found for part in _parts(results)]
    return pa.concat_tables([SCORED.empty_table(), *found])


def _parts(results: pa.Table) -> Iterator[pa.Table]:
    keys = list(zip(results["collector"].to_pylist(), results["metric"].to_pylist(), strict=True))
    starts = [place for place, key in enumerate(keys) if place == 0 or key != keys[place - 1]]
    for start, end in zip(starts, [*starts[1:], len(keys)], strict=False):
        yield results.slice(start, end - start)


def judged(part: pa.Table) -> Judged:
    """The same for results of one collector and metric, in the order of their events."""
    columns = [part[name].cast(pa.float64()).to_numpy(zero_copy_only=False) for name in FEATURES]
    values = part["value"].to_numpy()
    subjects = part["subject"].to_pylist()
    said = score(Cells(subjects, part["configuration"].to_pylist(), values, np.column_stack(columns)))
    events = part["event_id"].to_pylist()
    heard = _heard(subjects, events, said)
    rows = [
        {
            "event_id": events[cell],
            "metric": part["metric"][cell].as_py(),
            "value": float(values[cell]),
            "expected_value": _rounded(said.expected[cell]),
            "score": _rounded(said.scores[cell]),
            "witness_count": int(said.witnesses[cell]),
            "witnesses": [event for event in heard[subjects[cell]] if event != events[cell]][:_SHOWN],
            "relatives": said.relatives[cell],
        }
        for cell in np.flatnonzero(said.scores >= _LEAST_SCORE)
    ]
    return Judged(pa.Table.from_pylist(rows, schema=SCORED), int(np.isfinite(said.scores).sum()))


def _heard(subjects: list[str], events: list[str], said: Scores) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for cell in np.flatnonzero(np.isfinite(said.scores)):
        found.setdefault(subjects[cell], []).append(events[cell])
    return found


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
