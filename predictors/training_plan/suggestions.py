"""What would fit where nothing does: tried before it is offered, and never taken silently."""

from collections.abc import Iterator
from dataclasses import replace

from benchmart.errors import PredictionRefused
from predictors.training_memory.setup import TrainingMemory
from predictors.training_plan.request import METHODS, Request
from predictors.training_plan.search import fitting

_MOST_DEVICES = 1024
_SHORTEST = 128
_METHODS = {
    "lora": "train adapters only (LoRA)",
    "qlora": "train adapters beside nf4 weights (QLoRA)",
}


def suggestions_for(request: Request, memory: TrainingMemory) -> tuple[str, ...]:
    """Other methods, shorter sequences, more devices, each if it fits; and the memory that one device would need."""
    share = 1 - request.safety_margin
    return (
        *_methods(request),
        *_shorter(request),
        *_more_devices(request),
        f"devices with {memory.device_bytes / share / 1e9:.1f} GB or more",
    )


def _fits(request: Request) -> bool:
    try:
        return bool(fitting(request))
    except PredictionRefused:
        return False


def _methods(request: Request) -> Iterator[str]:
    for method in METHODS[METHODS.index(request.method) + 1 :]:
        if _fits(replace(request, method=method)):
            yield _METHODS[method]


def _shorter(request: Request) -> Iterator[str]:
    length = request.sequence_length // 2
    while length >= _SHORTEST:
        if _fits(replace(request, sequence_length=length)):
            yield f"sequences of {length} tokens"
            return
        length //= 2


def _more_devices(request: Request) -> Iterator[str]:
    count = request.devices.count * 2
    while count <= _MOST_DEVICES:
        batch = -(-request.global_batch // count) * count
        devices = replace(
            request.devices, count=count, ranks_per_node=min(count, request.devices.ranks_per_node or 8)
        )
        if _fits(replace(request, devices=devices, global_batch=batch)):
            yield f"{count} such devices"
            return
        count *= 2
