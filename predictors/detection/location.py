"""Where a change is, given that there is one: the place that most of the likelihood lies around."""

import numpy as np

from predictors.detection.arrays import Floats
from predictors.detection.partition import SHORTEST
from predictors.detection.regression import whitened_columns, whitened_design

_REACH = 15
"""Points to either side that a cut may move."""
_AROUND = 3
"""Likelihood is summed over so many points to either side: the place is the one most surely no further off."""
_AS_LIKELY = 0.005
"""Relative: among places whose sums differ by no more, the most likely one is taken."""
_ROUNDS = 2


def place(points: Floats, cuts: list[int], rho: float, *, slope: bool) -> list[int]:
    """Cuts of one series, each moved to its place, the others where they are."""
    cuts = list(cuts)
    for _ in range(_ROUNDS):
        before = list(cuts)
        for number in range(len(cuts)):
            cuts[number] = _place_of(points, cuts, number, rho, slope=slope)
        if cuts == before or len(cuts) == 1:
            break
    return cuts


def _place_of(points: Floats, cuts: list[int], number: int, rho: float, *, slope: bool) -> int:
    cut, others = cuts[number], [*cuts[:number], *cuts[number + 1 :]]
    low = max((cuts[number - 1] if number else 0) + SHORTEST, cut - _REACH)
    end = cuts[number + 1] if number + 1 < len(cuts) else len(points)
    high = min(end - SHORTEST, cut + _REACH)
    if high <= low:
        return cut
    left = _squares_left(points, others, np.arange(low, high + 1), rho, slope=slope)
    least = float(left.min())
    variance = least / max(1, len(points) - len(cuts) - 1 - slope)
    likely = np.exp((least - left) / (2 * variance)) if variance > 0 else (left == least).astype(np.float64)
    around = np.convolve(likely, np.ones(2 * _AROUND + 1))[_AROUND : _AROUND + len(likely)]
    among = around >= (1 - _AS_LIKELY) * around.max()
    return low + int(np.where(among, likely, -1.0).argmax())


def _squares_left(
    points: Floats, others: list[int], places: np.ndarray, rho: float, *, slope: bool
) -> Floats:
    """Sum of squares that is left with one more cut, at each of the places."""
    design, _ = np.linalg.qr(whitened_design(len(points), others, rho, slope=slope))
    told = whitened_columns(points, rho)
    rest = told - design @ (design.T @ told)
    later = 1 - rho
    with_rest = _step_products(rest[:, None], places, later)[:, 0]
    with_design = _step_products(design, places, later)
    own = 1 + (len(points) - 1 - places) * later**2 - (with_design**2).sum(axis=1)
    gained = np.where(own > _COLLINEAR, with_rest**2 / np.maximum(own, _COLLINEAR), 0.0)
    return np.maximum(rest @ rest - gained, 0.0)


_COLLINEAR = 1e-9


def _step_products(columns: Floats, places: np.ndarray, later: float) -> Floats:
    """Whitened steps at the places times whitened columns (n, P): (places, P)."""
    behind = np.zeros((len(columns) + 1, columns.shape[1]))
    np.cumsum(columns[::-1], axis=0, out=behind[1:])
    told: Floats = columns[places] + later * behind[::-1][places + 1]
    return told
