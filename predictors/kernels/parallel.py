"""One step of a network that is split over several devices of one kind."""

import re
from collections.abc import Callable
from dataclasses import replace

from benchmart.errors import PredictionRefused
from predictors.kernels.devices import Gpu
from predictors.kernels.networks import Workload, parameter_count, shape_of

_OPTION = re.compile(r"(?P<kind>dp|tp|pp)(?P<devices>\d+)(?:_(?P<micro>\d+))?")
_LINK_EFFICIENCY = 0.8
_BYTES = 4.0
_REDUCTIONS_OF_A_LAYER = 2

Seconds = Callable[[Workload, Gpu], float]
"""Of one step on one device."""


def option_seconds(option: str, workload: Workload, gpu: Gpu, seconds: Seconds) -> float:
    """Seconds of one step under an option; communication is not overlapped with work.

    `dp4`: the batch is split and gradients are summed up. `tp4`: each layer is split. `pp4_1`: layers are split, one
    device after the other, with so many micro-batches: a batch takes micro + devices - 1 turns of a stage.
    `fusion`: compiled. Empty: as it is.

    Raises PredictionRefused for another option, or when the bandwidth between devices is needed and not known.
    """
    if option in {"", "fusion"}:
        return seconds(replace(workload, is_fused=bool(option)), gpu)
    matched = _OPTION.fullmatch(option)
    if matched is None:
        raise PredictionRefused(f"{option!r} is no way of splitting a network that is known")
    devices = int(matched["devices"])
    if matched["kind"] == "dp":
        gradients = _BYTES * parameter_count(workload.configuration)
        part = replace(workload, batch=max(1, workload.batch // devices))
        return seconds(part, gpu) + _all_reduce(gradients, devices, gpu)
    if matched["kind"] == "tp":
        passes = 2 if workload.mode == "training" else 1
        shape = shape_of(workload.configuration)
        each = _all_reduce(_BYTES * workload.tokens * shape.width, devices, gpu)
        reductions = _REDUCTIONS_OF_A_LAYER * passes * shape.layers
        return seconds(replace(workload, tensor_parallel=devices), gpu) + reductions * each
    micro = int(matched["micro"] or 1)
    part = replace(workload, batch=max(1, workload.batch // micro))
    return seconds(part, gpu) * (micro + devices - 1) / devices


def _all_reduce(size_bytes: float, devices: int, gpu: Gpu) -> float:
    """A ring: each device sends and receives 2 (n - 1) / n of it, one direction of its link at a time."""
    if not gpu.link_bandwidth:
        raise PredictionRefused(
            f"the bandwidth between devices {gpu.name} is not known", hint="Give it by hand"
        )
    return 2 * (devices - 1) / devices * size_bytes / (_LINK_EFFICIENCY * gpu.link_bandwidth / 2)
