"""Cuts as changes people can read: levels in the unit of the series, effects relative, and who else found them."""

from itertools import pairwise

import numpy as np

from predictors.detection.arrays import Bools
from predictors.detection.contract import ChangePoint
from predictors.detection.detectors import OTHERS
from predictors.detection.evidence import Effect
from predictors.detection.preparation import Prepared
from predictors.detection.robust_partition import Found
from predictors.detection.streams import Stream

_SAME = 3
"""Points: changes of two detectors as near as that are one."""


def changes_of(
    stream: Stream, prepared: Prepared, row: int, found: Found, counted: Bools
) -> list[ChangePoint]:
    """The changes of a stream; `counted` says which of its points are no outliers."""
    bounds = [0, *found.cuts, len(stream.values)]
    sizes = [int(counted[begin:end].sum()) for begin, end in pairwise(bounds)]
    heard = _found_by(prepared, row, found.cuts)
    told = []
    for number, (cut, effect) in enumerate(zip(found.cuts, found.fit.effects, strict=True)):
        before, after, relative, low, high = _numbers(
            effect, float(prepared.centers[row]), is_log=bool(prepared.is_log[row])
        )
        better = {"higher": effect.step > 0, "lower": effect.step < 0}.get(stream.series.direction)
        change = ChangePoint(
            index=int(stream.places[cut]),
            previous=int(stream.places[cut - 1]),
            before=before,
            after=after,
            effect=relative,
            low=low,
            high=high,
            p_value=effect.p_value,
            points_before=sizes[number],
            points_after=sizes[number + 1],
            verdict="change" if better is None else "improvement" if better else "regression",
            environment=stream.environment,
            found_by=heard[number],
        )
        told.append(change)
    return told


def _numbers(
    effect: Effect, center: float, *, is_log: bool
) -> tuple[float, float, float | None, float, float]:
    """Levels before and after, the relative effect where there is one, and the ends of its interval."""
    before, after = effect.before + center, effect.after + center
    if not is_log:
        return before, after, None, effect.low, effect.high
    step, low, high = (float(np.expm1(number)) for number in (effect.step, effect.low, effect.high))
    return float(np.exp(before)), float(np.exp(after)), step, low, high


def _found_by(prepared: Prepared, row: int, cuts: list[int]) -> list[tuple[str, ...]]:
    """Which other detectors found each of the cuts, too."""
    if not cuts:
        return []
    points = prepared.points[row, : prepared.lengths[row]]
    others = {str(other): other.cuts(points) for other in OTHERS if other.cuts}
    return [
        tuple(name for name, theirs in others.items() if any(abs(cut - other) <= _SAME for other in theirs))
        for cut in cuts
    ]
