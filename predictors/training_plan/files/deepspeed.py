"""DeepSpeed's JSON for a plan with ZeRO."""

from typing import Any

from benchmart.errors import UsageError
from predictors.training_plan.files.deepspeed_check import check_deepspeed
from predictors.training_plan.hyperparameters import hyperparameters_of
from predictors.training_plan.plan import Plan


def deepspeed_config(plan: Plan) -> dict[str, Any]:
    """The configuration, checked; what memory follows from stands as the plan has counted it.

    Raises UsageError for a plan whose strategy is not ZeRO.
    """
    setup = plan.setup
    if not setup.strategy.startswith("zero"):
        raise UsageError(
            f"this plan trains with {setup.strategy}, which DeepSpeed does not do",
            hint="Plan with --strategy zero1, zero2 or zero3",
        )
    config: dict[str, Any] = {
        "train_batch_size": plan.request.global_batch,
        "train_micro_batch_size_per_gpu": setup.micro_batch,
        "gradient_accumulation_steps": setup.accumulation_steps,
        "gradient_clipping": hyperparameters_of(plan).gradient_clipping,
        "zero_optimization": _zero(plan),
    }
    for precision in ("bf16", "fp16"):
        if setup.precision.endswith(precision):
            config[precision] = {"enabled": True}
    if setup.optimizer == "adamw":
        config["optimizer"] = _adamw(plan)
    else:
        # The program builds bitsandbytes' optimizer itself and hands it over.
        config["zero_allow_untested_optimizer"] = True
    check_deepspeed(config, plan.request.devices.count)
    return config


def _zero(plan: Plan) -> dict[str, Any]:
    setup = plan.setup
    zero: dict[str, Any] = {
        "stage": int(setup.strategy[-1]),
        "contiguous_gradients": True,
        "overlap_comm": setup.ranks > 1,
        "reduce_bucket_size": setup.bucket_elements,
        "allgather_bucket_size": setup.bucket_elements,
    }
    for name, place in (("optimizer", setup.offload_optimizer), ("param", setup.offload_parameters)):
        if place != "none":
            offload: dict[str, Any] = {"device": place, "pin_memory": True}
            if place == "nvme":
                offload["nvme_path"] = plan.request.devices.nvme_path
            zero[f"offload_{name}"] = offload
    if setup.strategy == "zero3":
        zero["stage3_gather_16bit_weights_on_model_save"] = True
    return zero


def _adamw(plan: Plan) -> dict[str, Any]:
    chosen = hyperparameters_of(plan)
    params: dict[str, Any] = {
        "lr": chosen.learning_rate,
        "betas": list(chosen.betas),
        "eps": 1e-8,
        "weight_decay": chosen.weight_decay,
    }
    if plan.setup.offload_optimizer == "none":
        params["torch_adam"] = True  # nothing is compiled at the start
    return {"type": "AdamW", "params": params}
