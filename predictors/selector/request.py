"""What is asked of the selector: the work, the hardware it may run on, limits, and what counts how much."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from benchmart.errors import UsageError

FAMILIES = ("embedding", "text_generation", "vision", "audio", "multimodal")
MODES = ("inference", "training")
CRITERIA = ("latency", "throughput", "memory", "energy", "cost", "certainty")
"""What a score is made of; each is a share of the best option's, from 0 to 1."""
WEIGHTS: Mapping[str, float] = {"throughput": 0.5, "latency": 0.3, "certainty": 0.2}
"""Cost and energy count only where they are asked for: few devices have a price."""
_SAME = {"text_embedding": "embedding"}


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits; None where there is none."""

    price_per_hour: float | None = None
    """In the currency of the price list (US dollars)."""
    watts: float | None = None
    """Of one device, by its thermal design power."""
    latency_seconds: float | None = None
    """Of one step."""
    memory_share: float = 1.0
    """How much of a device's memory may be used, above 0 and at most 1."""


@dataclass(frozen=True, slots=True)
class SelectionRequest:
    """One question to the selector."""

    model: str
    family: str | None = None
    """One of FAMILIES; None when it is looked up."""
    mode: str = "inference"
    precision: str = "fp32"
    batch_size: int = 1
    sequence_length: int | None = None
    """Tokens of an item; None for models without, or where any will do."""
    image_size: int | None = None
    runtime: str | None = None
    runtime_version: str | None = None
    compiler: str | None = None
    memory_format: str | None = None
    allow: tuple[str, ...] | None = None
    """Devices and kinds of devices (`cuda`) that may be chosen; None for all."""
    deny: tuple[str, ...] = ()
    present: tuple[str, ...] | None = None
    """Devices and kinds that this machine has; None when nobody looked."""
    budget: Budget = field(default_factory=Budget)
    weights: Mapping[str, float] = field(default_factory=lambda: dict(WEIGHTS))
    soft: frozenset[str] = frozenset({"availability"})
    """Names of constraints that take down a score in place of rejecting."""
    is_by_kind: bool = False
    """Whether only the best of each kind of device is wanted: then devices that others of their kind exceed in memory,
    bandwidth and rates, and that were not measured, are not looked at."""
    soft_factor: float = 0.5
    """What a score is multiplied by for each soft constraint that is broken."""

    @property
    def known_family(self) -> str | None:
        """The family, under the one name that counts for its spellings."""
        return _SAME.get(self.family or "", self.family)


def check(asked: SelectionRequest, constraints: tuple[str, ...]) -> None:
    """Raises UsageError for a request that makes no sense, with what would."""
    if not asked.model.strip():
        raise UsageError("no model is named", hint="Give one, such as bert-base-uncased")
    one_of("family", asked.known_family or FAMILIES[0], FAMILIES)
    one_of("mode", asked.mode, MODES)
    for name in asked.weights:
        one_of("weight", name, CRITERIA)
    for name in asked.soft:
        one_of("soft constraint", name, constraints)
    for what, number in (
        ("batch size", asked.batch_size),
        ("sequence length", asked.sequence_length),
        ("image size", asked.image_size),
    ):
        if number is not None and number < 1:
            raise UsageError(f"a {what} of {number} is no work", hint="Give at least 1")
    if asked.allow is not None and not asked.allow:
        raise UsageError(
            "the list of available hardware is empty",
            hint="Name a device or a kind such as cpu, or leave it out",
        )
    weights = asked.weights.values()
    if not all(math.isfinite(each) and each >= 0 for each in weights) or not any(weights):
        raise UsageError(
            "weights have to be at least 0, and one of them above", hint=f"They are: {', '.join(CRITERIA)}"
        )
    _check_limits(asked)


def one_of(what: str, given: str, known: tuple[str, ...]) -> None:
    """Raises UsageError with the nearest names when `given` is none of the known."""
    if given not in known:
        near = get_close_matches(given, known, n=2)
        lead = f"Did you mean: {', '.join(near)}? " if near else ""
        raise UsageError(f"there is no {what} {given!r}", hint=f"{lead}There are: {', '.join(known)}")


def _check_limits(asked: SelectionRequest) -> None:
    limits = {
        "price_per_hour": asked.budget.price_per_hour,
        "watts": asked.budget.watts,
        "latency_seconds": asked.budget.latency_seconds,
        "memory_share": asked.budget.memory_share,
    }
    for name, limit in limits.items():
        if limit is not None and not limit > 0:
            raise UsageError(f"a limit of {limit} for {name} leaves nothing", hint="Give a number above 0")
    if asked.budget.memory_share > 1:
        raise UsageError(
            "memory_share is above 1", hint="It is the share of a device's memory that may be used"
        )
    if not 0 <= asked.soft_factor <= 1:
        raise UsageError("soft_factor has to lie between 0 and 1")
