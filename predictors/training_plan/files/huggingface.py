"""Arguments of the Hugging Face Trainer and of PEFT's adapters for a plan."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from benchmart.errors import UsageError
from predictors.training_plan.hyperparameters import hyperparameters_of
from predictors.training_plan.plan import Plan

_TARGETS = Path(__file__).with_name("lora_targets.toml")
_OPTIMIZERS = {"adamw": "adamw_torch_fused", "adamw_8bit": "adamw_bnb_8bit"}
_TASKS = {"text_generation": "CAUSAL_LM", "embedding": "FEATURE_EXTRACTION"}


def training_arguments(plan: Plan) -> dict[str, Any]:
    """Keyword arguments of `transformers.TrainingArguments` (5.x), without those that are its defaults.

    Selective checkpointing is not the Trainer's: there all of each layer is computed again, which takes less memory.
    """
    setup, chosen = plan.setup, hyperparameters_of(plan)
    given: dict[str, Any] = {
        "output_dir": "runs",
        "per_device_train_batch_size": setup.micro_batch,
        "gradient_accumulation_steps": setup.accumulation_steps,
        "learning_rate": chosen.learning_rate,
        "lr_scheduler_type": "cosine",
        "warmup_steps": chosen.warmup_share,
        "weight_decay": chosen.weight_decay,
        "max_grad_norm": chosen.gradient_clipping,
        "optim": _OPTIMIZERS[setup.optimizer],
        "dataloader_num_workers": chosen.workers,
        "report_to": "none",
    }
    for precision in ("bf16", "fp16"):
        if setup.precision.endswith(precision):
            given[precision] = True
    if setup.strategy == "fsdp2":
        given["fsdp"] = "full_shard"
        given["fsdp_config"] = {
            "version": 2,
            "reshard_after_forward": setup.reshards_after_forward,
            "activation_checkpointing": setup.checkpointing != "none",
            "cpu_offload": setup.offload_parameters != "none",
        }
    elif setup.checkpointing != "none":
        given["gradient_checkpointing"] = True
    if setup.strategy.startswith("zero"):
        given["deepspeed"] = "deepspeed_huggingface.json"
    return given


def lora_arguments(plan: Plan) -> dict[str, Any]:
    """Keyword arguments of `peft.LoraConfig`; scaling of 2 is the usual alpha of twice the rank.

    Raises UsageError for a plan that trains all weights.
    """
    adapters = plan.setup.adapters
    if adapters is None:
        raise UsageError("this plan trains all weights and has no adapters", hint="Plan with --method lora")
    given: dict[str, Any] = {
        "r": adapters.rank,
        "lora_alpha": 2 * adapters.rank,
        "lora_dropout": 0.05,
        "target_modules": target_modules(plan.request.architecture.name, adapters.targets),
    }
    architecture = plan.request.architecture
    task = "SEQ_2_SEQ_LM" if len(architecture.stacks) > 1 else _TASKS.get(architecture.family)
    return given | ({"task_type": task} if task else {})


def target_modules(name: str, targets: tuple[str, ...]) -> list[str]:
    """What transformers calls the matrices of this model; where one module is several of them, it stands once."""
    table = _targets()
    row = next(
        (each for each in table.values() if any(word in name.lower() for word in each["words"])),
        table["default"],
    )
    return list(dict.fromkeys(row[target] for target in targets if target in row))


@cache
def _targets() -> dict[str, dict[str, Any]]:
    return tomllib.loads(_TARGETS.read_text(encoding="utf-8"))
