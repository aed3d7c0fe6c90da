"""Levels as a regression on steps, with noise that depends on itself: cross products for many series and noises.

Model of a series: level + steps at the cuts (+ slope) + noise, autoregressive of the first order with coefficient rho.
Whitened (each point less rho times the one before, the first times sqrt(1 - rho^2)), ordinary least squares are
generalised least squares (Prais and Winsten 1954). A whitened step at cut c is 1 at c and 1 - rho behind it, so that
all products follow from sums over the points behind a cut.
"""

from dataclasses import dataclass

import numpy as np

from predictors.detection.arrays import Bools, Floats, Integers

NO_CUT = np.iinfo(np.int64).max
"""Fills up the cuts of a series that has fewer than others."""


@dataclass(frozen=True, slots=True)
class Products:
    """Cross products of the whitened columns: level, K cuts, slope. B series, R coefficients of noise."""

    columns: Floats
    """(B, R, K + 2, K + 2)"""
    with_points: Floats
    """(B, R, K + 2)"""
    squares: Floats
    """(B, R): of the whitened points."""


def products(points: Floats, lengths: Integers, cuts: Integers, rhos: Floats) -> Products:
    """All products of series (B, n; zeros behind their end) with cuts (B, K; NO_CUT where there are fewer)."""
    rows, count = cuts.shape
    is_cut = cuts < NO_CUT
    first, later = np.sqrt(1 - rhos**2), 1 - rhos
    whitened, slopes = _whitened(points, rhos), _whitened_slopes(lengths, points.shape[1], rhos)
    inside = (np.arange(points.shape[1]) < lengths[:, None])[:, None]
    whitened = np.where(inside, whitened, 0.0)
    places = np.where(is_cut, cuts, 0)
    behind = np.maximum(lengths[:, None] - 1 - places, 0)

    columns = np.zeros((rows, len(rhos), count + 2, count + 2))
    columns[:, :, 0, 0] = first**2 + (lengths[:, None] - 1) * later**2
    with_level = np.where(is_cut[:, None], later[:, None] + behind[:, None] * later[:, None] ** 2, 0.0)
    columns[:, :, 0, 1:-1] = columns[:, :, 1:-1, 0] = with_level
    columns[:, :, 1:-1, 1:-1] = _of_steps(places, is_cut, behind, later)
    slope_steps = _behind(slopes, places, is_cut, later)
    columns[:, :, 1:-1, -1] = columns[:, :, -1, 1:-1] = slope_steps
    columns[:, :, 0, -1] = columns[:, :, -1, 0] = _with_level(slopes, first, later)
    columns[:, :, -1, -1] = (slopes**2).sum(axis=2)

    with_points = np.zeros((rows, len(rhos), count + 2))
    with_points[:, :, 0] = _with_level(whitened, first, later)
    with_points[:, :, 1:-1] = _behind(whitened, places, is_cut, later)
    with_points[:, :, -1] = (slopes * whitened).sum(axis=2)
    return Products(columns, with_points, (whitened**2).sum(axis=2))


def whitened_design(length: int, cuts: list[int], rho: float, *, slope: bool) -> Floats:
    """The whitened columns themselves, (length, 1 + cuts (+ 1)), of one series: level, cuts, slope."""
    places = np.arange(length)
    columns = [np.ones(length), *((places >= cut).astype(np.float64) for cut in cuts)]
    if slope:
        columns.append(slope_column(length))
    return whitened_columns(np.stack(columns, axis=1), rho)


def whitened_columns(columns: Floats, rho: float) -> Floats:
    """Columns (length, P), or one column (length,), whitened."""
    told: Floats = columns.copy()
    told[1:] -= rho * columns[:-1]
    told[0] *= np.sqrt(1 - rho**2)
    return told


def slope_column(length: int) -> Floats:
    """From -1/2 to 1/2 over the series, about."""
    column: Floats = (np.arange(length) - (length - 1) / 2) / length
    return column


def _whitened(points: Floats, rhos: Floats) -> Floats:
    told: Floats = np.repeat(points[:, None], len(rhos), axis=1)
    told[:, :, 1:] -= rhos[:, None] * points[:, None, :-1]
    told[:, :, 0] *= np.sqrt(1 - rhos**2)
    return told


def _whitened_slopes(lengths: Integers, longest: int, rhos: Floats) -> Floats:
    """(B, R, n), or (1, R, n) where all series are of one length."""
    sizes = np.unique(lengths)
    told = np.zeros((len(sizes), len(rhos), longest))
    for row, size in enumerate(sizes):
        told[row, :, :size] = _whitened(slope_column(int(size))[None], rhos)[0]
    return told if len(sizes) == 1 else told[np.searchsorted(sizes, lengths)]


def _of_steps(places: Integers, is_cut: Bools, behind: Integers, later: Floats) -> Floats:
    """(B, R, K, K): of two steps, the later one decides."""
    is_same = np.eye(places.shape[1], dtype=np.bool_)
    both = is_cut[:, :, None] & is_cut[:, None, :]
    least = np.minimum(behind[:, :, None], behind[:, None, :])[:, None]
    rates = later[None, :, None, None]
    told: Floats = np.where(both[:, None], np.where(is_same, 1.0, rates) + least * rates**2, 0.0)
    return told


def _behind(whitened: Floats, places: Integers, is_cut: Bools, later: Floats) -> Floats:
    """(B, R, K): sums of whitened steps times whitened columns (B or 1, R, n)."""
    sums = np.zeros((*whitened.shape[:2], whitened.shape[2] + 1))
    np.cumsum(whitened[:, :, ::-1], axis=2, out=sums[:, :, 1:])
    sums = sums[:, :, ::-1]
    shape = (len(places), whitened.shape[1], places.shape[1])
    here = np.broadcast_to(places[:, None], shape)
    whole = (len(places), *whitened.shape[1:])
    at = np.take_along_axis(np.broadcast_to(whitened, whole), here, axis=2)
    after = np.take_along_axis(np.broadcast_to(sums, (*whole[:2], whole[2] + 1)), here + 1, axis=2)
    return np.where(is_cut[:, None], at + later[:, None] * after, 0.0)


def _with_level(whitened: Floats, first: Floats, later: Floats) -> Floats:
    told: Floats = first * whitened[:, :, 0] + later * whitened[:, :, 1:].sum(axis=2)
    return told
