"""Ways that fit, and which of them does least."""

from collections.abc import Sequence
from dataclasses import dataclass

from predictors.training_memory.setup import TrainingMemory, TrainingSetup
from predictors.training_plan.request import STRATEGIES
from predictors.training_plan.step_time import StepTime

AS_FAST = 1.02
"""Estimates of time closer than this are taken as equal."""
_INCLUDES = {
    "zero2": ("zero1",),
    "zero3": ("zero1", "zero2"),
    "fsdp2": ("zero1", "zero2"),
    "checkpointing_full": ("checkpointing_selective",),
    "offload_optimizer_nvme": ("offload_optimizer_cpu",),
    "offload_parameters_nvme": ("offload_parameters_cpu",),
}
"""What an optimisation does beside its own: a set with it holds these as well."""


@dataclass(frozen=True, slots=True)
class Option:
    """A way that fits."""

    setup: TrainingSetup
    memory: TrainingMemory
    time: StepTime
    tier: int = 0
    """Of `candidates.TIERS`."""


def smallest(options: Sequence[Option]) -> Option:
    """The fastest of those that do nothing which another does without; of equally fast ones that which does least."""
    sets = [(held_by(each.setup), each) for each in options]
    minimal = [each for held, each in sets if not any(other < held for other, _ in sets)]
    best = min(each.time.seconds for each in minimal)
    fast = [each for each in minimal if each.time.seconds <= best * AS_FAST]
    return min(fast, key=lambda each: (len(held_by(each.setup)), each.time.seconds, _place(each)))


def held_by(setup: TrainingSetup) -> frozenset[str]:
    """Optimisations of memory by name, with those that they include; half precision is none, it saves time as well."""
    own = set()
    if setup.accumulation_steps > 1:
        own.add("accumulation")
    if setup.strategy not in {"single", "ddp"} and setup.ranks > 1:
        own.add(setup.strategy)
    if setup.checkpointing != "none":
        own.add(f"checkpointing_{setup.checkpointing}")
    if setup.tensor_parallel > 1:
        own.add("tensor_parallel")
    if setup.optimizer != "adamw":
        own.add(setup.optimizer)
    for what in ("optimizer", "parameters"):
        place = getattr(setup, f"offload_{what}")
        if place != "none":
            own.add(f"offload_{what}_{place}")
    return frozenset(own.union(*(_INCLUDES.get(name, ()) for name in own)))


def _place(option: Option) -> int:
    return STRATEGIES.index(option.setup.strategy)
