"""Physics, its learned correction, and margins that hold for models that were not seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from predictors.memory.boosting import fit_correction, fit_quantile
from predictors.memory.design import Inputs, Targets
from predictors.memory.facts import Floats
from predictors.memory.groups import Integers, folds
from predictors.memory.physics import Physics, fit_physics

LEVEL = 0.95
"""Share of peaks that are meant to lie below the upper bound, and of safe batches that are meant to run."""

FOLDS = 5


@dataclass(frozen=True, slots=True)
class Point:
    """Physics times its correction."""

    physics: Physics
    correction: Any
    """A LightGBM booster."""

    def log_bytes(self, inputs: Inputs) -> Floats:
        """Logarithm of the peak, (n,)."""
        if not len(inputs):
            return np.zeros(0)
        added: Floats = self.correction.predict(inputs.features, num_threads=1)
        return self.physics.log_bytes(inputs) + added


@dataclass(frozen=True, slots=True)
class Margin:
    """What is added to the logarithm of a peak so that a share of LEVEL lies below."""

    spread: Any
    """A LightGBM booster for the quantile of what is missing: some models are surer than others."""
    offset: float
    """What calibration on groups that neither the peak nor the spread had seen adds to it."""

    def log_bytes(self, inputs: Inputs) -> Floats:
        """Never below zero, (n,)."""
        if not len(inputs):
            return np.zeros(0)
        margin: Floats = np.maximum(self.spread.predict(inputs.features, num_threads=1) + self.offset, 0.0)
        return margin


def fit_point(inputs: Inputs, targets: Targets, seed: int) -> Point:
    """Physics first, then the correction of what it leaves."""
    physics = fit_physics(inputs, targets)
    offset = physics.log_bytes(inputs)
    return Point(physics, fit_correction(inputs.features, offset, targets, seed))


@dataclass(frozen=True, slots=True)
class Crossed:
    """Models that each saw nothing of one fold."""

    fold: Integers
    """Of each row, (n,)."""
    points: Sequence[Point]
    """By fold."""
    fitted: Floats
    """Logarithm of each row's peak from the model that had not seen its group, (n,)."""


def cross(
    inputs: Inputs, targets: Targets, groups: Sequence[object], seed: int, count: int = FOLDS
) -> Crossed:
    """Fit once a fold of whole groups."""
    fold = folds(groups, count, seed)
    points = [fit_point(inputs[fold != each], targets[fold != each], seed) for each in range(count)]
    fitted = np.zeros(len(inputs))
    for each, point in enumerate(points):
        fitted[fold == each] = point.log_bytes(inputs[fold == each])
    return Crossed(fold, points, fitted)


def fit_margin(features: Floats, missing: Floats, fold: Integers, seed: int, level: float = LEVEL) -> Margin:
    """From rows whose group the model had not seen: their `missing` is what they have above it, a logarithm.

    Conformalised quantile regression (Romano, Patterson and Candes, 2019), one-sided, calibrated on whole groups.
    """
    expected = np.zeros(len(missing))
    for each in np.unique(fold):
        held_out = fold == each
        spread = fit_quantile(features[~held_out], missing[~held_out], level, seed)
        expected[held_out] = spread.predict(features[held_out], num_threads=1)
    rank = min(1.0, level * (1 + 1 / len(missing)))
    offset = float(np.quantile(missing - expected, rank, method="higher"))
    return Margin(fit_quantile(features, missing, level, seed), offset)
