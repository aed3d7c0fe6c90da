"""Runs of one session: taken one after the other of the same code, they share what the machine was like that hour."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median

import numpy as np

from predictors.gate.contract import Point

_APART = 3600.0
"""Seconds between two runs from which on they are not of one session."""
_TWO = 2


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides in what counts once: runs, or the medians of sessions."""

    candidate: Sequence[float]
    before: Sequence[float]
    runs_a_session: int = 1
    """That a median is of; 1 where runs count."""
    is_one_session: bool = False
    """Whether runs of the candidate were taken together, and those before each apart."""


def by_session(candidate: Sequence[Point], before: Sequence[Point]) -> Sides:
    """A median for each session where the history has sessions of several runs, else all runs.

    Sessions differ more than runs of one do, so a session counts like a run. Of those before, only as many runs are
    taken as the candidate's smallest session has, for medians of more runs differ less.
    """
    ours, earlier = _sessions(candidate), _sessions(before)
    least = min(map(len, ours))
    if len(earlier) in {1, len(before)}:  # of one session, nothing tells how sessions differ
        is_one = len(ours) == 1 and len(earlier) > 1 and all(point.moment is not None for point in before)
        return Sides(
            [point.value for point in candidate], [point.value for point in before], is_one_session=is_one
        )
    return Sides(_medians(ours, least), _medians(earlier, least), least)


def _medians(sessions: Sequence[Sequence[float]], count: int) -> list[float]:
    return [median(session[:count]) for session in sessions]


def _sessions(points: Sequence[Point]) -> list[list[float]]:
    """In their order; a run that does not tell its moment is a session of its own.

    So are runs of different code: of a history that is measured after the fact, hundreds of commits are of one hour.
    """
    numbers = [0]
    for one, other in pairwise(points):
        numbers.append(numbers[-1] + (not _are_together(one, other)))
    numbered = zip(numbers, points, strict=False)
    return [[point.value for _, point in group] for _, group in groupby(numbered, key=lambda each: each[0])]


def _are_together(one: Point, other: Point) -> bool:
    if one.code != other.code or one.moment is None or other.moment is None:
        return False
    return abs(other.moment - one.moment) < _APART


def shared_by(candidate: Sequence[float], deviation: float) -> float:
    """Share of the variance that new runs of one session have in common, by how much less they differ; 0 to 1.

    Two runs tell nothing of it that one could rely on.

    Args:
        candidate: Logarithms.
        deviation: From run to run of many sessions before, of logarithms.
    """
    if len(candidate) <= _TWO or deviation <= 0:
        return 0.0
    return 1 - min(1.0, float(np.var(candidate, ddof=1)) / deviation**2)
