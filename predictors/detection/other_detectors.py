"""Detectors that others use, side by side with ours: what they find, as far as a few lines can say it."""

import numpy as np

from predictors.detection.arrays import Floats
from predictors.detection.partition import SHORTEST

_SPAN = 12
_ALERT = 7.0
_HISTORY = 30
_DEVIATIONS = 3.0
_LEAST_ERROR = 1e-150


def no_change(points: Floats) -> list[int]:
    """Never a change: the baseline of every score."""
    del points
    return []


def window_t(points: Floats) -> list[int]:
    """Welch's t of the 12 points before a place against the 12 from there on, at least 7: like Mozilla's Perfherder."""
    places = np.arange(SHORTEST, len(points) - SHORTEST + 1)
    begins, ends = np.maximum(places - _SPAN, 0), np.minimum(places + _SPAN, len(points))
    sums = _sums(points)
    before, after = _moments(sums, begins, places), _moments(sums, places, ends)
    error = np.sqrt(before[1] / (places - begins) + after[1] / (ends - places))
    statistic = np.abs(after[0] - before[0]) / np.maximum(error, _LEAST_ERROR)
    cuts: list[int] = []
    for number in np.flatnonzero(statistic > _ALERT).tolist():
        around = statistic[max(0, number - _SPAN) : number + _SPAN + 1]
        if statistic[number] == around.max() and (not cuts or places[number] - cuts[-1] >= SHORTEST):
            cuts.append(int(places[number]))
    return cuts


def _sums(points: Floats) -> Floats:
    """(2, n + 1) Sums of the points before each place, and of their squares."""
    sums = np.zeros((2, len(points) + 1))
    np.cumsum(points, out=sums[0, 1:])
    np.cumsum(points**2, out=sums[1, 1:])
    return sums


def _moments(sums: Floats, begins: np.ndarray, ends: np.ndarray) -> tuple[Floats, Floats]:
    """Means and variances of stretches, each at least 3 points long."""
    counts = ends - begins
    total, squares = sums[:, ends] - sums[:, begins]
    means = total / counts
    variances = (squares - counts * means**2) / (counts - 1)
    return means, np.maximum(variances, 0.0)


def rolling_z(points: Floats) -> list[int]:
    """A point more than 3 deviations from the mean of the 30 before it begins a level, as boundary checks have it."""
    places = np.arange(SHORTEST, len(points) - SHORTEST + 1)
    means, variances = _moments(_sums(points), np.maximum(places - _HISTORY, 0), places)
    is_off = np.abs(points[places] - means) > _DEVIATIONS * np.sqrt(variances)
    cuts: list[int] = []
    last = -_HISTORY
    for place in places[is_off & (variances > 0)].tolist():
        # The points after a step are off as well, until the history is that of the new level.
        if place - last > SHORTEST:
            cuts.append(place)
        last = place
    return cuts
