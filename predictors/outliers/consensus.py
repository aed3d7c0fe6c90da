"""What the other configurations of a subject say of a result."""

from dataclasses import dataclass

import numpy as np

from predictors.outliers.table import Floats, Table

ROUNDS = 20
FREEDOM = 3.0
"""Degrees of freedom of Student's t: how soon a result that does not fit loses its word on others."""
_ABSENT = 1e4
"""Variance of the noise of a cell without a result: it says nothing."""
_ROWS_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Consensus:
    """How each result deviates from what the others of its row let expect; shape (rows, columns), nan where none is."""

    deviations: Floats
    """Of the logarithm."""
    variances: Floats
    """Of a deviation of a result that is right: the fewer witnesses, the larger."""


def consensus(table: Table) -> Consensus:
    """Each result held against all others of its subject.

    The logarithms are a line in the subject's features, one for each configuration, and a Gaussian over configurations
    around it, with noise of its own a cell; fitted by expectation maximisation, where cells that do not fit are weighed
    down as under Student's t. What the others let expect is the closed form of leaving one out of a Gaussian
    (Rasmussen and Williams 2006, equations 5.10 to 5.12).
    """
    is_there = table.is_there
    around = np.where(is_there, table.values - _by_features(table), 0.0)
    spread = np.array([_deviation(around[is_there[:, j], j]) for j in range(around.shape[1])])
    covariance = 0.7 * np.outer(spread, spread) + 0.3 * np.diag(spread**2)
    noise = (0.2 * spread) ** 2
    centre = np.zeros(len(spread))
    weights = np.ones_like(around)
    deviations = variances = np.zeros_like(around)
    for _ in range(ROUNDS):
        cell_noise = np.where(is_there, noise / np.maximum(weights, 1e-4), _ABSENT)
        found = _left_out(np.where(is_there, around - centre, 0.0), covariance, cell_noise)
        deviations, variances = found.deviations, found.variances - cell_noise + noise
        surprise = deviations**2 / variances
        weights = np.where(is_there, np.minimum(1.0, (FREEDOM + 1) / (FREEDOM + surprise)), 0.0)
        covariance = (
            found.latent.T @ found.latent + found.uncertainty + 0.5 * np.diag(np.diag(covariance))
        ) / (len(around) + 0.5)
        rest = np.where(is_there, around - centre - found.latent, 0.0)
        share = is_there.sum(axis=0)
        noise = np.maximum((weights * (rest**2 + found.latent_variances)).sum(axis=0) / share, 1e-4)
        centre = centre + (weights * rest).sum(axis=0) / weights.sum(axis=0)
    return Consensus(np.where(is_there, deviations, np.nan), np.where(is_there, variances, np.nan))


@dataclass(frozen=True, slots=True)
class _LeftOut:
    deviations: Floats
    variances: Floats
    latent: Floats
    """What each row would be without noise, as all its cells say."""
    latent_variances: Floats
    uncertainty: Floats
    """Shape (columns, columns): the covariances of `latent`, summed over rows."""


def _left_out(around: Floats, covariance: Floats, cell_noise: Floats) -> _LeftOut:
    """Leave each cell out of its row; rows are worked on in lots, so that memory does not grow with them."""
    size = len(covariance)
    solved, diagonals, reduced = [], [], []
    total = np.zeros((size, size))
    for start in range(0, len(around), _ROWS_AT_ONCE):
        lot = slice(start, start + _ROWS_AT_ONCE)
        inverse = np.linalg.inv(covariance + cell_noise[lot][:, None, :] * np.eye(size))
        solved.append(np.einsum("rij,rj->ri", inverse, around[lot]))
        diagonals.append(np.einsum("rii->ri", inverse))
        reduced.append(((covariance @ inverse) * covariance.T).sum(axis=2))
        total += inverse.sum(axis=0)
    solution, diagonal = np.concatenate(solved), np.concatenate(diagonals)
    return _LeftOut(
        solution / diagonal,
        1 / diagonal,
        solution @ covariance,
        np.maximum(np.diag(covariance) - np.concatenate(reduced), 0.0),
        len(around) * covariance - covariance @ total @ covariance,
    )


def _by_features(table: Table) -> Floats:
    """A line in the features for each configuration, with Huber's weights; shape (rows, columns)."""
    # A unit is no property of a subject: where the line starts is not held towards zero.
    penalty = np.diag([1e-9] + [1.0] * table.features.shape[1])
    design = np.column_stack([np.ones(len(table.names)), table.features])
    found = np.zeros_like(table.values)
    for column in range(found.shape[1]):
        rows = table.is_there[:, column]
        part, values = design[rows], table.values[rows, column]
        weights = np.ones(len(values))
        for _ in range(5):
            weighted = part * weights[:, None]
            line = np.linalg.solve(weighted.T @ part + penalty, weighted.T @ values)
            rest = np.abs(values - part @ line)
            weights = 1 / np.maximum(1.0, rest / (1.5 * _deviation(rest)))
        found[:, column] = design @ line
    return found


def _deviation(values: Floats) -> float:
    """The standard deviation that a Gaussian with the median of the absolute values would have; never zero."""
    return float(max(1.4826 * np.median(np.abs(values)), 1e-3))
