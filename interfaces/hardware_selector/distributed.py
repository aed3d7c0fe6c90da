"""Training on several devices in the framework's words: one configuration, and a set of them to benchmark."""

from collections.abc import Sequence
from typing import Any

from benchmart.errors import PredictionRefused, UsageError
from interfaces.hardware_selector.words import OF_TEXT
from predictors.model_sizes.architecture import Architecture
from predictors.selector.devices import Device, is_named
from predictors.selector.knowledge import Knowledge
from predictors.selector.request import one_of
from predictors.training_plan.planner import make_plan
from predictors.training_plan.request import PRECISIONS, STRATEGIES, Devices, Request
from predictors.training_plan.upstream import upstream_config

_GB = 1e9
_MOST_PER_NODE = 8
_STRATEGIES = {
    "DDP": ("single", "ddp"),
    "FSDP": ("fsdp2",),
    "DeepSpeed": ("zero1", "zero2", "zero3"),
}
SPREAD = ("cuda", "rocm")
"""Kinds of hardware whose devices train together here."""
_LENGTH_OF_TEXT = 512
_BATCH = 8


def training_config(
    known: Knowledge,
    model: str,
    gpu_count: int,
    batch_size: int,
    *,
    strategy: str | None = None,
    is_mixed: bool = True,
    memory_bytes: float | None = None,
    kind: str = "cuda",
) -> dict[str, Any]:
    """The keys of `get_distributed_training_config` for a plan of what fits into each device.

    Without `memory_bytes`, devices are taken to have as much as the largest of their kind, and `assumptions` says so.
    A batch of `batch_size` sequences a device is kept; it may be cut into accumulated steps.

    Raises UsageError for counts below 1 and unknown strategies, PredictionRefused for a model of which too little is
    known.
    """
    if gpu_count < 1 or batch_size < 1:
        what = f"{gpu_count} GPUs train" if gpu_count < 1 else f"a batch of {batch_size} trains"
        raise UsageError(f"{what} nothing", hint="Give at least 1")
    if strategy is not None:
        one_of("strategy", strategy, tuple(_STRATEGIES))
    architecture = known.architecture_of(model)
    largest = largest_of(known, kind)
    room = memory_bytes or (largest.facts.memory_bytes if largest else None)
    if not room or room < 0:
        raise UsageError(f"{room} bytes of memory hold nothing", hint="Give max_memory_gb above 0")
    devices = Devices(gpu_count, room, kind=kind, ranks_per_node=_per_node(gpu_count))
    request = Request(
        architecture,
        devices,
        batch_size * gpu_count,
        sequence_length=_length(architecture),
        precisions=PRECISIONS if is_mixed else ("fp32",),
        strategies=STRATEGIES if strategy is None else _STRATEGIES[strategy],
        allows_tensor_parallel=False,  # the framework's keys cannot say it
    )
    plan = make_plan(request)
    config = upstream_config(plan) | {"model_name": model, "fits": plan.fits}
    if memory_bytes is None and largest is not None:
        config["assumptions"] = [
            f"no memory was given: devices have {room / _GB:.0f} GB, as {largest.name} has"
        ]
    return config


def distributed_rows(
    known: Knowledge, model: str, word: str, device: Device, max_gpus: int
) -> list[dict[str, Any]]:
    """One row for 2, 4, 8, ... devices; those that nothing fits into are left out, and all where nothing is planned."""
    rows: list[dict[str, Any]] = []
    count = 2
    while count <= max_gpus:
        try:
            config = training_config(
                known, model, count, _BATCH, memory_bytes=device.facts.memory_bytes, kind=word
            )
        except PredictionRefused:
            return rows
        if config["fits"]:
            rows.append(
                {
                    "gpu_count": count,
                    "per_gpu_batch_size": config["per_gpu_batch_size"],
                    "global_batch_size": config["global_batch_size"],
                    "strategy": config["distributed_strategy"],
                    "hardware": word,
                    "mixed_precision": config["mixed_precision"],
                    "optimizations": config.get("memory_optimizations", []),
                    "estimated_memory_gb": config["estimated_memory"]["per_gpu_gb"],
                }
            )
        count *= 2
    return rows


def largest_of(known: Knowledge, word: str) -> Device | None:
    """The device with most memory that a word means."""
    meant = [each for each in known.devices.values() if is_named(each, word) and each.facts.memory_bytes]
    return max(meant, key=lambda each: (each.facts.memory_bytes or 0.0, each.hardware_id), default=None)


def spread_of(words: Sequence[str]) -> list[str]:
    """The words among them whose devices train together."""
    return [word for word in words if word in SPREAD]


def _per_node(count: int) -> int:
    """Devices of a node: the most up to 8 that fill all nodes."""
    return max(size for size in range(1, _MOST_PER_NODE + 1) if count % size == 0)


def _length(architecture: Architecture) -> int:
    """Tokens of a sequence: 512 for text, or what the model takes at most; 1 for models without."""
    if architecture.family not in OF_TEXT:
        return 1
    return min(_LENGTH_OF_TEXT, architecture.longest_sequence or _LENGTH_OF_TEXT)
