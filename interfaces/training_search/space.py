"""What a search may try on this machine."""

from collectors.training.configuration import TrainingConfiguration
from collectors.training.models import architecture_of, dimensions_of
from interfaces.training_search.memory import memory_of_rank, predicted_bytes
from interfaces.training_search.running import configured
from predictors.training_plan.asking import parse_bytes
from predictors.training_search.trials import Space

_FREE = 0.9
"""Share of the memory there is that a rank may take, where nobody says how much."""


def space_for(base: TrainingConfiguration, batch: int | None, memory: str | None) -> Space:
    """The space of a configuration; `batch` is of all ranks, `memory` a size such as `24GB` that one rank may take.

    Layers are computed again only of models that are stacks of layers. Raises UsageError where the memory is not known.
    """
    room = parse_bytes("memory", memory) if memory else memory_of_rank(base.device, base.ranks) * _FREE
    return Space(
        memory_bytes=room,
        predicted=lambda way: predicted_bytes(configured(base, way)),
        batch=None if batch is None else batch // base.ranks,
        may_checkpoint=bool(dimensions_of(architecture_of(base.model))) and base.lora_rank is None,
        steps=base.steps + base.warmup,
    )
