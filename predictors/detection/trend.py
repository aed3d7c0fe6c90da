"""Where a series is going: a slope with an interval that holds when points depend on the ones before."""

import numpy as np
from scipy.special import stdtrit

from predictors.detection.arrays import Floats
from predictors.detection.contract import Direction, Trend, TrendKind

_WORTH_TELLING = 0.02
"""Relative to the level: a series that moved by less from end to end is stable."""
_VOLATILE = 0.1
"""Relative deviation of points from their level beyond which a series without a trend is not called stable."""
_MOVED = 2.0
"""Of a series that is not positive: deviations that it has to move from end to end."""


def trend(points: Floats, spread: float, direction: Direction, *, is_log: bool) -> Trend:
    """Least squares over the number of the point, of points whose spikes were pulled in, changes of level among them.

    Its error allows for heteroscedastic and autocorrelated noise (Newey and West 1987, weights of Bartlett, lags by
    floor(4 (n / 100)^(2/9))), and is at least that of least squares.

    Args:
        points: (n,), at least 6; logarithms where `is_log`.
        spread: Deviation of the points from their levels.
        direction: Which values are better.
        is_log: Whether slopes are told relative to the level.
    """
    length = len(points)
    slope, error = _slope(points)
    half = float(stdtrit(length - 2, 0.975)) * error
    low, high = slope - half, slope + half
    moved = abs(slope) * (length - 1)
    enough = moved >= (_WORTH_TELLING if is_log else _MOVED * spread) and moved > 0
    kind: TrendKind
    if enough and (low > 0 or high < 0):
        kind = _named(direction, rising=slope > 0)
    elif is_log and spread > _VOLATILE:
        kind = "volatile"
    else:
        kind = "stable"
    if is_log:
        slope, low, high = (float(np.expm1(number)) for number in (slope, low, high))
    return Trend(kind, slope, low, high)


def _named(direction: Direction, *, rising: bool) -> TrendKind:
    if direction == "none":
        return "rising" if rising else "falling"
    return "improving" if rising == (direction == "higher") else "degrading"


def _slope(points: Floats) -> tuple[float, float]:
    length = len(points)
    times = np.arange(length) - (length - 1) / 2
    squares = float(times @ times)
    slope = float(times @ points) / squares
    rest = points - points.mean() - slope * times
    scores = times * rest
    lags = int(4 * (length / 100) ** (2 / 9))
    variance = float(scores @ scores)
    for lag in range(1, min(lags, length - 2) + 1):
        variance += 2 * (1 - lag / (lags + 1)) * float(scores[lag:] @ scores[:-lag])
    robust = np.sqrt(max(variance, 0.0) * length / (length - 2)) / squares
    plain = np.sqrt(float(rest @ rest) / (length - 2) / squares)
    return slope, float(max(robust, plain))
