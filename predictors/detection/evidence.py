"""What a change comes to: its effect with an interval, and how surely it is one."""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from predictors.detection.arrays import Floats
from predictors.detection.regression import slope_column, whitened_columns, whitened_design


@dataclass(frozen=True, slots=True)
class Effect:
    """A step, in the unit of the points of the regression."""

    step: float
    low: float
    high: float
    """Interval at 95 %, the place of the step taken as known."""
    p_value: float
    before: float
    """Level at the last point of the old one."""
    after: float


@dataclass(frozen=True, slots=True)
class Fit:
    """Levels of one series and the effects of its cuts."""

    levels: Floats
    """(n,)"""
    effects: tuple[Effect, ...]


def fit(points: Floats, cuts: list[int], rho: float, *, slope: bool) -> Fit:
    """Generalised least squares of one series with its cuts.

    The p-value is that of Student's t, times the number of places where the change could have been (Bonferroni).
    """
    design = whitened_design(len(points), cuts, rho, slope=slope)
    told = whitened_columns(points, rho)
    products = design.T @ design
    inverse = 1 / products if products.size == 1 else np.linalg.inv(products)
    effects = inverse @ (design.T @ told)
    rest = told - design @ effects
    free = max(1, len(points) - design.shape[1])
    variance = float(rest @ rest) / free
    levels = np.full(len(points), effects[0])
    for cut, step in zip(cuts, effects[1:], strict=False):
        levels[cut:] += step
    if slope:
        levels += effects[-1] * slope_column(len(points))
    half = float(stdtrit(free, 0.975))
    found = []
    for number, cut in enumerate(cuts, 1):
        step, error = float(effects[number]), float(np.sqrt(variance * inverse[number, number]))
        chance = 2 * float(stdtr(free, -abs(step) / error)) if error > 0 else 0.0
        before = float(levels[cut]) - step
        low, high = step - half * error, step + half * error
        found.append(Effect(step, low, high, min(1.0, len(points) * chance), before, float(levels[cut])))
    return Fit(levels, tuple(found))
