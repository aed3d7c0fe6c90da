"""One point after another: the verdict as of each, the same as that of the whole series so far, for little work.

What is expensive of a verdict, the exact partition, is worked out point by point: a new point changes only the last
few, as long as the noise and the penalty, which go in steps, stay.
"""

from dataclasses import dataclass, field

import numpy as np

from predictors.detection.arrays import Floats
from predictors.detection.contract import FEWEST_POINTS, ChangePoint, Direction, Series, Verdict
from predictors.detection.judge import judge, verdict_of
from predictors.detection.long_series import LONGEST_WHOLE
from predictors.detection.partition import GROWTH, Partition
from predictors.detection.preparation import Prepared, prepare
from predictors.detection.robust_partition import candidate_penalties, decide, most_candidates

CONFIRMATIONS = 3
"""Points in a row that a change has to be found at before it is told."""
_SAME = 3
"""Points: a change that moves by no more is the same."""
_ROUNDING = 1e-12
"""Relative to the scale of the points."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one more point tells."""

    verdict: Verdict
    confirmed: tuple[ChangePoint, ...]
    """Changes that this point confirms; each is told once."""
    standing: tuple[ChangePoint, ...]
    """All changes that were confirmed so far and are still found, where they are placed now."""


class Watch:
    """A series that grows."""

    def __init__(self, name: str, direction: Direction = "none") -> None:
        """Watch a series of one environment, without points yet."""
        self._name, self._direction = name, direction
        self._values: list[float] = []
        self._grown = _GrowingCandidates()
        self._confirming = _Confirming()

    def append(self, value: float) -> Step:
        """Take a point and judge the series with it. Points that are not finite are passed over, as in `judge`."""
        self._values.append(value)
        verdict = self._judged()
        confirmed = self._confirming.confirmed(verdict.change_points)
        return Step(verdict, confirmed, self._confirming.standing(verdict.change_points))

    def _judged(self) -> Verdict:
        series = Series(self._name, self._values, self._direction)
        values = np.asarray(self._values)
        if not FEWEST_POINTS <= len(values) <= LONGEST_WHOLE or not np.isfinite(values).all():
            return judge(series)
        prepared = prepare([values])
        (found,) = decide(prepared, [self._grown.cuts(prepared)])
        return verdict_of(series, prepared, found)


@dataclass(slots=True)
class _Grown:
    """A partition, and what it was made from."""

    partition: Partition
    penalty: float
    points: Floats
    anchor: float
    """Taken off the points, so that sums stay small."""


@dataclass(slots=True)
class _GrowingCandidates:
    """What `partition.candidates` finds, from the partitions of the points before."""

    _kept: list[_Grown] = field(default_factory=list)
    """By how often the penalty grew."""

    def cuts(self, prepared: Prepared) -> list[int]:
        points = prepared.clipped[0] + prepared.centers[0]
        penalty, most = float(candidate_penalties(prepared)[0]), int(most_candidates(prepared.lengths)[0])
        level = 0
        while (
            len(found := self._partition(points, penalty * GROWTH**level, level).cuts(0, len(points))) > most
        ):
            level += 1
        return found

    def _partition(self, points: Floats, penalty: float, level: int) -> Partition:
        kept = self._kept[level] if level < len(self._kept) else None
        same = 0 if kept is None or kept.penalty != penalty else _same(kept.points, points)
        if kept is None or same == 0:
            anchor = float(np.median(points))
            told = Partition((points - anchor)[None], np.array([penalty]))
            self._kept[level : level + 1] = [_Grown(told, penalty, points, anchor)]
            return told
        kept.partition.extend((points[same:] - kept.anchor)[None], same)
        kept.points = points
        return kept.partition


def _same(before: Floats, now: Floats) -> int:
    """How many points at the beginning are the same but for rounding."""
    count = min(len(before), len(now))
    differs = np.abs(before[:count] - now[:count]) > _ROUNDING * np.abs(before).max()
    return int(differs.argmax()) if differs.any() else count


@dataclass(slots=True)
class _Confirming:
    """Which changes were found how often in a row."""

    _streaks: list[tuple[int, int]] = field(default_factory=list)
    """Place and points in a row."""
    _told: list[int] = field(default_factory=list)

    def confirmed(self, changes: tuple[ChangePoint, ...]) -> tuple[ChangePoint, ...]:
        now = [(change.index, 1 + self._streak(change.index)) for change in changes]
        self._streaks = now
        told = []
        for change, (_, streak) in zip(changes, now, strict=True):
            known = next((place for place in self._told if abs(place - change.index) <= _SAME), None)
            if known is not None:
                self._told[self._told.index(known)] = change.index
            elif streak >= CONFIRMATIONS:
                self._told.append(change.index)
                told.append(change)
        return tuple(told)

    def standing(self, changes: tuple[ChangePoint, ...]) -> tuple[ChangePoint, ...]:
        return tuple(change for change in changes if change.index in self._told)

    def _streak(self, index: int) -> int:
        return max((streak for place, streak in self._streaks if abs(place - index) <= _SAME), default=0)
