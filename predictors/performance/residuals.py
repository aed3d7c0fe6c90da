"""What a first predictor gets wrong, carried over from like models and like configurations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

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
# What all models share on a new device, or in a new condition, has at least this variance: about 15 %.
_LEAST_OFFSET = 0.15**2
# And what a model has of its own there, about 7 %: residuals of known devices, which the trees have seen, tell less.
_OWN_ON_NEW = 0.07**2


@dataclass(frozen=True, slots=True)
class Likeness:
    """How models and configurations vary together."""

    models: ModelLikeness
    configurations: ConfigurationLikeness
    shared: float
    """Variance of what all models of a configuration share."""
    center: float
    offset: float = 0.0
    """Variance of what all models share on a device, or in a condition, that the trees have not learned from."""

    def between(
        self, of: Sequence[Configuration], to: Sequence[Configuration], trained: frozenset[Configuration]
    ) -> tuple[Floats, Floats]:
        """Covariances of what is a model's own and of what all models share, each of shape (of, to).

        Args:
            of: Configurations.
            to: Others.
            trained: Those that the trees have learned from. Others differ from them by more than they do among
                themselves, and those of one device together.
        """
        alike = np.exp(-distances(of, to) @ self.configurations.scales)
        same = np.array(
            [[one.hardware == other.hardware and not {one, other} & trained for other in to] for one in of]
        )
        own = self.configurations.variance * alike + np.where(same, _OWN_ON_NEW, 0.0) * alike
        return own, self.shared * alike + np.where(same, self.offset, 0.0) * alike


@dataclass(frozen=True)
class ResidualField:
    """Residuals known by model and configuration, and the weights that carry them to others."""

    entities: Entities
    scale: Scale
    configurations: tuple[Configuration, ...]
    likeness: Likeness
    table: Floats
    """Residuals, shape (models, configurations); NaN where nothing was measured."""
    weights: Weights
    new: frozenset[Configuration] = frozenset()
    """Configurations that the trees have not learned from."""

    @cached_property
    def trained(self) -> frozenset[Configuration]:
        """Configurations that the trees have learned from."""
        return frozenset(self.configurations) - self.new

    @cached_property
    def _scaled(self) -> Floats:
        return self.scale.apply(self.entities.features)

    def knows(self, keys: Sequence[str], configurations: Sequence[Configuration]) -> list[bool]:
        """Whether a residual of each model at its size is known in each configuration; both of the same length."""
        line = {str(key): number for number, key in enumerate(self.entities.key)}
        column = {each: number for number, each in enumerate(self.configurations)}
        return [
            key in line and at in column and bool(np.isfinite(self.table[line[key], column[at]]))
            for key, at in zip(keys, configurations, strict=True)
        ]

    def well_known(self, models: int) -> frozenset[Configuration]:
        """Configurations in which at least so many models were measured."""
        counts = np.isfinite(self.table).sum(axis=0)
        return frozenset(
            each for each, count in zip(self.configurations, counts.tolist(), strict=True) if count >= models
        )

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
        of_own, of_shared = self.likeness.between(unique, self.configurations, self.trained)
        models = alike(of, self.entities, self.scale, self._scaled).covariance(self.likeness.models)
        own = (models @ self.weights.cells) @ of_own.T
        shared = of_shared @ self.weights.cells.sum(axis=0)
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
    new: frozenset[Configuration] = frozenset(),
) -> ResidualField:
    """Solves for the weights of all known cells; learns the covariances too when they are not given.

    Args:
        table: Residuals, shape (models, configurations); NaN where nothing was measured.
        of: The models.
        configurations: The configurations.
        seed: Of samples.
        likeness: Covariances known from elsewhere.
        scale: Of the features; from the models when not given.
        new: Configurations that what left these residuals has not learned from.
    """
    scale = scale or Scale.of(of.features)
    likeness = likeness or learn_likeness(table, of, scale, configurations, seed)
    if new:
        # It may be further off than any before it; were it not allowed for, its results would all be outliers.
        of_new = [at for at, each in enumerate(configurations) if each in new]
        off = float(np.mean((_middles(table)[of_new] - likeness.center) ** 2))
        likeness = replace(likeness, offset=max(_LEAST_OFFSET, off))
    own, shared = likeness.between(configurations, configurations, frozenset(configurations) - new)
    field = Field(alike(of, of, scale).covariance(likeness.models), own, shared)
    return ResidualField(
        of, scale, tuple(configurations), likeness, table, Weights(_robust(field, table, likeness)), new
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
