"""Export modules to ONNX files as torch does it, and set what the file and a trace of the module tell side by side."""

import warnings
from collections import defaultdict
from collections.abc import Iterable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import torch
from torch import nn

from benchmart.event_log.events import ModelProfiled
from collectors.profiles.calls import Call
from collectors.profiles.profiling import profile
from collectors.profiles.sizes import Sizes
from collectors.profiles.tracing import Forward, operators_of
from collectors.profiles.wanted import Wanted

Totals = Mapping[str, tuple[float, ...]]
"""Calls, operations, elements read and written, and weights read, by category."""
BATCH = 2


def export(
    module: nn.Module,
    *inputs: torch.Tensor,
    path: Path,
    free: Mapping[str, Mapping[int, str]] | None = None,
    opset: int = 17,
) -> Path:
    """Write a module as it is, norms and all; `free` names lengths of the inputs x0, x1 that stay free."""
    with torch.no_grad():
        # Equal weights would be stored once.
        for parameter in module.parameters():
            parameter.copy_(torch.rand_like(parameter))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module.eval(),
            inputs,
            str(path),
            dynamo=False,
            input_names=[f"x{place}" for place in range(len(inputs))],
            dynamic_axes=free or {},
            opset_version=opset,
            training=torch.onnx.TrainingMode.PRESERVE,
            do_constant_folding=False,
        )
    return path


def exported(
    module: nn.Module, *shape: int, path: Path, is_free: bool = True, opset: int = 17
) -> ModelProfiled:
    """The profile of the file of a module that takes one batch of items of this shape."""
    free = {"x0": {0: "batch"}} if is_free else None
    export(module, torch.zeros(BATCH, *shape), path=path, free=free, opset=opset)
    return profiled(path)


def profiled(path: Path, **sizes: int) -> ModelProfiled:
    """The one profile of a file."""
    [event] = profile(Wanted(str(path), **sizes), run_id="r")
    return event


def traced(module: nn.Module, *shape: int) -> Forward:
    """What a trace of the same module tells."""
    sizes = Sizes()
    copied = deepcopy(module).eval().to("meta")
    batch = torch.empty(sizes.batch, *shape, device="meta")
    return operators_of(lambda: copied(batch), batch, sizes)


def totals_of_file(event: ModelProfiled) -> Totals:
    """Of all operators of a file."""
    return _totals((each, each.count, 1) for each in event.operators or ())


def totals_of_trace(forward: Forward) -> Totals:
    """Of all calls of a trace."""
    return _totals((call, count, count) for call, count in forward.calls.items())


def calls_of_file(event: ModelProfiled) -> list[tuple[Any, ...]]:
    """All there is to an operator but its name."""
    return [
        (
            each.category,
            tuple(each.shape),
            each.flops,
            each.read_elements,
            each.written_elements,
            each.weight_elements,
        )
        for each in event.operators or ()
    ]


def calls_of_trace(forward: Forward) -> list[tuple[Any, ...]]:
    """The same of a trace without equal calls."""
    return [_without_name(call) for call in forward.calls]


def _without_name(call: Call) -> tuple[Any, ...]:
    return (
        call.category,
        call.shape,
        call.flops,
        call.read_elements,
        call.written_elements,
        call.weight_elements,
    )


def _totals(found: Iterable[tuple[Any, int, int]]) -> Totals:
    totals: dict[str, list[float]] = defaultdict(lambda: [0.0] * 5)
    for each, count, times in found:
        numbers = (each.flops, each.read_elements, each.written_elements, each.weight_elements)
        for place, value in enumerate((count, *(number * times for number in numbers))):
            totals[each.category][place] += value
    return {category: tuple(values) for category, values in totals.items()}
