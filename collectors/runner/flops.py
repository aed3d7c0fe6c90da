"""Operations of one item, counted on tensors without content, so that nothing is computed."""

import math
from dataclasses import replace
from typing import Any

from collectors.runner.building import Built, build
from collectors.runner.configuration import Configuration
from collectors.runner.steps import loss_of

COUNTED = "matrix products, convolutions and attention; a multiply-add is two"


def profile(configuration: Configuration) -> dict[str, Any]:
    """Operations and parameters of one item of the configuration's model.

    `flops_per_item` is of one step: a forward pass, one generated token, or forward and backward together.
    Raises whatever a model raises that needs real numbers.
    """
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    single = replace(configuration, batch_size=1, precision="fp32")
    built = build(single, torch.device("meta"))
    run = _prepared(built, single)
    with FlopCounterMode(display=False) as counter:
        run()
    return {
        "architecture": built.architecture,
        "parameter_count": parameter_count(built.module),
        "flops_per_item": float(counter.get_total_flops()),
    }


def parameter_count(module: Any) -> int:
    """Weights of the model, shared ones counted once."""
    return sum(math.prod(parameter.shape) for parameter in module.parameters())


def _prepared(built: Built, configuration: Configuration) -> Any:
    """What to count, after everything that must not be counted."""
    import torch

    if configuration.mode == "training":
        return lambda: loss_of(built).backward()  # type: ignore[no-untyped-call]
    if configuration.phase == "decode":
        with torch.no_grad():
            cache = built.call(use_cache=True).past_key_values
        token = torch.zeros((1, 1), dtype=torch.long, device="meta")
        return torch.no_grad()(lambda: built.module(input_ids=token, past_key_values=cache, use_cache=True))
    return torch.no_grad()(built.call)
