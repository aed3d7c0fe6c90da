"""What is known of a device after some of its items were measured."""

from dataclasses import dataclass
from itertools import product

import numpy as np

from predictors.transfer.known import Floats, Indices
from predictors.transfer.prior import Prior

NOISES = (0.02, 0.05, 0.1, 0.2)
"""Relative noise of one measurement; which of these a device has is told by its probes."""
FACTOR_SCALES = (1.0, 4.0)
ATTRIBUTE_SCALES = (0.03, 0.1, 0.3, 1.0)
_STEPS = tuple(10.0**power for power in range(3, -10, -1))
_WHOLE = 1e-3
_FEWEST_FOR_A_STEP = 4


@dataclass(frozen=True, slots=True)
class Posterior:
    """Weights of the prior's basis, normal, mixed over the settings that explain the probes."""

    mean: Floats
    covariance: Floats
    noise_variance: float


def condition(prior: Prior, probes: Indices, values: Floats) -> Posterior:
    """Bayesian linear regression of log latencies, averaged over noise and scales by how likely each makes the probes.

    `values` are latencies of the items `probes`. With none of them the prior comes back. Formulas: Rasmussen and
    Williams 2006, sections 2.1 and 2.3 (evidence).
    """
    rows = prior.basis[probes]
    residual = np.log(values) - prior.mean[probes]
    rounding = rounding_variance(values)
    settings = list(product(NOISES, FACTOR_SCALES, ATTRIBUTE_SCALES))
    parts = [
        _condition_once(prior.variances(factor, attribute), rows, residual, noise**2 + rounding)
        for noise, factor, attribute in settings
    ]
    evidence = np.array([part[2] for part in parts])
    likely = np.exp(evidence - evidence.max())
    likely /= likely.sum()
    mean = sum((share * part[0] for share, part in zip(likely, parts, strict=True)), np.zeros(rows.shape[1]))
    covariance = np.zeros((len(mean), len(mean)))
    for share, (own_mean, own_covariance, _) in zip(likely, parts, strict=True):
        apart = own_mean - mean
        covariance += share * (own_covariance + np.outer(apart, apart))
    noise_variance = sum(share * noise**2 for share, (noise, _, _) in zip(likely, settings, strict=True))
    return Posterior(mean, covariance, float(noise_variance))


def rounding_variance(values: Floats) -> Floats:
    """What rounding adds to the variance of log `values` that are all multiples of a power of ten, as whole ms.

    A value rounded to steps of s is uniform over s, which has the variance s^2 / 12.
    """
    if len(values) < _FEWEST_FOR_A_STEP:
        return np.zeros(len(values))
    for step in _STEPS:
        counted = values / step
        if (counted >= 1).all() and (np.abs(counted - np.round(counted)) < _WHOLE).all():
            return np.asarray((step / values) ** 2 / 12)
    return np.zeros(len(values))


def _condition_once(
    variances: Floats, rows: Floats, residual: Floats, noise: Floats
) -> tuple[Floats, Floats, float]:
    """Mean and covariance of the weights, and the log evidence, under one setting."""
    weighted = rows * variances
    kernel = weighted @ rows.T + np.diag(np.broadcast_to(noise, len(rows)))
    lower = np.linalg.cholesky(kernel)
    whitened = np.linalg.solve(lower, residual)
    spread = np.linalg.solve(lower, weighted)
    evidence = -0.5 * float(whitened @ whitened) - float(np.log(np.diag(lower)).sum())
    return spread.T @ whitened, np.diag(variances) - spread.T @ spread, evidence
