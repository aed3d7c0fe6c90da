"""How wide intervals have to be for a device that was not seen: each known device in turn is taken for one."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from predictors.transfer.design import design
from predictors.transfer.known import Floats, Indices, Known
from predictors.transfer.posterior import condition
from predictors.transfer.prior import Prior, learn_prior

LEVEL = 0.9
PROBE_COUNTS = (0, 5, 10, 20, 50)
_ITEMS = 1_500
_NORMAL = 1.6448536269514722
"""Between plus and minus so many standard deviations lies 90 % of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Half widths of 90 % intervals, in standard deviations of the model, by number of probes."""

    probe_counts: Indices
    widths: Floats

    @staticmethod
    def none() -> "Calibration":
        """As if the model knew itself."""
        return Calibration(np.array([0]), np.array([_NORMAL]))

    def width(self, probe_count: int) -> float:
        """Between the counts it was worked out for, in proportion to the logarithm."""
        return float(np.interp(np.log1p(probe_count), np.log1p(self.probe_counts), self.widths))

    def arrays(self) -> dict[str, Floats | Indices]:
        """Its parts as arrays, to be saved."""
        return {"probe_counts": self.probe_counts, "widths": self.widths}


def calibrate(known: Known) -> Calibration:
    """Widths from residuals of each known device, predicted from the others as if it were new.

    The 90 % quantile over all items, each device counted once, times t over normal with one degree of freedom less than
    there are devices: how far devices differ is itself known from so many devices only. With two known devices, one
    alone tells nothing about the other, and the model's own width is used with one degree of freedom.
    """
    from scipy.stats import t

    names = known.names
    widening = float(t.ppf((1 + LEVEL) / 2, len(names) - 1)) / _NORMAL
    sample = known.some_items(_ITEMS)
    scores: dict[int, list[Floats]] = {count: [] for count in PROBE_COUNTS}
    for name in names if len(names) > 2 else ():  # noqa: PLR2004 - a prior takes two devices
        prior = learn_prior(sample.without(name))
        for count, column_scores in _scores(prior, sample.columns_of(name)):
            scores[count].append(column_scores)
    widths = [_quantile(scores[count]) * widening for count in PROBE_COUNTS]
    return Calibration(np.array(PROBE_COUNTS), np.array(widths))


def _scores(prior: Prior, columns: Floats) -> Iterator[tuple[int, Floats]]:
    """Residuals over the model's standard deviation for all items and columns of one device, by number of probes."""
    probes = design(prior, max(PROBE_COUNTS))
    for count in PROBE_COUNTS:
        yield (
            count,
            np.concatenate([_column_scores(prior, probes[:count], column) for column in columns.T]),
        )


def _column_scores(prior: Prior, probes: Indices, column: Floats) -> Floats:
    posterior = condition(prior, probes, np.exp(column[probes]))
    variance = ((prior.basis @ posterior.covariance) * prior.basis).sum(axis=1) + posterior.noise_variance
    scores = np.abs(column - prior.mean - prior.basis @ posterior.mean) / np.sqrt(variance)
    return np.delete(scores, probes)


def _quantile(scores: list[Floats]) -> float:
    """Of all scores together, those of each device with the same weight in sum."""
    if not scores:
        return _NORMAL
    values = np.concatenate(scores)
    weights = np.concatenate([np.full(len(own), 1 / len(own)) for own in scores])
    order = np.argsort(values)
    passed = np.cumsum(weights[order]) / weights.sum()
    return float(values[order][min(int(np.searchsorted(passed, LEVEL)), len(values) - 1)])
