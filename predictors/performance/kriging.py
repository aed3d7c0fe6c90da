"""A Gaussian process over models x configurations, for what a first predictor gets wrong.

The covariance of two residuals is (likeness of the models) x (likeness of the configurations), plus a part that all
models of a configuration share. Both factors are small matrices, so that the system over all cells is solved by
conjugate gradients on Kronecker products (Saatci 2011; Wilson & Nickisch 2015) in seconds, whichever cells are missing.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_ITERATIONS = 300
_TOLERANCE = 1e-4


@dataclass(frozen=True, slots=True)
class Field:
    """Residuals of models (lines) in configurations (columns), and how they vary together."""

    models: Floats
    """Covariance of models, 1 on the diagonal. Shape (models, models)."""
    configurations: Floats
    """Covariance of what is a model's own, log squared. Shape (configurations, configurations)."""
    shared: Floats
    """Covariance of what all models of a configuration share. Shape (configurations, configurations)."""

    def times(self, cells: Floats) -> Floats:
        """The covariance matrix of all cells, times a vector laid out as (models, configurations)."""
        own = self.models @ (cells @ self.configurations)
        product: Floats = own + (cells.sum(axis=0) @ self.shared)[None, :]
        return product


def solve(field: Field, residuals: Floats, noise: Floats) -> Floats:
    """Weights of the cells: (covariance + noise)^-1 residuals over the known cells, 0 elsewhere.

    Args:
        field: The covariance.
        residuals: Shape (models, configurations); NaN where nothing was measured.
        noise: Variance of each cell's noise, of the same shape.
    """
    known = np.isfinite(residuals)
    target = np.where(known, residuals, 0.0)
    own = np.diag(field.configurations) + np.diag(field.shared)
    scale = np.where(known, 1.0 / (noise + own[None, :]), 0.0)

    def apply(cells: Floats) -> Floats:
        return np.where(known, field.times(cells) + noise * cells, 0.0)

    return _conjugate_gradients(apply, target, scale)


def _conjugate_gradients(apply: Callable[[Floats], Floats], target: Floats, scale: Floats) -> Floats:
    """Solves a symmetric positive system, with a diagonal preconditioner."""
    found = np.zeros_like(target)
    left = target.copy()
    direction = scale * left
    energy = float((left * direction).sum())
    limit = _TOLERANCE**2 * float((target * target).sum())
    for _ in range(_ITERATIONS):
        if float((left * left).sum()) <= limit:
            break
        step = apply(direction)
        length = energy / float((direction * step).sum())
        found += length * direction
        left -= length * step
        scaled = scale * left
        renewed = float((left * scaled).sum())
        direction = scaled + (renewed / energy) * direction
        energy = renewed
    return found


@dataclass(frozen=True, slots=True)
class Weights:
    """What a field has learned: weights of the cells and where they are."""

    cells: Floats
    """Shape (models, configurations)."""

    def mean(self, models: Floats, configurations: Floats, shared: Floats) -> Floats:
        """The residual to expect.

        Args:
            models: Covariance of the models asked for with those known, shape (rows, models).
            configurations: The same of their configurations, shape (rows, configurations).
            shared: The same of the shared part.

        Returns:
            Shape (rows,).
        """
        own = ((models @ self.cells) * configurations).sum(axis=1)
        return np.asarray(own + shared @ self.cells.sum(axis=0), dtype=float)
