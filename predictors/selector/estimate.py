"""What is told of the speed of a device, and where that comes from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from predictors.selector.devices import Device
from predictors.selector.request import SelectionRequest

if TYPE_CHECKING:
    # It loads the predictor, of which an answer needs nothing.
    from predictors.selector.knowledge import Knowledge

BASES = ("measured", "predicted", "other models", "family rule")
"""Where an estimate comes from, surest first."""
MEASURED, PREDICTED, OTHER_MODELS, FAMILY_RULE = BASES


@dataclass(frozen=True, slots=True)
class Estimate:
    """Items (or tokens) a second of one device."""

    rate: float
    low: float | None
    """Ends of its interval; None where there is none."""
    high: float | None
    basis: str
    """One of BASES."""
    evidence_count: int
    """Results behind it, of this model or of others."""
    told: str = ""
    is_relative: bool = False
    """Whether it only says how devices stand to each other, and no seconds."""


Estimator = Callable[[SelectionRequest, Sequence[Device], "Knowledge"], Mapping[str, Estimate]]
"""Estimates of those devices of which it can tell, by hardware id."""
