"""Predictions of results never seen, scored by file, family and case, with or without probes of the device."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmart.event_log.events import SplitScore
from predictors.contract import Prediction
from predictors.measured import Measured
from predictors.performance.families import prefix_family
from predictors.performance.from_questions import columns, take_in
from predictors.performance.predictor import PerformancePredictor
from predictors.performance.prepared import prepare
from predictors.performance.probes import choose_few

Floats = npt.NDArray[np.float64]

_SEED = 1


@dataclass(frozen=True, slots=True)
class Part:
    """How well the predictions of some results did."""

    by: str
    """What the results have in common: `all`, `file`, `family` or `case`."""
    name: str
    result_count: int
    median_error: float
    """Median of |predicted / measured - 1|."""
    mean_error: float
    coverage: float
    """Share of results that their intervals held."""
    ranking: float | None
    """Spearman's correlation of predicted and measured; None for fewer than three results."""


def score(measured: Measured, predictor: PerformancePredictor, probes: int = 0) -> list[Part]:
    """Predict every result from its condition alone and hold it against what was measured.

    With probes, so many results of each device that the predictor has not learned from are taken in first and not
    scored. Which, depends on the models alone, never on what was measured.
    """
    if probes:
        chosen = _probes(measured, predictor, probes)
        if chosen:
            taken = measured.part(chosen)
            predictor = take_in(predictor, taken.questions, taken.values)
            measured = measured.part(sorted(set(range(len(measured.questions))) - set(chosen)))
    said = predictor.predict(measured.questions)
    keys: dict[str, Callable[[int], str]] = {
        "all": lambda _: "",
        "file": lambda place: measured.sources[place],
        "family": lambda place: prefix_family(measured.questions[place].profile.subject),
        "case": lambda place: said[place].case.name,
    }
    return [
        _part(by, name, [said[place] for place in places], measured.values[places])
        for by, key in keys.items()
        for name, places in sorted(_by(measured, key).items())
    ]


def scores_by_case(measured: Measured, said: Sequence[Prediction]) -> list[SplitScore]:
    """Errors and coverage of predictions by the case that each is in."""
    parts = [
        _part("case", name, [said[place] for place in places], measured.values[places])
        for name, places in sorted(_by(measured, lambda place: said[place].case.name.split(",")[0]).items())
    ]
    return [
        SplitScore(part.name, part.result_count, part.median_error, part.mean_error, part.coverage)
        for part in parts
    ]


def spearman(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Correlation of ranks, ties at their mean rank; None for fewer than three values, or where all are the same."""
    one, other = _ranks(np.asarray(first, np.float64)), _ranks(np.asarray(second, np.float64))
    if len(first) < 3 or np.ptp(one) == 0 or np.ptp(other) == 0:  # noqa: PLR2004 - two always agree or not
        return None
    return float(np.corrcoef(one, other)[0, 1])


def _ranks(values: Floats) -> Floats:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return np.asarray((ends - (counts - 1) / 2)[inverse])


def _by(measured: Measured, key: Callable[[int], str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place in range(len(measured.questions)):
        found.setdefault(key(place), []).append(place)
    return found


def _probes(measured: Measured, predictor: PerformancePredictor, count: int) -> list[int]:
    """So many results of each device that was not learned from and has more than that."""
    chosen: list[int] = []
    for device, places in sorted(
        _by(measured, lambda place: measured.questions[place].hardware.hardware_id).items()
    ):
        if device not in predictor.hardware and len(places) > count:
            of_device = measured.part(places)
            given = prepare(*columns(of_device.questions, of_device.values))
            chosen += [places[at] for at in choose_few(given, count, seed=_SEED).tolist()]
    return chosen


def _part(by: str, name: str, said: Sequence[Prediction], true: Floats) -> Part:
    values = np.array([each.value for each in said])
    errors = np.abs(values / true - 1)
    held = [each.low <= value <= each.high for each, value in zip(said, true, strict=True)]
    return Part(
        by,
        name,
        len(said),
        float(np.median(errors)),
        float(errors.mean()),
        float(np.mean(held)),
        spearman(values.tolist(), true.tolist()),
    )
