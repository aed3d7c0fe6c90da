"""Trees and networks on physics, then residuals carried over from like models and configurations.

Networks answer for configurations that were learned from. Of others they say less than trees, which never read which
configuration a row is of: those are answered by trees and what trees left over elsewhere.
"""

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from predictors.performance.crossfit import CrossFit, fit_crossfit
from predictors.performance.networks import Blend, fit_blend
from predictors.performance.prepared import Prepared
from predictors.performance.residuals import ResidualField, fit_field, numbered, table_of

Floats = npt.NDArray[np.float64]
FOLDS = 4


class Learner(Protocol):
    """What comes before the residuals."""

    def predict(self, given: Prepared) -> Floats:
        """Log seconds of one item, shape (rows,)."""
        ...


@dataclass(frozen=True, slots=True)
class Engine:
    """What predicts log seconds of one item."""

    trees: CrossFit
    field: ResidualField
    """What trees leave over."""
    near: "Near | None" = None
    """For configurations that networks learned from; None where there are no networks."""

    def predict(self, given: Prepared) -> Floats:
        """Shape (rows,)."""
        by_trees = self.trees.predict(given)
        said = by_trees + self.field.predict(given.models, given.which, given.configurations)
        if self.near is not None and (known := self.near.blend.knows(given)).any():
            said[known] = self.near.predict(given.take(known), by_trees[known])
        return np.asarray(said, dtype=float)

    def learned(self, given: Prepared) -> Floats:
        """What trees and networks say without what they left over elsewhere; shape (rows,)."""
        said = self.trees.predict(given)
        if self.near is not None and (known := self.near.blend.knows(given)).any():
            said[known] = self.near.blend.joined(said[known], given.take(known))
        return said


@dataclass(frozen=True, slots=True)
class Near:
    """The blend of trees and networks, and what it leaves over."""

    blend: Blend
    field: ResidualField

    def predict(self, given: Prepared, by_trees: Floats) -> Floats:
        """Shape (rows,), of rows whose configurations are known."""
        left = self.field.predict(given.models, given.which, given.configurations)
        return self.blend.joined(by_trees, given) + left


def fit_engine(
    given: Prepared, *, seed: int, groups: npt.NDArray[np.generic] | None = None, with_networks: bool = True
) -> Engine:
    """Trains all stages.

    Args:
        given: Measured rows.
        seed: Of folds, trees, networks and samples.
        groups: What the inner folds keep together; twins when not given.
        with_networks: Not needed where only configurations that were not learned from will be asked for.
    """
    groups = given.twins if groups is None else groups
    trees = fit_crossfit(given, groups, count=FOLDS, seed=seed)
    field = residual_field(given, trees, seed=seed)
    if not with_networks:
        return Engine(trees, field)
    blend = fit_blend(given, trees, groups, count=FOLDS, seed=seed)
    return Engine(trees, field, Near(blend, residual_field(given, blend, seed=seed)))


def residual_field(
    given: Prepared,
    learner: Learner,
    *,
    seed: int,
    like: ResidualField | None = None,
) -> ResidualField:
    """Residuals of a learner on the rows given; covariances are learned, or taken from another field."""
    left = given.target - learner.predict(given)
    unique, column = numbered(given.configurations)
    models, which = np.unique(given.which, return_inverse=True)
    table = table_of(left, which, column, (len(models), len(unique)))
    return fit_field(
        table,
        given.models.take(models),
        unique,
        seed=seed,
        likeness=like.likeness if like else None,
        scale=like.scale if like else None,
    )


def refit(engine: Engine, given: Prepared, *, seed: int) -> Engine:
    """The same learners and covariances with other known residuals, such as those of probes."""
    field = residual_field(given, engine.trees, seed=seed, like=engine.field)
    near = engine.near
    if near is not None:
        near = replace(near, field=residual_field(given, near.blend, seed=seed, like=near.field))
    return replace(engine, field=field, near=near)
