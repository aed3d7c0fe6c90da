"""Exact penalised partitioning: the cuts of a series that cost least, all ways of cutting considered.

Cost of a segment is the sum of squares around its mean, and each cut costs a penalty: optimal partitioning (Jackson et
al. 2005). Cuts are found for many series at a time, and for one point more without beginning anew.
"""

import numpy as np

from predictors.detection.arrays import Floats, Integers

SHORTEST = 3
"""Points of a segment: fewer are outliers, not a level."""
GROWTH = 1.7
"""Of the penalty, where there are too many cuts."""


class Partition:
    """The best cuts of B series, worked out point by point."""

    def __init__(self, points: Floats, penalties: Floats) -> None:
        """Cut series (B, n), each cut costing its row's penalty, in squares of the unit of the points."""
        rows = len(points)
        self._penalties = penalties
        self._rows = np.arange(rows)
        self._sums = np.zeros((rows, 1))
        self._costs = np.zeros((rows, 1))
        self._begins = np.zeros((rows, 1), np.int64)
        # 1 / length of the segments that end at a point, in the order of where they begin
        self._inverses = np.zeros(0)
        self.extend(points, 0)

    def extend(self, points: Floats, kept: int) -> None:
        """Put points (B, m) behind the first `kept` ones, in place of what was there."""
        length = kept + points.shape[1]
        if length > len(self._inverses):
            self._make_room(length if kept == 0 else 2 * length)
        np.cumsum(points, axis=1, out=self._sums[:, kept + 1 : length + 1])
        self._sums[:, kept + 1 : length + 1] += self._sums[:, kept, None]
        for end in range(max(SHORTEST, kept + 1), length + 1):
            self._reach(end)

    def _make_room(self, length: int) -> None:
        more = ((0, 0), (0, length - len(self._inverses)))
        self._sums = np.pad(self._sums, more)
        self._costs = np.pad(self._costs, more, constant_values=np.inf)
        self._begins = np.pad(self._begins, more)
        self._inverses = 1.0 / np.arange(length, 0, -1, dtype=np.float64)

    def _reach(self, end: int) -> None:
        """Where the last segment begins of the best partition of the first `end` points.

        Costs leave out the squares of the points, which are the same however they are cut.
        """
        begins = end - SHORTEST + 1
        length = len(self._inverses)
        gained = self._sums[:, end, None] - self._sums[:, :begins]
        gained *= gained
        gained *= self._inverses[length - end : length - end + begins]
        costs = np.subtract(self._costs[:, :begins], gained, out=gained)
        best = costs.argmin(axis=1)
        self._begins[:, end] = best
        self._costs[:, end] = costs[self._rows, best] + self._penalties

    def cuts(self, row: int, length: int) -> list[int]:
        """The first points of all segments but the first, of the first `length` points of a series."""
        found, begins = [], self._begins[row]
        end = length
        while (begin := int(begins[end])) > 0:
            found.append(begin)
            end = begin
        return found[::-1]


def candidates(points: Floats, lengths: Integers, penalties: Floats, most: Integers) -> list[list[int]]:
    """Cuts of each series, at most so many as `most` says: the penalty grows until they are no more."""
    found: list[list[int]] = [[] for _ in lengths]
    left, grown = np.arange(len(lengths)), penalties.copy()
    while len(left):
        partition = Partition(points[left, : int(lengths[left].max())], grown[left])
        for row, series in enumerate(left):
            found[series] = partition.cuts(row, int(lengths[series]))
        left = np.array([series for series in left if len(found[series]) > most[series]], np.int64)
        grown[left] *= GROWTH
    return found
