"""What transfer is held against: the mean device, and factors of the known devices with ridge on random probes."""

import numpy as np

from predictors.transfer.known import Floats, Indices, Known

_FACTORS = 8
_PENALTIES = np.logspace(-3, 2, 12)


def mean_device(known: Known) -> Floats:
    """Log latencies of the mean of all known columns."""
    mean: Floats = known.log_values.mean(axis=1)
    return mean


def factor_ridge(known: Known, probes: Indices, log_values: Floats) -> Floats:
    """Ridge on the mean device and the strongest factors, its penalty chosen by leaving out one probe at a time."""
    features = _factors(known)
    rows = features[probes] - features[probes].mean(axis=0)
    residual = log_values - log_values.mean()
    best, coefficients = np.inf, np.zeros(features.shape[1])
    for penalty in _PENALTIES:
        solved = np.linalg.solve(rows.T @ rows + penalty * np.eye(rows.shape[1]), rows.T)
        hat = rows @ solved
        left_out = (residual - hat @ residual) / (1 - np.diag(hat) - 1 / len(probes))
        if (error := float((left_out**2).mean())) < best:
            best, coefficients = error, solved @ residual
    predicted: Floats = log_values.mean() + (features - features[probes].mean(axis=0)) @ coefficients
    return predicted


def _factors(known: Known) -> Floats:
    mean = mean_device(known)
    apart = known.log_values - known.log_values.mean(axis=0) - (mean - mean.mean())[:, None]
    left, strength, _ = np.linalg.svd(apart, full_matrices=False)
    shares = strength[:_FACTORS] / strength[0]
    return np.column_stack(
        [(mean - mean.mean()) / mean.std(), left[:, :_FACTORS] * np.sqrt(len(mean)) * shares]
    )
