"""Single points off their level; a change of level is none, however young it is."""

import numpy as np

from predictors.detection.arrays import Bools, Floats

_BEYOND = 3.5
"""Robust deviations from the level: of normal noise, 5 of 10,000 points lie beyond."""
_MAD = 1.4826
_TAIL, _NORMAL_TAIL = 0.9, 1.6449
"""Share of points whose deviations have to be usual, and how many standard deviations that is of normal noise: where
tails are heavy by nature, they are not outliers."""
_NEAR = 3
"""Points next to a change that may belong to the level beyond it: changes are placed to within so many."""


def outliers(points: Floats, levels: Floats, cuts: list[int], least_noise: float) -> tuple[list[int], float]:
    """Places of points that lie off their level, and the robust deviation of the points from it.

    Args:
        points: Of one series (n,).
        levels: Beside each point.
        cuts: Where levels begin.
        least_noise: Deviations smaller than this many times `_BEYOND` are rounding.
    """
    rest = points - levels
    away = np.abs(rest)
    ordered, last = np.sort(away), len(rest) - 1
    spread = _MAD * float(ordered[last // 2] + ordered[(last + 1) // 2]) / 2
    tail = float(ordered[int(np.ceil(_TAIL * last))]) / _NORMAL_TAIL
    limit = _BEYOND * max(spread, tail, least_noise)
    is_off = away > limit
    for cut in cuts:
        is_off &= ~_fits_the_other_level(points, levels, cut, limit)
    is_off &= ~_in_runs(is_off, np.sign(rest))
    return [int(place) for place in np.flatnonzero(is_off)], spread


def _fits_the_other_level(points: Floats, levels: Floats, cut: int, limit: float) -> Bools:
    fits = np.zeros(len(points), np.bool_)
    for near, level in (
        (slice(max(0, cut - _NEAR), cut), levels[cut]),
        (slice(cut, cut + _NEAR), levels[cut - 1]),
    ):
        fits[near] = np.abs(points[near] - level) <= limit
    return fits


def _in_runs(is_off: Bools, sides: Floats) -> Bools:
    """Points beside another that is off to the same side: the first of a new level, not single ones."""
    pair = is_off[1:] & is_off[:-1] & (sides[1:] == sides[:-1])
    beside = np.zeros(len(is_off), np.bool_)
    beside[1:] |= pair
    beside[:-1] |= pair
    return beside
