"""What a plan does to fit, each with what it costs in time and saves in memory against the plan without it."""

from collections.abc import Mapping
from dataclasses import replace
from math import gcd

from predictors.training_memory.model import memory_of
from predictors.training_memory.setup import TrainingSetup
from predictors.training_plan.known_rates import RatesOf
from predictors.training_plan.plan import Optimisation
from predictors.training_plan.step_time import step_time

_WORDS: Mapping[str, tuple[str, str]] = {
    "accumulation": (
        "several micro-batches for one optimizer step",
        "micro-batches and weights gathered again: arXiv:1910.02054, section 7",
    ),
    "precision": ("matrix products in half precision", "mixed precision training: arXiv:1710.03740"),
    "zero1": ("optimizer states cut over the devices", "ZeRO: arXiv:1910.02054, section 5.1"),
    "zero2": ("optimizer states and gradients cut over the devices", "ZeRO: arXiv:1910.02054, section 5.2"),
    "zero3": ("weights, gradients and states cut over the devices", "ZeRO: arXiv:1910.02054, section 5.3"),
    "fsdp2": ("weights, gradients and states cut over the devices", "PyTorch FSDP: arXiv:2304.11277"),
    "checkpointing_selective": ("attention is computed again", "arXiv:2205.05198, section 5"),
    "checkpointing_full": ("each layer is computed again", "arXiv:1604.06174, one forward pass more"),
    "adamw_8bit": ("the optimizer's states in 8 bits", "arXiv:2110.02861; taken as no slower"),
    "offload_optimizer_cpu": ("optimizer on the host", "ZeRO-Offload: arXiv:2101.06840"),
    "offload_optimizer_nvme": ("the optimizer's states on NVMe", "ZeRO-Infinity: arXiv:2104.07857"),
    "offload_fsdp2": (
        "weights, gradients and states on the host",
        "torch.distributed.fsdp: CPUOffloadPolicy",
    ),
    "tensor_parallel": (
        "layers cut over devices of a node",
        "arXiv:1909.08053, section 3; arXiv:2205.05198, section 4.2",
    ),
    "offload_parameters_cpu": ("weights on the host", "ZeRO-Infinity: arXiv:2104.07857"),
    "offload_parameters_nvme": ("weights on NVMe", "ZeRO-Infinity: arXiv:2104.07857"),
}


def changes(setup: TrainingSetup) -> dict[str, TrainingSetup]:
    """Each optimisation of a setup by its name, with the setup that does without it."""
    found: dict[str, TrainingSetup] = {}
    if setup.accumulation_steps > 1:
        whole = setup.micro_batch * setup.accumulation_steps
        found["accumulation"] = replace(setup, micro_batch=whole, accumulation_steps=1)
    if setup.precision != "fp32":
        found["precision"] = replace(setup, precision="fp32")
    if setup.strategy not in {"single", "ddp"} and setup.ranks > 1:
        found[setup.strategy] = replace(
            setup, strategy="ddp", sharded_over=None, offload_optimizer="none", offload_parameters="none"
        )
    if setup.tensor_parallel > 1:
        found["tensor_parallel"] = _without_tensor_parallel(setup)
    if setup.checkpointing != "none":
        found[f"checkpointing_{setup.checkpointing}"] = replace(setup, checkpointing="none")
    if setup.optimizer == "adamw_8bit":
        found["adamw_8bit"] = replace(setup, optimizer="adamw")
    if setup.strategy == "fsdp2" and setup.offload_parameters != "none":
        found["offload_fsdp2"] = replace(setup, offload_optimizer="none", offload_parameters="none")
        return found
    if setup.offload_optimizer != "none":
        found[f"offload_optimizer_{setup.offload_optimizer}"] = replace(
            setup, offload_optimizer="none", offload_parameters="none"
        )
    if setup.offload_parameters != "none":
        found[f"offload_parameters_{setup.offload_parameters}"] = replace(setup, offload_parameters="none")
    return found


def _without_tensor_parallel(setup: TrainingSetup) -> TrainingSetup:
    """The same batch on as many devices, each with whole layers."""
    batch = setup.micro_batch * setup.accumulation_steps // setup.tensor_parallel
    micro_batch = gcd(setup.micro_batch, batch)
    return replace(
        setup,
        tensor_parallel=1,
        data_parallel=setup.ranks,
        is_sequence_parallel=False,
        micro_batch=micro_batch,
        accumulation_steps=batch // micro_batch,
    )


def optimisations_of(setup: TrainingSetup, rates: RatesOf, per_node: int) -> tuple[Optimisation, ...]:
    """Each with its cost; those of a sharding strategy are against DDP."""
    time, memory = step_time(setup, rates(setup), per_node).seconds, memory_of(setup).device_bytes
    found = []
    for name, without in changes(setup).items():
        other = step_time(without, rates(without), per_node).seconds
        what, source = _WORDS[name]
        found.append(
            Optimisation(
                name=name,
                what=what,
                cost_seconds=time - other,
                cost_share=time / other - 1,
                saved_bytes=memory_of(without).device_bytes - memory,
                source=source,
            )
        )
    return tuple(found)
