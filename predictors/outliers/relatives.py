"""What subjects like it say of a result in the same configuration."""

import numpy as np

from predictors.outliers.consensus import Consensus
from predictors.outliers.table import Floats, Table

MOST_ROWS = 3000
"""Above it, no table of likenesses is made: it grows with the square."""
_BLOCK = 1500
"""Rows that are solved for at once, neighbours by name: the work grows with its square."""
_ROUNDS = 4
_FREEDOM = 3.0
_NOISE = 0.15
"""Noise of a result, in usual deviations of its configuration."""
_STRENGTH = 4.0
"""Variance of each of the two likenesses, in the same."""
_NEAR = 0.5
"""Within how many standard deviations of the features subjects are alike."""


def likeness(table: Table) -> Floats:
    """Shape (rows, rows), 1 on the diagonal: how alike subjects are in features and in the letters of their names.

    The names by the squared cosine of their triples of letters, each weighed by how rare it is.
    """
    differences = ((table.features[:, None] - table.features[None]) ** 2).sum(axis=2)
    found: Floats = (np.exp(-differences / (2 * _NEAR**2)) + _alike_in_name(table.names)) / 2
    return found


def held_against_relatives(table: Table, found: Consensus, alike: Floats) -> Consensus:
    """What is left of the deviations when those of relatives are taken off: a Gaussian process for each configuration.

    Each result is left out in turn, in closed form, and those that do not fit are weighed down as under Student's t.
    """
    deviations, variances = np.full_like(found.deviations, np.nan), np.full_like(found.variances, np.nan)
    for column in range(deviations.shape[1]):
        rows = np.flatnonzero(table.is_there[:, column])
        unit = max(1.4826 * float(np.median(np.abs(found.deviations[rows, column]))), 1e-3)
        usual = float(np.median(found.variances[rows, column]))
        for block in np.array_split(rows, -(-len(rows) // _BLOCK)):
            noise = _NOISE**2 * np.sqrt(found.variances[block, column] / usual)
            values = found.deviations[block, column] / unit
            left, variance = _left_out(values, 2 * _STRENGTH * alike[np.ix_(block, block)], noise)
            deviations[block, column] = left * unit
            variances[block, column] = variance * unit**2
    return Consensus(deviations, variances)


def _left_out(values: Floats, covariance: Floats, noise: Floats) -> tuple[Floats, Floats]:
    deviations, variances, surprise = values, np.ones_like(values), values
    for _ in range(_ROUNDS):
        weighed = noise / np.clip((_FREEDOM + 1) / (_FREEDOM + surprise**2), 1e-4, 1.0)
        inverse = np.linalg.inv(covariance + np.diag(weighed))
        diagonal = np.diag(inverse)
        deviations = inverse @ values / diagonal
        variances = 1 / diagonal - weighed + noise
        surprise = deviations / np.sqrt(variances)
        surprise = surprise / max(1.4826 * float(np.median(np.abs(surprise))), 1e-3)
    return deviations, variances


def _alike_in_name(names: list[str]) -> Floats:
    grams = [{f"^{name}$"[start : start + 3] for start in range(len(name))} for name in names]
    place = {gram: number for number, gram in enumerate(sorted(set().union(*grams)))}
    held = np.zeros((len(names), len(place)))
    for row, found in enumerate(grams):
        held[row, [place[gram] for gram in found]] = 1.0
    held *= np.log((1 + len(names)) / held.sum(axis=0))
    held /= np.maximum(np.linalg.norm(held, axis=1, keepdims=True), 1e-9)
    cosine: Floats = held @ held.T
    return cosine**2
