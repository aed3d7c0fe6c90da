"""Physics, its learned correction, and upper bounds that hold for models that were not seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from predictors.memory.boosting import fit_correction, fit_quantile
from predictors.memory.design import Inputs, Rows, Targets
from predictors.memory.groups import Integers, folds
from predictors.memory.physics import Physics, fit_physics
from predictors.memory.facts import Floats

LEVEL = 0.95
"""Share of peaks that are meant to lie below the upper bound."""


@dataclass(frozen=True, slots=True)
class Point:
    """Physics times its correction."""

    physics: Physics
    correction: Any
    """A LightGBM booster."""

    def log_bytes(self, inputs: Inputs) -> Floats:
        """Logarithm of the peak, (n,)."""
        added: Floats = self.correction.predict(inputs.features)
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
        margin: Floats = np.maximum(self.spread.predict(inputs.features) + self.offset, 0.0)
        return margin


def fit_point(inputs: Inputs, targets: Targets, seed: int) -> Point:
    """Physics first, then the correction of what it leaves."""
    physics = fit_physics(inputs, targets)
    offset = physics.log_bytes(inputs)
    return Point(physics, fit_correction(inputs.features, offset, targets, seed))


def out_of_fold(
    inputs: Inputs, targets: Targets, groups: Sequence[object], seed: int, count: int = 5
) -> tuple[Floats, Integers]:
    """Each row's logarithm from a model that saw nothing of its group, and its fold."""
    fold = folds(groups, count, seed)
    fitted = np.zeros(len(inputs))
    for each in np.unique(fold):
        held_out = fold == each
        point = fit_point(inputs[~held_out], targets[~held_out], seed)
        fitted[held_out] = point.log_bytes(inputs[held_out])
    return fitted, fold


def fit_margin(
    inputs: Inputs, targets: Targets, fitted: Floats, fold: Integers, seed: int, level: float = LEVEL
) -> Margin:
    """From rows whose peak was measured; `fitted` and `fold` are those of `out_of_fold`.

    Conformalised quantile regression (Romano, Patterson and Candes, 2019), one-sided, calibrated on whole groups.
    """
    rows = np.flatnonzero(targets.low == targets.high)
    missing = targets.high[rows] - fitted[rows]
    features = inputs.features[rows]
    expected = np.zeros(len(rows))
    for each in np.unique(fold[rows]):
        held_out = fold[rows] == each
        expected[held_out] = fit_quantile(features[~held_out], missing[~held_out], level, seed).predict(
            features[held_out]
        )
    rank = min(1.0, level * (1 + 1 / max(len(rows), 1)))
    offset = float(np.quantile(missing - expected, rank, method="higher"))
    return Margin(fit_quantile(features, missing, level, seed), offset)


Margins = Mapping[str, Margin]
"""By what is new: `unseen model` or `unseen family`."""

__all__ = ["LEVEL", "Margin", "Margins", "Point", "Rows", "fit_margin", "fit_point", "out_of_fold"]
