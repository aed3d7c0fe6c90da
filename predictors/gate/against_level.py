"""Runs against the level that a history has now, or against the runs of a base."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from scipy.special import bdtrc, stdtr, stdtrit

from predictors.detection.arrays import Floats
from predictors.detection.contract import Series
from predictors.detection.judge import judge
from predictors.gate.contract import Evidence, Mode
from predictors.gate.sessions import Sides, shared_by

_LAST = 200
"""Runs of a history that are looked at: older ones say little of how runs differ now."""
_MANY = 20
"""Runs from which on odd ones are left out; among fewer, nothing tells odd ones from noise."""
_MOST_AUTOCORRELATION = 0.8
_DRIFTS = 3.0
"""Errors of the slope from which on a level is taken to drift on."""
_FEWEST_DRIFTING = 12
_POWER_T = 0.8416
"""Quantile of the normal distribution at 80 %, the power that reruns are counted for."""
_MOST_RERUNS = 50
_TWO = 2


@dataclass(frozen=True, slots=True)
class Level:
    """Where the next runs are to be expected and how runs differ, on the scale of logarithms."""

    center: float
    deviation: float
    """From run to run."""
    count: int
    uncertainty: float
    """Variance of the center, in squares of the deviation."""
    free: float
    """Degrees of freedom of the deviation."""
    autocorrelation: float
    odd: int
    """Runs that were off the level."""


def level_of_history(values: Sequence[float], *, longest: bool = False) -> Level:
    """The level since the last change of it, or the longest. Values are positive; at least six of them."""
    recent = list(values)[-_LAST:]
    verdict = judge(Series("history", recent))
    bounds = [0, *(change.index for change in verdict.change_points), len(recent)]
    levels = list(pairwise(bounds))
    begin, end = max(levels, key=lambda ends: ends[1] - ends[0]) if longest else levels[-1]
    odd = [place - begin for place in verdict.outliers if begin <= place < end]
    return level_of(recent[begin:end], odd)


def level_of(values: Sequence[float], odd: Sequence[int] = ()) -> Level:
    """The level of runs without a change among them, at least two; of one that drifts, where the drift leads to."""
    logs = np.log(np.asarray(values, np.float64))
    count = len(logs)
    kept = np.ones(count, np.bool_)
    if count >= _MANY:
        kept[list(odd)] = False
    points, times = logs[kept], np.arange(count, dtype=np.float64)[kept]
    middle, center = float(times.mean()), float(points.mean())
    ahead, squares = count - middle, float(((times - middle) ** 2).sum())
    slope = float((times - middle) @ (points - center)) / squares
    rest = points - center - slope * (times - middle)
    error = math.sqrt(float(rest @ rest) / max(1, len(points) - _TWO) / squares)
    parameters = 2
    if abs(slope) <= _DRIFTS * error or len(points) < _FEWEST_DRIFTING:
        slope, rest, parameters = 0.0, points - center, 1
    rho = _autocorrelation(rest)
    worth = max(2.0, len(points) * (1 - rho) / (1 + rho))
    uncertainty = 1 / worth + (ahead**2 / squares * len(points) / worth if slope else 0.0)
    free = max(1.0, worth - parameters)
    # A short stretch of autocorrelated runs shows less than their whole deviation.
    deviation = math.sqrt(float(rest @ rest) / max(1.0, len(points) * (1 - parameters / worth)))
    return Level(center + slope * ahead, deviation, count, uncertainty, free, rho, len(odd))


def at_baseline(level: Level, values: Sequence[float], *, is_one: bool) -> Level:
    """The level of marked runs, with the noise of a history.

    Args:
        level: Of the history.
        values: Of the marked runs; positive, one at least.
        is_one: Whether they count as one, as runs of a session do.
    """
    logs = np.log(np.asarray(values, np.float64))
    count = 1 if is_one else len(logs)
    together = 1 + (count - 1) * level.autocorrelation
    return replace(level, center=float(np.median(logs)), uncertainty=together / count)


def _autocorrelation(rest: Floats) -> float:
    """Of the first order, less what estimating the center takes off it; from 0 to .8."""
    squares = float(rest @ rest)
    if squares <= 0 or len(rest) <= _TWO:
        return 0.0
    seen = float(rest[1:] @ rest[:-1]) / squares + 1 / len(rest)
    return min(max(0.0, seen), _MOST_AUTOCORRELATION)


def against(level: Level, sides: Sides, threshold: float, mode: Mode, sure: float = 0.01) -> Evidence:
    """A prediction interval for the middle of new runs, with Student's t (Hahn 1969, for means of future samples).

    The middle is the median, of two runs the one nearer to the level: it takes half of them to be off for no reason.

    Args:
        level: What they are held against.
        sides: Positive values of at least one run or session, like those that the level is of.
        threshold: Relative effect that reruns are counted for.
        mode: What `level` is of.
        sure: The accident that reruns have to rule out.
    """
    logs = np.log(np.asarray(sides.candidate, np.float64))
    middle = _middle(logs - level.center)
    count, a_session = len(logs), sides.runs_a_session
    shared = shared_by(logs.tolist(), level.deviation) if sides.is_one_session else 0.0
    error = _error(level, count, shared)
    statistic = abs(middle) / error if error > 0 else (math.inf if middle else 0.0)
    chance = 2 * float(stdtr(level.free, -statistic)) if math.isfinite(statistic) else 0.0
    half = float(stdtrit(level.free, 0.975)) * error
    more = _more(level, count, a_session, threshold, sure)
    return Evidence(
        mode=mode,
        p_value=min(1.0, chance) if middle else 1.0,
        accident=_accident(level, count, a_session),
        effect=math.expm1(middle),
        low=math.expm1(middle - half),
        high=math.expm1(middle + half),
        before=math.exp(level.center),
        after=math.exp(level.center + middle),
        noise=level.deviation,
        runs=count * a_session,
        runs_before=level.count * a_session,
        more_runs=None if more is None else more * a_session,
        runs_a_session=a_session,
    )


def _middle(differences: Floats) -> float:
    if len(differences) == _TWO:  # one of them may be a spike: the other tells
        return float(differences[np.abs(differences).argmin()])
    return float(np.median(differences))


def _error(level: Level, count: int, shared: float = 0.0) -> float:
    """Standard deviation of the middle of new runs, which share a part of their variance, from the level as known."""
    together = 1 + (count - 1) * level.autocorrelation
    # Of the median over that of the mean: 1.35 of three normal values, 1.57 of many.
    loss = math.pi / 2 - 0.66 / count if count > _TWO else 1.0
    of_runs = max(loss * together / count, shared + (1 - shared) * loss / count)
    return level.deviation * math.sqrt(of_runs + level.uncertainty)


def _accident(level: Level, count: int, a_session: int) -> float:
    """That enough of so many runs or sessions are off to move their middle."""
    return float(bdtrc(_most_of(count) - 1, count, _off(level, a_session)))


def _off(level: Level, a_session: int) -> float:
    """How often one is off, by how often those before were (Jeffreys); where no session was: when most runs are."""
    if a_session == 1 or level.odd:
        return (level.odd + 0.5) / (level.count + 1)
    return float(bdtrc(_most_of(a_session) - 1, a_session, 0.5 / (level.count * a_session + 1)))


def _most_of(count: int) -> int:
    return count if count <= _TWO else (count + 1) // 2


def _more(level: Level, count: int, a_session: int, threshold: float, sure: float) -> int | None:
    """Further ones until a change of the threshold shows at 5 % with 80 % power; the level stays as well known."""
    needed = float(stdtrit(level.free, 0.975)) + _POWER_T
    target = math.log1p(threshold)
    for total in range(count, count + _MOST_RERUNS + 1):
        if needed * _error(level, total) <= target and _accident(level, total, a_session) <= sure:
            return total - count
    return None
