"""A plan as it is asked for in words: names of models and devices, sizes with units."""

import re
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from benchmart.config import Home
from benchmart.errors import UsageError
from predictors.model_sizes.architecture import Architecture
from predictors.training_plan.catalogue import catalogue_device, memory_of_device
from predictors.training_plan.plan import DoesNotFit, Plan
from predictors.training_plan.planner import make_plan
from predictors.training_plan.request import PRECISIONS, STRATEGIES, Devices, Request

if TYPE_CHECKING:
    from predictors.selector.knowledge import Knowledge

_UNITS = {"b": 1, "mb": 1e6, "gb": 1e9, "tb": 1e12, "mib": 2**20, "gib": 2**30, "tib": 2**40}
_SIZE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]+)\s*")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person or a program says; None is left to the catalogue, or assumed and said."""

    model: str
    gpus: int = 1
    hardware: str | None = None
    gpu_memory: str | None = None
    """Such as `24GB` (1e9 bytes each) or `24GiB`."""
    batch: int | None = None
    """Sequences of an optimizer step on all devices; None: the knee of throughput for each device, where it is known,
    else one."""
    sequence_length: int = 512
    """Of text; models of images have none."""
    method: str = "full"
    precision: str | None = None
    strategies: tuple[str, ...] = STRATEGIES
    ranks_per_node: int | None = None
    interconnect: str | None = None
    """Bytes a second of a device's link, both directions together, such as `600GB`."""
    network: str | None = None
    host_memory: str | None = None
    nvme_path: str | None = None
    allows_offload: bool = True
    allows_8bit: bool = True
    allows_tensor_parallel: bool = True
    lora_rank: int = 16
    safety_margin: float = 0.1


def plan_for(
    asked: Asked, architecture: Architecture | None = None, home: Home | None = None
) -> Plan | DoesNotFit:
    """The plan for what is asked; the model is looked up by its name unless its architecture is given.

    With a home, the micro-batch follows what is known there of the model's throughput, measured or predicted.
    Raises UsageError and PredictionRefused for names and sizes that mean nothing.
    """
    if home is None:
        return make_plan(request_for(asked, architecture))
    from predictors.selector.knowledge import Knowledge

    with closing(Knowledge(home)) as known:
        return make_plan(informed_request(asked, known, architecture))


def informed_request(asked: Asked, known: "Knowledge", architecture: Architecture | None = None) -> Request:
    """The request with the model's throughput by size of batch; where no batch is given, the knee of it for each."""
    from predictors.training_plan.batch_evidence import batch_scaling_for

    request = request_for(asked, architecture)
    scaling = batch_scaling_for(known, asked.model, request)
    batch = request.global_batch
    if scaling and asked.batch is None:
        batch = scaling.knee * request.devices.count
    return replace(request, global_batch=batch, batch_scaling=scaling)


def request_for(asked: Asked, architecture: Architecture | None = None) -> Request:
    """The same as a request."""
    if architecture is None:
        from predictors.model_sizes.sizes import size_of

        architecture = size_of(asked.model)
    return Request(
        architecture=architecture,
        devices=devices_for(asked),
        global_batch=max(asked.gpus, 1) if asked.batch is None else asked.batch,
        # Images have no length of their own: they are cut into patches.
        sequence_length=1 if architecture.family == "vision" else asked.sequence_length,
        method=asked.method,
        precisions=(asked.precision,) if asked.precision else PRECISIONS,
        strategies=asked.strategies,
        allows_offload=asked.allows_offload,
        allows_8bit=asked.allows_8bit,
        allows_tensor_parallel=asked.allows_tensor_parallel,
        lora_rank=asked.lora_rank,
        safety_margin=asked.safety_margin,
    )


def devices_for(asked: Asked) -> Devices:
    """The devices meant: those of the catalogue, with what is given by hand in place of what stands there."""
    if asked.hardware is None and asked.gpu_memory is None:
        raise UsageError(
            "neither a device nor its memory is given",
            hint="Give --hardware, such as a100-80gb, or --gpu-memory, such as 24GB",
        )
    known = catalogue_device(asked.hardware) if asked.hardware else None
    memory = _bytes("GPU memory", asked.gpu_memory) or (memory_of_device(known) if known else 0.0)
    return Devices(
        count=asked.gpus,
        memory_bytes=memory,
        kind=known.kind if known else "cuda",
        hardware_id=known.hardware_id if known else None,
        peak_flops=known.half_flops if known else None,
        link_bytes_per_second=_bytes("interconnect", asked.interconnect)
        or (known.link_bytes_per_second if known else None),
        network_bytes_per_second=_bytes("network", asked.network),
        ranks_per_node=asked.ranks_per_node,
        host_memory_bytes=_bytes("host memory", asked.host_memory),
        nvme_path=asked.nvme_path,
    )


def _bytes(what: str, text: str | None) -> float | None:
    return None if text is None else parse_bytes(what, text)


def parse_bytes(what: str, text: str) -> float:
    """Bytes from a number with a unit: `24GB` is 24e9, `24GiB` is 24 x 2^30; raises UsageError for others."""
    found = _SIZE.fullmatch(text)
    if found is None or found[2].lower() not in _UNITS or float(found[1]) == 0:
        raise UsageError(
            f"{what} is {text!r}", hint="Give a number above 0 and a unit: GB (1e9 bytes), GiB (2^30), MB, TB"
        )
    return float(found[1]) * _UNITS[found[2].lower()]
