"""How good predictions of peaks and of batches are."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from predictors.memory.facts import Floats
from predictors.memory.labels import MemoryLabel
from predictors.memory.ladder import rungs


@dataclass(frozen=True, slots=True)
class Score:
    """One method on one split. Shares and errors are between 0 and 1 or above; None where a number does not apply."""

    split: str
    subject: str
    """What is predicted, such as `peak, training` or `largest batch, inference`."""
    method: str
    n: int
    left_out: int
    """Labels without a profile."""
    median_error: float | None = None
    """Median of |predicted / measured - 1|."""
    mean_error: float | None = None
    under_predicted: float | None = None
    """Share of peaks predicted more than 10 % too low."""
    bound_coverage: float | None = None
    """Share of peaks below the upper bound."""
    bound_slack: float | None = None
    """Median of upper bound / measured - 1."""
    exact: float | None = None
    """Share of batches that are the largest that ran."""
    within_one: float | None = None
    """Share at most one step of the ladder away."""
    out_of_memory: float | None = None
    """Share of predicted batches that are larger than the largest that ran."""


def peak_errors(fitted: Floats, measured: Floats) -> dict[str, float | None]:
    """Errors of peaks; both are logarithms of bytes."""
    error = np.expm1(fitted - measured)
    return {
        "median_error": float(np.median(np.abs(error))),
        "mean_error": float(np.mean(np.abs(error))),
        "under_predicted": float(np.mean(error < -_UNDER)),
    }


def bound_errors(bound: Floats, measured: Floats) -> dict[str, float | None]:
    """How often an upper bound holds, and how far above it is; both are logarithms of bytes."""
    return {
        "bound_coverage": float(np.mean(measured <= bound)),
        "bound_slack": float(np.median(np.expm1(bound - measured))),
    }


def batch_errors(predicted: Sequence[int], labels: Sequence[MemoryLabel]) -> dict[str, float | None]:
    """Steps of the ladder between what was predicted and what ran."""
    steps = np.array([_steps(batch, label) for batch, label in zip(predicted, labels, strict=True)])
    return {
        "exact": float(np.mean(steps == 0)),
        "within_one": float(np.mean(np.abs(steps) <= 1)),
        "out_of_memory": float(np.mean(steps < 0)),
    }


def _steps(predicted: int, label: MemoryLabel) -> int:
    """Below zero when the predicted batch is larger than what ran."""
    ladder = [*rungs(label.ladder_start), 0]
    return ladder.index(predicted) - ladder.index(label.batch)


_UNDER = 0.1
