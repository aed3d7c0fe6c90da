"""Which of the candidate cuts stay: backward elimination under every noise and with or without a slope, by evidence.

Autocorrelation, a slope and steps explain the same wandering. So the steps are judged beside the others: for every
coefficient of noise and with and without a common slope, the weakest cut is taken out, one after another; the number of
cuts is that of the greatest evidence, summed over coefficients and slopes (restricted likelihood, Patterson and
Thompson 1971, which keeps autocorrelation from being underestimated when there are many cuts; less a penalty a cut).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from predictors.detection.arrays import Bools, Floats, Integers
from predictors.detection.regression import NO_CUT, Products, products

RHOS = np.array([0.0, 0.17, 0.33, 0.5, 0.67, 0.83, 0.95])
"""Coefficients of autocorrelation that are tried."""
_PENALTY_BY_LOG, _PENALTY, _PENALTY_OF_FEW = 2.0, -3.0, 1000.0
"""Of a cut: 2 log n - 3 + 1000 / n^2, twice a logarithm of evidence; set on made series of known changes."""
_CROWD = 3.0
"""Of a cut: 2 log n - 3 + 1000 / n^2, twice a logarithm of evidence; set on made series."""
_SLOPE_BY_LOG = 0.75
"""Of a slope, times log n."""
_EXACT = 1e-12
"""Of the sum of squares: what is left below that is rounding."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Cuts that stay, with the noise and slope under which they are most likely."""

    is_kept: Bools
    """(B, K)"""
    rhos: Floats
    """(B,)"""
    has_slope: Bools
    """(B,)"""


def choose(points: Floats, lengths: Integers, cuts: Integers, rhos: Floats = RHOS) -> Chosen:
    """Of the cuts (B, K; NO_CUT where there are fewer) of series (B, n; zeros behind their end), those to keep."""
    both = _Models(products(points, lengths, cuts, rhos), lengths, cuts < NO_CUT, rhos)
    evidence, best = both.evidence()
    is_kept, model = both.is_in[np.arange(len(cuts)), best, 1:-1].copy(), best
    while both.drop_weakest():
        now, best = both.evidence()
        better = np.flatnonzero(both.dropped & (now > evidence))
        evidence[better], model[better] = now[better], best[better]
        is_kept[better] = both.is_in[better, best[better], 1:-1]
    return Chosen(is_kept, both.rhos[model], both.has_slope[model])


class _Models:
    """Regressions of B series under M = 2 R noises and slopes, all with the same number of cuts left for a series."""

    def __init__(self, sums: Products, lengths: Integers, is_cut: Bools, rhos: Floats) -> None:
        rows, count = is_cut.shape
        self.rhos = np.concatenate([rhos, rhos])
        self.has_slope = np.repeat([False, True], len(rhos))
        self.dropped = np.ones(rows, np.bool_)
        self.is_in = np.zeros((rows, len(self.rhos), count + 2), np.bool_)
        self.is_in[:, :, 0] = True
        self.is_in[:, :, 1:-1] = is_cut[:, None]
        self.is_in[:, :, -1] = self.has_slope
        self._lengths = lengths[:, None].astype(np.float64)
        self._cut_counts = is_cut.sum(axis=1)
        columns = np.concatenate([sums.columns, sums.columns], axis=1)
        together = self.is_in[..., :, None] & self.is_in[..., None, :]
        columns = np.where(together, columns, np.eye(count + 2))
        self._inverse = np.linalg.inv(columns)
        self._log_determinant = np.linalg.slogdet(columns)[1]
        told = np.where(self.is_in, np.concatenate([sums.with_points, sums.with_points], axis=1), 0.0)
        self._effects = (self._inverse @ told[..., None])[..., 0]
        squares = np.concatenate([sums.squares, sums.squares], axis=1)
        self._least = _EXACT * np.maximum(squares, np.finfo(np.float64).tiny)
        self._left = np.maximum(squares - (self._effects * told).sum(axis=-1), self._least)

    def evidence(self) -> tuple[Floats, Integers]:
        """Twice the logarithm of each series' evidence, summed over models, and its best model."""
        cuts = self._cut_counts[:, None]
        parameters = 1.0 + cuts + self.has_slope
        free = np.maximum(self._lengths - parameters, 1.0)
        logs = np.log(self._lengths)
        costs = (
            free * np.log(self._left / free)
            + self._log_determinant
            - parameters * logs
            - np.log(1 - self.rhos**2)
            + (_PENALTY_BY_LOG * logs + _PENALTY + _PENALTY_OF_FEW / self._lengths**2) * cuts
            + _CROWD * gammaln(cuts + 1.0)
            + _SLOPE_BY_LOG * logs * self.has_slope
        )
        best = costs.argmin(axis=1)
        least = costs[np.arange(len(costs)), best]
        summed = np.exp((least[:, None] - costs) / 2).sum(axis=1)
        return 2 * np.log(summed) - least, best

    def drop_weakest(self) -> bool:
        """Take the cut out of each model that explains least; whether any series had one left."""
        self.dropped = self._cut_counts > 0
        if not self.dropped.any():
            return False
        self._cut_counts = self._cut_counts - self.dropped
        variances = np.diagonal(self._inverse, axis1=-2, axis2=-1)
        explained = np.where(self.is_in, self._effects**2 / np.where(self.is_in, variances, 1.0), np.inf)
        weakest = explained[..., 1:-1].argmin(axis=-1)[..., None] + 1
        has = self.dropped[:, None]
        variance = np.where(has, np.take_along_axis(variances, weakest, -1)[..., 0], 1.0)
        effect = np.take_along_axis(self._effects, weakest, -1)[..., 0]
        column = np.take_along_axis(self._inverse, weakest[..., None, :].swapaxes(-1, -2), -2)[..., 0, :]
        column = np.where(has[..., None], column, 0.0)
        self._left = np.maximum(np.where(has, self._left + effect**2 / variance, self._left), self._least)
        self._log_determinant = self._log_determinant + np.log(variance)
        self._effects = self._effects - column * (effect / variance)[..., None]
        self._inverse = self._inverse - column[..., :, None] * (column / variance[..., None])[..., None, :]
        place = np.where(has[..., None], weakest, 0)
        gone = np.arange(self.is_in.shape[-1]) == place
        self.is_in = self.is_in & ~(gone & has[..., None])
        return True
