"""What the stages of a prediction explain, and which terms of physics its seconds are made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmart.errors import PredictionRefused
from predictors.contract import Prediction
from predictors.performance.engine import Engine
from predictors.performance.prepared import Prepared

Floats = npt.NDArray[np.float64]

TERMS = ("compute", "memory", "launch", "software")
NOT_EXPLAINED = "not explained"


@dataclass(frozen=True, slots=True)
class Stage:
    """What one stage adds to those before it."""

    stage: str
    """`physics`, `trees`, `networks`, `residual field`, or NOT_EXPLAINED for the rest."""
    explained: float
    """Share of the variance of the logarithm of seconds that it explains beyond the stages before it."""
    left: float | None
    """Standard deviation of the logarithm of seconds that is left after it; None for NOT_EXPLAINED."""


@dataclass(frozen=True, slots=True)
class Term:
    """Share of a step's seconds that one term of physics takes, over predictions."""

    term: str
    share: float
    """Mean over predictions."""
    low: float
    """The shares that a tenth of the predictions lie below, and above."""
    high: float
    prediction_count: int


def stages(engine: Engine, given: Prepared, target: Floats) -> list[Stage]:
    """The stages in order and what none of them explains; the shares add up to 1.

    Args:
        engine: A trained one.
        given: Questions.
        target: Logarithm of the seconds of one item as measured, or as predicted; shape (questions,).

    Raises PredictionRefused when all seconds are the same: there is no variance to explain.
    """
    whole = float(np.var(target))
    if not whole > 0:
        raise PredictionRefused(
            "the results do not differ: there is nothing to explain", hint="Import or collect more of them"
        )
    told = {
        "physics": given.physics,
        "trees": engine.trees.predict(given),
        "networks": engine.learned(given),
        "residual field": engine.predict(given),
    }
    found, before = [], whole
    for stage, answers in told.items():
        left = float(np.var(target - answers))
        found.append(Stage(stage, (before - left) / whole, left**0.5))
        before = left
    return [*found, Stage(NOT_EXPLAINED, before / whole, None)]


def terms(said: Sequence[Prediction]) -> list[Term]:
    """The shares of all terms over predictions whose parts are known, in the order of TERMS; they add up to 1."""
    shares = np.array([list(shares_of(each).values()) for each in said if each.parts], dtype=float)
    if not len(shares):
        return []
    low, high = np.quantile(shares, [0.1, 0.9], axis=0)
    return [
        Term(term, float(shares[:, at].mean()), float(low[at]), float(high[at]), len(shares))
        for at, term in enumerate(TERMS)
    ]


def shares_of(said: Prediction) -> Mapping[str, float]:
    """The share of each term; a step faster than its limits leaves nothing to software."""
    seconds = {term: max(said.parts.get(term, 0.0), 0.0) for term in TERMS}
    whole = sum(seconds.values())
    return {term: value / whole for term, value in seconds.items()}
