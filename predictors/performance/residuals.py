"""What a first predictor gets wrong, carried over from like models and like configurations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from predictors.performance.entities import Entities, Scale, alike
from predictors.performance.kernels import Configuration, distances
from predictors.performance.kriging import Field, Weights, solve
from predictors.performance.likeness import (
    ConfigurationLikeness,
    ModelLikeness,
    fit_configurations,
    fit_models,
)

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]

# Outliers among the residuals count less (Student's t with three degrees of freedom, one reweighting).
_FREEDOM = 3.0
# What all models of a configuration share has at least this variance: about 15 %.
_LEAST_SHARED = 0.02


@dataclass(frozen=True, slots=True)
class Likeness:
    """How models and configurations vary together."""

    models: ModelLikeness
    configurations: ConfigurationLikeness
    shared: float
    """Variance of what all models of a configuration share."""
    center: float


@dataclass(frozen=True, slots=True)
class ResidualField:
    """Residuals known by model and configuration, and the weights that carry them to others."""

    entities: Entities
    scale: Scale
    configurations: tuple[Configuration, ...]
    likeness: Likeness
    table: Floats
    """Residuals, shape (models, configurations); NaN where nothing was measured."""
    weights: Weights

    def predict(self, of: Entities, which: Index, configurations: Sequence[Configuration]) -> Floats:
        """The residual to expect for each row.

        Args:
            of: Models asked for.
            which: Which of them a row runs, shape (rows,).
            configurations: The configuration of each row.
        """
        unique = list(dict.fromkeys(configurations))
        place = {each: number for number, each in enumerate(unique)}
        column = np.array([place[each] for each in configurations], dtype=np.int64)
        apart = self.likeness.configurations.covariance(distances(unique, self.configurations))
        models = alike(of, self.entities, self.scale).covariance(self.likeness.models)
        own = (models @ self.weights.cells) @ apart.T
        ratio = self.likeness.shared / self.likeness.configurations.variance
        shared = ratio * (apart @ self.weights.cells.sum(axis=0))
        return np.asarray(self.likeness.center + own[which, column] + shared[column], dtype=float)


def table_of(residuals: Floats, which: Index, column: Index, shape: tuple[int, int]) -> Floats:
    """Means by model and configuration; NaN where there is none."""
    total, count = np.zeros(shape), np.zeros(shape)
    np.add.at(total, (which, column), residuals)
    np.add.at(count, (which, column), 1.0)
    return np.where(count > 0, total / np.maximum(count, 1.0), np.nan)


def learn_likeness(
    table: Floats, of: Entities, scale: Scale, configurations: Sequence[Configuration], seed: int
) -> Likeness:
    """Learns covariances from a table of residuals, shape (models, configurations)."""
    known = np.isfinite(table)
    middle = _middles(table)
    centered = table - middle
    apart = distances(configurations, configurations)
    of_configurations = fit_configurations(centered, apart, seed=seed)
    some = np.flatnonzero(known.any(axis=1))
    count = known[some].sum(axis=1)
    means = np.nansum(centered[some], axis=1) / count
    own_noise = (of_configurations.noise + 0.1 * of_configurations.variance) / count
    compared = alike(of.take(some), of.take(some), scale)
    of_models = fit_models(means, own_noise, compared.twin, compared.family, compared.distance, seed=seed)
    return Likeness(
        of_models, of_configurations, max(_LEAST_SHARED, float(np.var(middle))), float(np.mean(middle))
    )


def fit_field(
    table: Floats,
    of: Entities,
    configurations: Sequence[Configuration],
    *,
    seed: int,
    likeness: Likeness | None = None,
    scale: Scale | None = None,
) -> ResidualField:
    """Solves for the weights of all known cells; learns the covariances too when they are not given.

    Args:
        table: Residuals, shape (models, configurations); NaN where nothing was measured.
        of: The models.
        configurations: The configurations.
        seed: Of samples.
        likeness: Covariances known from elsewhere.
        scale: Of the features; from the models when not given.
    """
    scale = scale or Scale.of(of.features)
    likeness = likeness or learn_likeness(table, of, scale, configurations, seed)
    # A device may be further off than any before it; were it not allowed for, its results would all count as outliers.
    likeness = replace(
        likeness, shared=max(likeness.shared, float(np.mean((_middles(table) - likeness.center) ** 2)))
    )
    covariance = likeness.configurations.covariance(distances(configurations, configurations))
    field = Field(
        alike(of, of, scale).covariance(likeness.models),
        covariance,
        covariance * likeness.shared / likeness.configurations.variance,
    )
    return ResidualField(
        of, scale, tuple(configurations), likeness, table, Weights(_robust(field, table, likeness))
    )


def _middles(table: Floats) -> Floats:
    """Median of each configuration's residuals; 0 where there are none."""
    return np.array(
        [np.median(column[np.isfinite(column)]) if np.isfinite(column).any() else 0.0 for column in table.T]
    )


def _robust(field: Field, table: Floats, likeness: Likeness) -> Floats:
    residuals = table - likeness.center
    noise = np.full(table.shape, likeness.configurations.noise)
    first = field.times(solve(field, residuals, noise))
    squared = np.nan_to_num((residuals - first) ** 2) / likeness.configurations.noise
    return solve(field, residuals, noise * (1 + squared / _FREEDOM))


def numbered(configurations: Sequence[Configuration]) -> tuple[list[Configuration], Index]:
    """Each configuration once, and which one a row has."""
    unique = sorted(set(configurations), key=str)
    place: Mapping[Configuration, int] = {each: number for number, each in enumerate(unique)}
    return unique, np.array([place[each] for each in configurations], dtype=np.int64)
