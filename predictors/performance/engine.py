"""Learners on physics, then what they leave over, carried over from like models and configurations.

How much of what was learned holds elsewhere depends on how new the question is, so that there are three learners:
a blend of trees and networks for configurations that were learned from, trees for other conditions of known devices,
and the first of the trees, which have learned only what is the same on all devices, for devices that are new.
"""

from dataclasses import dataclass, replace
from typing import Generic, Literal, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from predictors.performance.crossfit import CrossFit, fit_crossfit
from predictors.performance.networks import Blend, fit_blend
from predictors.performance.prepared import Prepared
from predictors.performance.residuals import ResidualField, fit_field, numbered, table_of

Floats = npt.NDArray[np.float64]
FOLDS = 4
EARLY_ROUNDS = 30
"""Of trees, for devices that are new: more of them learn what holds on the devices that they have seen. Of 30, 60 and
100, the least were off least on the GPUs of timm's results, each left out; fewer were not tried."""


class Learner(Protocol):
    """What comes before the residuals."""

    def predict(self, given: Prepared) -> Floats:
        """Log seconds of one item, shape (rows,)."""
        ...


L = TypeVar("L", bound=Learner)


@dataclass(frozen=True, slots=True)
class Stage(Generic[L]):
    """A learner, and what it leaves over."""

    learner: L
    field: ResidualField

    def predict(self, given: Prepared) -> Floats:
        """Log seconds of one item, shape (rows,)."""
        return self.learner.predict(given) + self.field.predict(
            given.models, given.which, given.configurations
        )


@dataclass(frozen=True, slots=True)
class Engine:
    """What predicts log seconds of one item."""

    known: Stage[CrossFit]
    """For conditions of known devices."""
    new: Stage[CrossFit]
    """For devices that were not learned from."""
    near: Stage[Blend] | None = None
    """For configurations that networks learned from; None where there are no networks."""

    @property
    def trees(self) -> CrossFit:
        """All of the trees."""
        return self.known.learner

    @property
    def field(self) -> ResidualField:
        """What all of the trees leave over; it holds every result that is known."""
        return self.known.field

    def predict(self, given: Prepared) -> Floats:
        """Shape (rows,)."""
        said = np.zeros(len(given))
        for stage, rows in self._who_answers(given):
            said[rows] = stage.predict(given.take(rows))
        return said

    def learned(self, given: Prepared) -> Floats:
        """What learners say without what they left over elsewhere; shape (rows,)."""
        said = np.zeros(len(given))
        for stage, rows in self._who_answers(given):
            said[rows] = stage.learner.predict(given.take(rows))
        return said

    def _who_answers(
        self, given: Prepared
    ) -> list[tuple[Stage[CrossFit] | Stage[Blend], npt.NDArray[np.bool_]]]:
        devices = {each.hardware for each in self.field.trained}
        is_known = np.array([each.hardware in devices for each in given.configurations], dtype=bool)
        is_near = np.zeros(len(given), dtype=bool) if self.near is None else self.near.learner.knows(given)
        who: list[tuple[Stage[CrossFit] | Stage[Blend] | None, npt.NDArray[np.bool_]]] = [
            (self.near, is_near),
            (self.known, is_known & ~is_near),
            (self.new, ~is_known & ~is_near),
        ]
        return [(stage, rows) for stage, rows in who if stage is not None and rows.any()]


def fit_engine(
    given: Prepared,
    *,
    seed: int,
    groups: npt.NDArray[np.generic] | None = None,
    only: Literal["known", "new"] | None = None,
) -> Engine:
    """Trains all stages, or the one that will be asked.

    Args:
        given: Measured rows.
        seed: Of folds, trees, networks and samples.
        groups: What the inner folds keep together; twins when not given.
        only: `known` where only other conditions of these devices will be asked for, `new` where only other devices.
            What is not asked has the residuals of the other, and would answer wrongly.
    """
    groups = given.twins if groups is None else groups
    trees = fit_crossfit(given, groups, count=FOLDS, seed=seed)
    early = replace(trees, rounds=EARLY_ROUNDS)
    field = residual_field(given, early if only == "new" else trees, seed=seed)
    if only is not None:
        return Engine(Stage(trees, field), Stage(early, field))
    blend = fit_blend(given, trees, groups, count=FOLDS, seed=seed)
    return Engine(
        Stage(trees, field),
        Stage(early, residual_field(given, early, seed=seed)),
        Stage(blend, residual_field(given, blend, seed=seed)),
    )


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

    def again(stage: Stage[L]) -> Stage[L]:
        return replace(stage, field=residual_field(given, stage.learner, seed=seed, like=stage.field))

    return Engine(again(engine.known), again(engine.new), engine.near and again(engine.near))
