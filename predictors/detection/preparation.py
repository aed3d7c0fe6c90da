"""Series made ready for the detectors: logarithms, a robust scale, single spikes pulled in; padded to one length."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from predictors.detection.arrays import Bools, Floats, Integers

_HALF_WINDOW = 3
_SPIKE = 3.5
"""Deviations from the median of its neighbours beyond which a point does not count (Hampel identifier, Davies and
Gather 1993)."""
_MAD = 1.4826
"""Median absolute deviation -> standard deviation of a normal distribution."""
_STEPS = 6
"""Of the logarithm to base 2."""
_TINIEST = 1e-9
"""Of the variance of a series: no noise is taken to be smaller, or series without noise would be all changes."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """Series as rows of one array. B series, n points of the longest; behind the end of a shorter one stand zeros."""

    lengths: Integers
    """(B,)"""
    points: Floats
    """(B, n): logarithms where `is_log`, else the values; less their median."""
    centers: Floats
    """(B,): the medians."""
    clipped: Floats
    """(B, n): the same with single spikes pulled to the median of their neighbours."""
    is_log: Bools
    """(B,): of series that are positive throughout."""
    noise: Floats
    """(B,): standard deviation from one point to the next over the square root of 2, as differences tell it: changes of
    level hardly touch it. In steps of an eighth, so that one point more seldom moves it."""

    def inside(self) -> Bools:
        """(B, n): where there are points."""
        return np.arange(self.points.shape[1]) < self.lengths[:, None]


def prepare(series: Sequence[Floats]) -> Prepared:
    """Series of finite values, at least two each, of about one length: the longest decides on the work for all."""
    lengths = np.array([len(values) for values in series], np.int64)
    points = np.zeros((len(series), int(lengths.max())))
    centers, is_log = np.zeros(len(series)), np.zeros(len(series), np.bool_)
    for row, values in enumerate(series):
        is_log[row] = values.min() > 0
        told = np.log(values) if is_log[row] else values
        centers[row] = np.median(told)
        points[row, : len(told)] = told - centers[row]
    clipped = without_spikes(points, lengths)
    return Prepared(lengths, points, centers, clipped, is_log, noise_of(clipped, lengths))


def row_of(prepared: Prepared, row: int) -> Prepared:
    """One series by itself."""
    one, length = slice(row, row + 1), int(prepared.lengths[row])
    points, clipped = prepared.points[one, :length], prepared.clipped[one, :length]
    lengths, centers = prepared.lengths[one], prepared.centers[one]
    return Prepared(lengths, points, centers, clipped, prepared.is_log[one], prepared.noise[one])


def windows_of(prepared: Prepared, row: int, begins: Integers, length: int) -> Prepared:
    """Stretches of a series, `length` points from each of the places, as series of their own."""
    places = begins[:, None] + np.arange(length)
    lengths = np.full(len(begins), length, np.int64)
    clipped = prepared.clipped[row][places]
    centers, is_log = np.zeros(len(begins)), np.full(len(begins), prepared.is_log[row])
    return Prepared(
        lengths, prepared.points[row][places], centers, clipped, is_log, noise_of(clipped, lengths)
    )


def means_of(prepared: Prepared, row: int, size: int) -> Prepared:
    """A series of the means of so many points each, of whole blocks."""
    blocks = int(prepared.lengths[row]) // size
    points = prepared.clipped[row, : blocks * size].reshape(blocks, size).mean(axis=1)[None]
    lengths = np.array([blocks], np.int64)
    center, is_log = prepared.centers[row : row + 1], prepared.is_log[row : row + 1]
    return Prepared(lengths, points, center, points, is_log, noise_of(points, lengths))


def without_spikes(points: Floats, lengths: Integers) -> Floats:
    """Series (B, n), points far from their neighbours put at the median of these: 3 to each side, mirrored at ends."""
    count, longest = points.shape
    padded = np.zeros((count, longest + 2 * _HALF_WINDOW))
    padded[:, _HALF_WINDOW:-_HALF_WINDOW] = points
    for row, length in enumerate(lengths):
        end = _HALF_WINDOW + length
        before = np.arange(1, _HALF_WINDOW + 1) % length
        padded[row, :_HALF_WINDOW] = points[row, before[::-1]]
        padded[row, end : end + _HALF_WINDOW] = points[row, length - 1 - before]
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * _HALF_WINDOW + 1, axis=1)
    middle = _middle(windows)
    away = np.abs(points - middle)
    usual = _MAD * _middle(np.abs(windows - middle[..., None]))
    at_least = np.sqrt(2) * noise_of(points, lengths)
    limit = _SPIKE * np.maximum(usual, at_least[:, None])
    inside = np.arange(longest) < lengths[:, None]
    return np.where(inside & (away > limit), middle, points)


def _middle(windows: Floats) -> Floats:
    """Medians over the last axis, of odd length."""
    half = windows.shape[-1] // 2
    return np.partition(windows, half, axis=-1)[..., half]


def noise_of(points: Floats, lengths: Integers) -> Floats:
    """Normal deviation that the median of absolute differences tells; their mean where most of them are zero."""
    steps = np.abs(np.diff(points, axis=1))
    behind = np.arange(steps.shape[1]) >= (lengths - 1)[:, None]
    ordered = np.sort(np.where(behind, np.inf, steps), axis=1)
    rows, counts = np.arange(len(points)), lengths - 1
    median = (ordered[rows, (counts - 1) // 2] + ordered[rows, counts // 2]) / 2
    mean = np.where(behind, 0.0, steps).sum(axis=1) / counts
    deviation = np.where(median > 0, _MAD * median, np.sqrt(np.pi / 2) * mean) / np.sqrt(2)
    squares = (points**2).sum(axis=1) / lengths
    floor: Floats = np.sqrt(_TINIEST * squares)
    exact = np.maximum(np.maximum(deviation, floor), np.finfo(np.float64).tiny)
    stepped: Floats = np.exp2(np.round(_STEPS * np.log2(exact)) / _STEPS)
    return stepped
