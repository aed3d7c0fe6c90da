"""Trees on physics, then residuals carried over from like models and configurations: numbers without intervals."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from predictors.performance.crossfit import CrossFit, fit_crossfit
from predictors.performance.prepared import Prepared
from predictors.performance.residuals import ResidualField, fit_field, numbered, table_of

Floats = npt.NDArray[np.float64]
FOLDS = 4


@dataclass(frozen=True, slots=True)
class Engine:
    """What predicts log seconds of one item."""

    trees: CrossFit
    field: ResidualField

    def predict(self, given: Prepared) -> Floats:
        """Shape (rows,)."""
        carried = self.field.predict(given.models, given.which, given.configurations)
        return np.asarray(self.trees.predict(given) + carried, dtype=float)


def fit_engine(given: Prepared, *, seed: int, groups: npt.NDArray[np.generic] | None = None) -> Engine:
    """Trains both stages.

    Args:
        given: Measured rows.
        seed: Of folds, trees and samples.
        groups: What the inner folds keep together; twins when not given.
    """
    trees = fit_crossfit(given, given.twins if groups is None else groups, count=FOLDS, seed=seed)
    return Engine(trees, residual_field(given, trees, seed=seed))


def residual_field(
    given: Prepared,
    trees: CrossFit,
    *,
    seed: int,
    like: ResidualField | None = None,
) -> ResidualField:
    """Residuals of trees on the rows given; covariances are learned, or taken from another field."""
    left = given.target - trees.predict(given)
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
    """The same trees and covariances with other known residuals, such as those of probes."""
    return replace(engine, field=residual_field(given, engine.trees, seed=seed, like=engine.field))
