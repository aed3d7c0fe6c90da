"""A candidate, and how a constraint that does not hold is told."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from predictors.selector.devices import Device
from predictors.selector.estimate import Estimate
from predictors.selector.need import Need
from predictors.selector.request import SelectionRequest

if TYPE_CHECKING:
    # It loads the predictor, of which an answer needs nothing.
    from predictors.selector.knowledge import Knowledge


@dataclass(frozen=True, slots=True)
class Candidate:
    """A device and what is known of this request on it."""

    device: Device
    need: Need | None
    estimate: Estimate | None


@dataclass(frozen=True, slots=True)
class Breach:
    """A constraint that does not hold."""

    constraint: str
    reason: str
    nearness: float | None = None
    """Limit over value, from 0 to 1: how near it was to hold; None for what is either so or not."""


Constraint = Callable[[Candidate, SelectionRequest, "Knowledge"], Breach | None]
