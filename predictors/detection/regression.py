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
    """All products of series (B, n; zeros behind their end) with cuts (B, K; NO_CUT where there are fewer).

    Whitened by a coefficient rho, each product is a polynomial in rho, whose coefficients are sums over the series:
    they are worked out once for all rhos.
    """
    rows, count = cuts.shape
    is_cut = cuts < NO_CUT
    first, later = np.sqrt(1 - rhos**2), 1 - rhos
    told, slopes = _of_points(points, lengths), _of_slopes(points.shape[1], lengths)
    places = np.where(is_cut, cuts, 0)
    behind = np.maximum(lengths[:, None] - 1 - places, 0)

    columns = np.zeros((rows, len(rhos), count + 2, count + 2))
    columns[:, :, 0, 0] = first**2 + (lengths[:, None] - 1) * later**2
    with_level = np.where(is_cut[:, None], later[:, None] + behind[:, None] * later[:, None] ** 2, 0.0)
    columns[:, :, 0, 1:-1] = columns[:, :, 1:-1, 0] = with_level
    columns[:, :, 1:-1, 1:-1] = _of_steps(places, is_cut, behind, later)
    slope_steps = _with_steps(slopes, places, is_cut, rhos)
    columns[:, :, 1:-1, -1] = columns[:, :, -1, 1:-1] = slope_steps
    columns[:, :, 0, -1] = columns[:, :, -1, 0] = _with_level(slopes, rhos)
    columns[:, :, -1, -1] = _cross(slopes, slopes, rhos)

    with_points = np.zeros((rows, len(rhos), count + 2))
    with_points[:, :, 0] = _with_level(told, rhos)
    with_points[:, :, 1:-1] = _with_steps(told, places, is_cut, rhos)
    with_points[:, :, -1] = _cross(slopes, told, rhos)
    return Products(columns, with_points, _cross(told, told, rhos))


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


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of each series before it is whitened."""

    values: Floats
    """(B, n), zeros behind the end."""
    sums: Floats
    """(B, n + 1): of the values before each place."""
    first: Floats
    """(B, 1)"""
    last: Floats
    """(B, 1)"""


def _of_points(points: Floats, lengths: Integers) -> _Column:
    sums = np.zeros((len(points), points.shape[1] + 1))
    np.cumsum(points, axis=1, out=sums[:, 1:])
    return _Column(points, sums, points[:, :1], points[np.arange(len(points)), lengths - 1][:, None])


def _of_slopes(longest: int, lengths: Integers) -> _Column:
    """From -1/2 to 1/2 over each series, about, as `slope_column`."""
    places, size = np.arange(longest + 1), lengths[:, None]
    values = np.where(places[:-1] < size, (places[:-1] - (size - 1) / 2) / size, 0.0)
    counted, last = np.minimum(places, size), (size - 1) / (2 * size)
    return _Column(values, counted * (counted - size) / (2 * size), -last, last)


def _cross(one: _Column, other: _Column, rhos: Floats) -> Floats:
    """(B, R): the product of two columns, both whitened."""
    product = np.einsum("bn,bn->b", one.values, other.values)[:, None]
    beside = np.einsum("bn,bn->b", one.values[:, 1:], other.values[:, :-1])
    beside += np.einsum("bn,bn->b", one.values[:, :-1], other.values[:, 1:])
    ends = one.first * other.first + one.last * other.last
    told: Floats = product - rhos * beside[:, None] + rhos**2 * (product - ends)
    return told


def _with_level(column: _Column, rhos: Floats) -> Floats:
    """(B, R): its product with the column of ones, both whitened."""
    total = column.sums[:, -1:]
    rest = total - column.first - rhos * (total - column.last)
    told: Floats = (1 - rhos**2) * column.first + (1 - rhos) * rest
    return told


def _with_steps(column: _Column, places: Integers, is_cut: Bools, rhos: Floats) -> Floats:
    """(B, R, K): its products with steps, zero before a place and one from there on; all whitened."""
    here = np.take_along_axis(column.values, places, axis=1)[:, None]
    before = np.take_along_axis(column.values, np.maximum(places - 1, 0), axis=1)[:, None]
    at = np.take_along_axis(column.sums, places, axis=1)[:, None]
    total, last, rates = column.sums[:, -1:, None], column.last[:, None], rhos[:, None]
    after = total - at - here - rates * (total - at - last)
    return np.where(is_cut[:, None], here - rates * before + (1 - rates) * after, 0.0)


def _of_steps(places: Integers, is_cut: Bools, behind: Integers, later: Floats) -> Floats:
    """(B, R, K, K): of two steps, the later one decides."""
    is_same = np.eye(places.shape[1], dtype=np.bool_)
    both = is_cut[:, :, None] & is_cut[:, None, :]
    least = np.minimum(behind[:, :, None], behind[:, None, :])[:, None]
    rates = later[None, :, None, None]
    told: Floats = np.where(both[:, None], np.where(is_same, 1.0, rates) + least * rates**2, 0.0)
    return told
