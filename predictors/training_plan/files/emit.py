"""Write a plan as a folder of files that start it."""

import json
from pathlib import Path
from typing import Any

from benchmart.errors import UsageError
from predictors.training_plan.document import plan_document
from predictors.training_plan.files.commands import (
    accelerate_command,
    accelerate_config,
    as_yaml,
    torchrun_command,
)
from predictors.training_plan.files.deepspeed import deepspeed_config
from predictors.training_plan.files.huggingface import lora_arguments, training_arguments
from predictors.training_plan.hyperparameters import hyperparameters_of
from predictors.training_plan.plan import Plan

_SCRIPTS = Path(__file__).with_name("scripts")
_TINY = {"layers": 2, "hidden_size": 64, "heads": 4, "intermediate_size": 128, "vocabulary_size": 256}
_SHORT = {"micro_batch": 2, "sequence_length": 32}


def emit(plan: Plan, folder: Path) -> list[Path]:
    """Write all files of a plan into a folder, which is made; files of the same names there are replaced.

    Returns their paths. Raises UsageError when the folder cannot be written to.
    """
    texts = files_of(plan)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"cannot be written: {error.strerror}", where=str(folder), hint="Choose another --output"
        ) from error
    return [folder / name for name in texts]


def files_of(plan: Plan) -> dict[str, str]:
    """Text of each file by its name. Adapters are trained by the Trainer; the other scripts train all weights."""
    is_zero, is_full = plan.setup.strategy.startswith("zero"), plan.request.method == "full"
    found = {
        "plan.json": _json(_settings(plan)),
    }
    if _has_trainer(plan):
        found["training_arguments.json"] = _json(training_arguments(plan))
        found["train_huggingface.py"] = _script("train_huggingface.py")
    if is_full:
        found["train_torch.py"] = _script("train_torch.py")
    else:
        found["lora.json"] = _json(lora_arguments(plan))
    if is_zero:
        config = deepspeed_config(plan)
        found["deepspeed.json"] = _json(config)
        found["deepspeed_huggingface.json"] = _json(_for_trainer(config))
        if is_full:
            found["train_deepspeed.py"] = _script("train_deepspeed.py")
    accelerate = accelerate_config(plan)
    if accelerate:
        found["accelerate.yaml"] = as_yaml(accelerate)
    found["start.sh"] = _start(plan, has_accelerate=accelerate is not None)
    return found


def _has_trainer(plan: Plan) -> bool:
    """Whether the Trainer can do it: which matrices of a model are cut how, is not in its arguments."""
    return plan.setup.tensor_parallel == 1


def _start(plan: Plan, *, has_accelerate: bool) -> str:
    trainer = "train_huggingface.py MODEL DATA.jsonl"
    own = "train_deepspeed.py" if plan.setup.strategy.startswith("zero") else "train_torch.py"
    lines = [
        "#!/bin/sh",
        "# One of these, on each node; replace MODEL and DATA.jsonl.",
        'cd "$(dirname "$0")"',
    ]
    if plan.request.method == "full":
        lines.append(torchrun_command(plan, own))
        if _has_trainer(plan):
            lines.append(f"# {torchrun_command(plan, trainer)}")
    else:
        lines.append(torchrun_command(plan, trainer))
    if has_accelerate:
        lines.append(f"# {accelerate_command(trainer)}")
    return "\n".join(lines) + "\n"


def _for_trainer(config: dict[str, Any]) -> dict[str, Any]:
    """What the Trainer sets by its own arguments is left to it, so that the two cannot differ."""
    owned = {
        "train_batch_size": "auto",
        "train_micro_batch_size_per_gpu": "auto",
        "gradient_accumulation_steps": "auto",
        "gradient_clipping": "auto",
    }
    return {name: value for name, value in config.items() if name != "optimizer"} | owned


def _settings(plan: Plan) -> dict[str, Any]:
    """What the scripts read, and the plan as it was made."""
    setup = plan.setup
    stack = setup.architecture.stacks[-1]
    shape = {
        "layers": sum(each.layers for each in setup.architecture.stacks),
        "hidden_size": stack.hidden_size,
        "heads": stack.attention.heads,
        "intermediate_size": stack.intermediate_size,
        "vocabulary_size": setup.architecture.vocabulary_size or _TINY["vocabulary_size"],
        "micro_batch": setup.micro_batch,
        "sequence_length": setup.sequence_length,
    }
    chosen = hyperparameters_of(plan)
    return {
        "model": setup.architecture.name,
        "method": plan.request.method,
        "strategy": setup.strategy,
        "precision": setup.precision.rsplit("_", maxsplit=1)[-1],
        "optimizer": setup.optimizer,
        "checkpointing": setup.checkpointing,
        "accumulation_steps": setup.accumulation_steps,
        "sharded_over": setup.sharded_over,
        "reshards_after_forward": setup.reshards_after_forward,
        "tensor_parallel": setup.tensor_parallel,
        "offload_parameters": setup.offload_parameters,
        "hyperparameters": {
            "learning_rate": chosen.learning_rate,
            "betas": list(chosen.betas),
            "weight_decay": chosen.weight_decay,
            "warmup_share": chosen.warmup_share,
            "gradient_clipping": chosen.gradient_clipping,
        },
        "shape": shape,
        "tiny": _TINY | _SHORT,
        "predicted": plan_document(plan),
    }


def _script(name: str) -> str:
    return (_SCRIPTS / name).read_text(encoding="utf-8")


def _json(document: Any) -> str:
    return json.dumps(document, indent=2) + "\n"
