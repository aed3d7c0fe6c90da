"""A plan in the keys of the IPFS Accelerate framework's `get_distributed_training_config`."""

from typing import Any

from predictors.training_plan.plan import DoesNotFit, Plan

_STRATEGIES = {
    "single": "DDP",
    "ddp": "DDP",
    "fsdp2": "FSDP",
    "zero1": "DeepSpeed",
    "zero2": "DeepSpeed",
    "zero3": "DeepSpeed",
}


def upstream_config(result: Plan | DoesNotFit) -> dict[str, Any]:
    """All keys of the framework; sizes in GB of 1e9 bytes. Where nothing fits, `memory_warning` says so.

    `estimated_memory` is that of the plan: its parts and `per_gpu_gb` are of one device, `total_gb` of all together.
    """
    setup, request = (result.setup if isinstance(result, Plan) else result.nearest), result.request
    config: dict[str, Any] = {
        "model_family": request.architecture.family,
        "model_name": request.architecture.name,
        "distributed_strategy": _STRATEGIES[setup.strategy],
        "gpu_count": request.devices.count,
        "per_gpu_batch_size": setup.micro_batch,
        "global_batch_size": request.global_batch,
        "mixed_precision": setup.precision != "fp32",
        "gradient_accumulation_steps": setup.accumulation_steps,
        "estimated_memory": _memory(result),
    }
    if setup.checkpointing != "none":
        config["gradient_checkpointing"] = True
    if setup.strategy in {"zero1", "zero2", "zero3"}:
        config["deepspeed_config"] = {"zero_stage": int(setup.strategy[-1])}
    if setup.strategy == "fsdp2":
        config["fsdp_config"] = {
            "sharding_strategy": "HYBRID_SHARD" if setup.sharded_over else "FULL_SHARD",
            "activation_checkpointing": setup.checkpointing != "none",
            "cpu_offload": setup.offload_parameters != "none",
        }
    if setup.optimizer == "adamw_8bit":
        config["use_8bit_optimizer"] = True
    used = _optimizations(result)
    if used:
        config["memory_optimizations"] = used
    if isinstance(result, DoesNotFit):
        config["memory_warning"] = f"{result.explanation}. What would fit: {'; '.join(result.suggestions)}"
    elif result.warnings:
        config["memory_warning"] = "; ".join(result.warnings)
    return config


def _optimizations(result: Plan | DoesNotFit) -> list[str]:
    setup = result.setup if isinstance(result, Plan) else result.nearest
    said = []
    if setup.accumulation_steps > 1:
        said.append(f"Gradient accumulation (x{setup.accumulation_steps})")
    if setup.checkpointing != "none":
        said.append("Gradient checkpointing")
    if setup.strategy in {"zero1", "zero2", "zero3"}:
        said.append(f"DeepSpeed ZeRO Stage {setup.strategy[-1]}")
    if setup.strategy == "fsdp2":
        said.append("FSDP Full Sharding")
        if setup.offload_parameters != "none":
            said.append("FSDP CPU Offloading")
    if setup.optimizer == "adamw_8bit":
        said.append("8-bit Optimizer")
    for what, word in (("optimizer", "Optimizer"), ("parameters", "Parameter")):
        place = getattr(setup, f"offload_{what}")
        if place != "none" and setup.strategy != "fsdp2":
            said.append(f"DeepSpeed {word} Offloading to {place.upper() if place == 'cpu' else 'NVMe'}")
    return said


def _memory(result: Plan | DoesNotFit) -> dict[str, float]:
    parts, per_device = result.memory.device_parts, result.memory.device_bytes
    return {
        "parameters_gb": parts["weights"] / 1e9,
        "activations_gb": (parts["activations"] + parts["logits"]) / 1e9,
        "optimizer_gb": (parts["optimizer"] + parts["gradients"]) / 1e9,
        "total_gb": per_device * result.request.devices.count / 1e9,
        "per_gpu_gb": per_device / 1e9,
        "optimized_per_gpu_gb": per_device / 1e9,
    }
