"""Runs of two sides that took turns, each against the one beside it: what drifts on the machine drifts for both."""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from scipy.stats import wilcoxon

from predictors.detection.arrays import Floats
from predictors.gate.contract import Evidence, Point

FEWEST_PAIRS = 8
"""Of fewer, no ranks are so unlikely that they would be an alarm."""
_MAD = 1.4826
_EXACT = 50
"""Pairs up to which all ranks are counted."""
_LEAST_SHARE_OF_TURNS = 0.75
"""Of the changes of side that perfect turns have: below it, sides were measured one after the other."""


def pairs_of(candidate: Sequence[Point], base: Sequence[Point]) -> Floats | None:
    """Logarithms of candidate over base, run by run; None where the sides did not take turns, or times are not told."""
    told = [
        (point.moment, side, point.value) for side, points in enumerate((base, candidate)) for point in points
    ]
    moments = [moment for moment, _, _ in told if moment is not None]
    fewest = min(len(candidate), len(base))
    if len(moments) < len(told) or fewest < FEWEST_PAIRS:
        return None
    sides = [side for _, side, _ in sorted(told, key=lambda each: (each[0] or 0.0, each[1]))]
    turns = sum(one != other for one, other in pairwise(sides))
    if turns < _LEAST_SHARE_OF_TURNS * (2 * fewest - 1):
        return None
    ordered = [
        np.array([point.value for point in sorted(points, key=lambda each: each.moment or 0.0)[:fewest]])
        for points in (base, candidate)
    ]
    differences: Floats = np.log(ordered[1]) - np.log(ordered[0])
    return differences


def of_pairs(differences: Floats, before: float) -> Evidence:
    """Wilcoxon's signed ranks (1945), exact for few pairs, and the estimate and interval of Hodges and Lehmann (1963).

    Args:
        differences: Logarithms of candidate over base of at least FEWEST_PAIRS pairs.
        before: Level of the base.
    """
    count = len(differences)
    means = np.sort(((differences[:, None] + differences[None]) / 2)[np.triu_indices(count)])
    middle = float(np.median(means))
    method = "exact" if count <= _EXACT else "approx"
    chance = float(wilcoxon(differences, method=method).pvalue) if differences.any() else 1.0
    low, high = _interval(means, count)
    noise = _MAD * float(np.median(np.abs(differences - np.median(differences)))) / math.sqrt(2)
    return Evidence(
        mode="paired",
        p_value=chance,
        accident=0.0,
        effect=math.expm1(middle),
        low=math.expm1(low),
        high=math.expm1(high),
        before=before,
        after=before * math.exp(middle),
        noise=noise,
        runs=count,
        runs_before=count,
        more_runs=None,
    )


def _interval(means: Floats, count: int) -> tuple[float, float]:
    """The Walsh averages that hold the middle at 95 %, by the normal approximation of the ranks (Lehmann 1975, 3.2)."""
    total = count * (count + 1) / 2
    deviation = math.sqrt(count * (count + 1) * (2 * count + 1) / 24)
    outside = max(0, math.floor(total / 2 - 1.96 * deviation))
    return float(means[outside]), float(means[len(means) - 1 - outside])
