"""Commands that start a plan, and the configuration of Accelerate."""

from typing import Any

from predictors.training_plan.plan import Plan


def torchrun_command(plan: Plan, script: str) -> str:
    """The command for each node; with several, `HEAD` is the name of the first."""
    devices = plan.request.devices
    if devices.nodes == 1:
        return f"torchrun --standalone --nproc-per-node {devices.count} {script}"
    return (
        f"torchrun --nnodes {devices.nodes} --nproc-per-node {devices.per_node} --rdzv-backend c10d "
        f"--rdzv-endpoint HEAD:29500 --rdzv-id plan {script}"
    )


def accelerate_command(script: str) -> str:
    """The command for each node; with several, each gives its own `--machine_rank`."""
    return f"accelerate launch --config_file accelerate.yaml {script}"


def accelerate_config(plan: Plan) -> dict[str, Any] | None:
    """Accelerate's configuration; None for hybrid sharding and tensor parallelism, which its FSDP settings do not say.

    With DeepSpeed's own file, precision and batch stand there alone: Accelerate refuses them twice.
    """
    setup, devices = plan.setup, plan.request.devices
    if setup.sharded_over or setup.tensor_parallel > 1:
        return None
    config: dict[str, Any] = {
        "compute_environment": "LOCAL_MACHINE",
        "num_machines": devices.nodes,
        "num_processes": devices.count,
        "machine_rank": 0,
        "main_training_function": "main",
        "rdzv_backend": "static" if devices.nodes == 1 else "c10d",
        "use_cpu": devices.kind == "cpu",
    }
    if devices.nodes > 1:
        config |= {"main_process_ip": "HEAD", "main_process_port": 29500}
    if setup.strategy.startswith("zero"):
        return config | {
            "distributed_type": "DEEPSPEED",
            "deepspeed_config": {
                "deepspeed_config_file": "deepspeed.json",
                "zero3_init_flag": setup.strategy == "zero3",
            },
        }
    half = next((each for each in ("bf16", "fp16") if setup.precision.endswith(each)), "no")
    config["mixed_precision"] = half
    if setup.strategy == "fsdp2":
        return config | {
            "distributed_type": "FSDP",
            "fsdp_config": {
                "fsdp_version": 2,
                "fsdp_auto_wrap_policy": "TRANSFORMER_BASED_WRAP",
                "fsdp_reshard_after_forward": setup.reshards_after_forward,
                "fsdp_activation_checkpointing": setup.checkpointing != "none",
                "fsdp_offload_params": setup.offload_parameters != "none",
                "fsdp_state_dict_type": "SHARDED_STATE_DICT",
            },
        }
    return config | {"distributed_type": _plain_type(devices.kind, devices.count)}


def _plain_type(kind: str, count: int) -> str:
    if count == 1:
        return "NO"
    return {"cpu": "MULTI_CPU", "xpu": "MULTI_XPU", "hpu": "MULTI_HPU"}.get(kind, "MULTI_GPU")


def as_yaml(config: dict[str, Any], indent: str = "") -> str:
    """YAML of tables of words, numbers and flags."""
    lines = []
    for key, value in config.items():
        if isinstance(value, dict):
            lines += [f"{indent}{key}:", as_yaml(value, f"{indent}  ").rstrip("\n")]
        elif isinstance(value, bool):
            lines.append(f"{indent}{key}: {str(value).lower()}")
        else:
            lines.append(f"{indent}{key}: {value}" if isinstance(value, int) else f"{indent}{key}: '{value}'")
    return "\n".join(lines) + "\n"
