"""The detector `robust_partition`: candidates by exact partitioning, kept by evidence beside noise and slope, placed.

spikes pulled in -> cuts of least cost at a liberal penalty -> those that stay, beside autocorrelation and a slope ->
each moved to the place that most of the likelihood lies around -> effects, and those too small to matter left out.
"""

from dataclasses import dataclass

import numpy as np

from predictors.detection.arrays import Floats, Integers
from predictors.detection.elimination import choose
from predictors.detection.evidence import Fit, fit
from predictors.detection.location import place
from predictors.detection.partition import candidates
from predictors.detection.preparation import Prepared
from predictors.detection.regression import NO_CUT

NAME, VERSION = "robust_partition", "1"
_CANDIDATE_PENALTY = 2.0
"""Lets autocorrelated noise through; elimination deals with it."""
LEAST_EFFECT = 0.015
"""Relative: smaller changes of level are none, however sure; machines do not repeat to that."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of one series."""

    cuts: list[int]
    fit: Fit
    rho: float
    has_slope: bool


def find(prepared: Prepared) -> list[Found]:
    """The changes of level of every series."""
    lengths = prepared.lengths
    proposed = candidates(prepared.clipped, lengths, candidate_penalties(prepared), most_candidates(lengths))
    return decide(prepared, proposed)


def candidate_penalties(prepared: Prepared) -> Floats:
    """(B,) Of a cut: 2 log n variances of the noise, n in powers of two, so that it lasts as points come in."""
    logs = np.ceil(np.log2(prepared.lengths)) * np.log(2)
    told: Floats = _CANDIDATE_PENALTY * logs * prepared.noise**2
    return told


def decide(prepared: Prepared, proposed: list[list[int]]) -> list[Found]:
    """The changes of level of every series, of those proposed for it."""
    found: dict[int, Found] = {}
    for rows in _of_like_number(proposed):
        found |= zip(rows, _judged(prepared, rows, [proposed[row] for row in rows]), strict=True)
    return [found[row] for row in range(len(proposed))]


def most_candidates(lengths: Integers) -> Integers:
    """Of a series: work grows with their third power."""
    return np.clip(lengths // 12, 8, 16)


def _of_like_number(proposed: list[list[int]]) -> list[list[int]]:
    """Rows in groups, so that few candidates do not wait for many."""
    groups: dict[int, list[int]] = {}
    for row, cuts in enumerate(proposed):
        groups.setdefault(int(np.ceil(np.sqrt(len(cuts)))), []).append(row)
    return list(groups.values())


def _judged(prepared: Prepared, rows: list[int], proposed: list[list[int]]) -> list[Found]:
    cuts = np.full((len(rows), max(map(len, proposed))), NO_CUT, np.int64)
    for row, each in enumerate(proposed):
        cuts[row, : len(each)] = each
    chosen = choose(prepared.clipped[rows], prepared.lengths[rows], cuts)
    found = []
    for number, row in enumerate(rows):
        points = prepared.clipped[row, : prepared.lengths[row]]
        kept = [int(cut) for cut in cuts[number][chosen.is_kept[number]]]
        rho, slope = float(chosen.rhos[number]), bool(chosen.has_slope[number])
        found.append(_told(points, kept, rho, slope=slope, is_log=bool(prepared.is_log[row])))
    return found


def _told(points: Floats, cuts: list[int], rho: float, *, slope: bool, is_log: bool) -> Found:
    cuts = place(points, cuts, rho, slope=slope)
    told = fit(points, cuts, rho, slope=slope)
    while is_log and cuts:
        steps = [abs(effect.step) for effect in told.effects]
        if min(steps) >= LEAST_EFFECT:
            break
        del cuts[steps.index(min(steps))]
        told = fit(points, cuts, rho, slope=slope)
    return Found(cuts, told, rho, slope)
