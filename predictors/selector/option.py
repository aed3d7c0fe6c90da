"""What the selector answers: options with their scores, what was rejected, and why."""

from collections.abc import Mapping
from dataclasses import dataclass

from predictors.selector.breach import Breach
from predictors.selector.devices import Device
from predictors.selector.estimate import Estimate
from predictors.selector.need import Need
from predictors.selector.request import SelectionRequest


@dataclass(frozen=True, slots=True)
class Option:
    """A device that may be chosen, or was rejected."""

    device: Device
    score: float
    """From 0 to 1; 0 when it is rejected."""
    low_score: float
    high_score: float
    """The score at the ends of the interval of its rate; both the score where there is none."""
    shares: Mapping[str, float | None]
    """Each criterion as a share of the best option's."""
    estimate: Estimate | None
    need: Need | None
    broken: tuple[Breach, ...] = ()
    """Constraints that do not hold: soft ones of an option, all of a rejected one."""
    is_on_front: bool = False
    """Whether no other option is better somewhere and nowhere worse."""

    @property
    def hardware_id(self) -> str:
        """Of its device."""
        return self.device.hardware_id

    @property
    def nearness(self) -> float:
        """How near a rejected device was, from 0 to 1: the product over its hard constraints."""
        product = 1.0
        for each in self.broken:
            product *= each.nearness or 0.0
        return product


@dataclass(frozen=True, slots=True)
class Selection:
    """What the selector answers."""

    asked: SelectionRequest
    options: tuple[Option, ...]
    """Best first."""
    equally_good: tuple[str, ...]
    """Ids of the options whose intervals of the score reach that of the best, the best among them."""
    rejected: tuple[Option, ...]
    """Nearest misses first; devices that were not asked for are left out."""
    here: Option | None
    """The best option that this machine has, where it was said what it has."""
    explanation: tuple[str, ...]

    @property
    def best(self) -> Option | None:
        """The first option; None when nothing may be chosen."""
        return self.options[0] if self.options else None

    @property
    def fallbacks(self) -> tuple[Option, ...]:
        """The options after the best."""
        return self.options[1:]
