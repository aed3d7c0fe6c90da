"""Series too long to be partitioned whole: windows that overlap, then the small changes that only many points show.

windows of 600 points, each judged as a series, its middle half taken -> the means of 8 points each as a series of its
own (and so on), whose changes are taken where no window has one.
"""

import numpy as np

from predictors.detection.arrays import Floats
from predictors.detection.evidence import Effect, Fit, fit
from predictors.detection.location import place
from predictors.detection.preparation import Prepared, means_of, row_of, windows_of
from predictors.detection.robust_partition import LEAST_EFFECT, Found, find

LONGEST_WHOLE = 1500
"""Points up to which a series is partitioned in one piece."""
_WINDOW = 600
_QUARTER = _WINDOW // 4
_BLOCK = 8
_SURE = 0.01
"""A change of means next to one of the windows may be no more than the latter's shadow: it has to show by itself."""
_DUPLICATE = 3
"""Points: cuts of two windows as near as that are one."""


def find_in_any(prepared: Prepared) -> list[Found]:
    """The changes of level of every series, whole or by windows."""
    if prepared.points.shape[1] <= LONGEST_WHOLE:
        return find(prepared)
    return [
        find_in_long(prepared, row) if length > LONGEST_WHOLE else find(row_of(prepared, row))[0]
        for row, length in enumerate(prepared.lengths)
    ]


def find_in_long(prepared: Prepared, row: int) -> Found:
    """The changes of level of one series of more than LONGEST_WHOLE points."""
    length = int(prepared.lengths[row])
    begins = np.append(np.arange(0, length - _WINDOW, 2 * _QUARTER), length - _WINDOW)
    judged = find(windows_of(prepared, row, begins, _WINDOW))
    levels, reached = np.zeros(length), 0
    told: dict[int, Effect] = {}
    for begin, found in zip(begins.tolist(), judged, strict=True):
        until = length if begin == begins[-1] else begin + 3 * _QUARTER
        levels[reached:until] = found.fit.levels[reached - begin : until - begin]
        for cut, effect in zip(found.cuts, found.fit.effects, strict=True):
            if reached <= begin + cut < until and not _near(told, begin + cut, _DUPLICATE):
                told[begin + cut] = effect
        reached = until
    for cut in _of_means(prepared, row):
        if not _near(told, cut, 2 * _BLOCK):
            found_there = _placed(prepared.clipped[row, :length], sorted(told), cut)
            told |= {
                place: effect
                for place, effect in found_there.items()
                if effect.p_value < _SURE and (abs(effect.step) >= LEAST_EFFECT or not prepared.is_log[row])
            }
    rho = float(np.median([found.rho for found in judged]))
    cuts = sorted(told)
    return Found(
        cuts, Fit(levels, tuple(told[cut] for cut in cuts)), rho, any(found.has_slope for found in judged)
    )


def _near(told: dict[int, Effect], cut: int, most: int) -> bool:
    return any(abs(other - cut) <= most for other in told)


def _of_means(prepared: Prepared, row: int) -> list[int]:
    """First points of the blocks at which the series of means changes."""
    means = means_of(prepared, row, _BLOCK)
    found = find_in_long(means, 0) if means.lengths[0] > LONGEST_WHOLE else find(means)[0]
    return [cut * _BLOCK for cut in found.cuts]


def _placed(points: Floats, others: list[int], cut: int) -> dict[int, Effect]:
    """The cut of a series of means at its place among the points, with its effect."""
    low = max([0, *(other for other in others if other < cut)])
    high = min([len(points), *(other for other in others if other > cut)])
    part = points[low:high]
    (found,) = place(part, [cut - low], 0.0, slope=False)
    (effect,) = fit(part, [found], 0.0, slope=False).effects
    return {low + found: effect}
