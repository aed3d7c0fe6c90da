"""Predictions of results never seen, scored by file, family and case, with or without probes of the device."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from predictors.contract import Prediction, Predictor
from predictors.measured import Measured
from predictors.performance.splits import family_of

Floats = npt.NDArray[np.float64]


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


def score(measured: Measured, predictor: Predictor, probes: int = 0) -> list[Part]:
    """Predict every result from its condition alone and hold it against what was measured.

    With probes, so many results of each device that the predictor has not seen, spread over sizes of work, are taken in
    first and not scored: their median deviation corrects the others, and the spread of it sets their intervals.
    """
    said = predictor.predict(measured.questions)
    kept = np.ones(len(said), bool)
    if probes:
        for places in _by(measured, lambda place: measured.questions[place].hardware.hardware_id).values():
            if len(places) > probes and not said[places[0]].case.is_hardware_seen:
                chosen = _spread(measured, places, probes)
                kept[chosen] = False
                _correct(said, measured, chosen, [place for place in places if place not in set(chosen)])
    scored = np.flatnonzero(kept).tolist()
    keys: dict[str, Callable[[int], str]] = {
        "all": lambda _: "",
        "file": lambda place: measured.sources[place],
        "family": lambda place: family_of(measured.questions[place]),
        "case": lambda place: said[place].case.name,
    }
    return [
        _part(by, name, [said[place] for place in places], measured.values[places])
        for by, key in keys.items()
        for name, places in sorted(_by(measured, key, scored).items())
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


def _by(
    measured: Measured, key: Callable[[int], str], places: Sequence[int] | None = None
) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place in range(len(measured.questions)) if places is None else places:
        found.setdefault(key(place), []).append(place)
    return found


def _spread(measured: Measured, places: Sequence[int], count: int) -> list[int]:
    """So many of the places, evenly over how much work they are."""
    order = sorted(places, key=lambda place: (measured.questions[place].profile.flops_per_item, place))
    return [order[int((number + 0.5) * len(order) / count)] for number in range(count)]


def _correct(
    said: list[Prediction], measured: Measured, chosen: Sequence[int], others: Sequence[int]
) -> None:
    off = np.array([np.log(measured.values[place] / said[place].value) for place in chosen])
    factor = float(np.exp(np.median(off)))
    for place in others:
        before = said[place]
        case = replace(before.case, probes=len(chosen))
        width = _width(off, before)
        value = before.value * factor
        said[place] = replace(
            before, value=value, low=value * np.exp(-width), high=value * np.exp(width), case=case
        )


def _width(off: Floats, before: Prediction) -> float:
    """The quantile of conformal prediction where there are probes enough for the level, else the width it had."""
    spread = np.sort(np.abs(off - np.median(off)))
    rank = int(np.ceil((len(off) + 1) * before.level))
    return float(spread[rank - 1]) if rank <= len(off) else float(np.log(before.high / before.value))


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
