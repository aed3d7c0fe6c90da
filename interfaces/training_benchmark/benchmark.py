"""Plan a model's training benchmarks, and train it here when asked to: the names that other programs import."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmart.errors import UsageError

if TYPE_CHECKING:
    from collectors.training.configuration import TrainingConfiguration

SAMPLE_MODELS: Mapping[str, list[str]] = {
    "embedding": ["bert-base-uncased", "bert-large-uncased", "roberta-base", "distilbert-base-uncased"],
    "text_generation": ["gpt2", "gpt2-medium", "t5-small", "llama-7b"],
    "vision": ["resnet50", "vit-base-patch16-224", "convnext-tiny", "resnet18"],
    "audio": ["whisper-tiny", "whisper-base", "whisper-small", "wav2vec2-base"],
    "multimodal": [
        "clip-vit-base-patch32",
        "clip-vit-large-patch14",
        "blip-image-captioning-base",
        "llava-7b",
    ],
}
"""Families to models that make a good start."""

_DECORATION = re.compile(r"-(uncased|cased|v\d+(\.\d+)?|patch16-224)$")
"""Ends of published names that change nothing about size and shape."""


def list_sample_models() -> None:
    """Print the sample models by family."""
    for family, models in SAMPLE_MODELS.items():
        print(f"{family}:")  # noqa: T201 - results are what stdout is for
        for model in models:
            print(f"  {model}")  # noqa: T201


def run_training_benchmark(  # noqa: PLR0917 - a kept signature
    model_name: str,
    output_dir: str = "./benchmark_results",
    output_file: str | None = None,
    available_hardware: list[str] | None = None,
    include_distributed: bool = False,  # noqa: FBT001, FBT002
    max_gpus: int = 8,
    mode: str = "training",
    *,
    is_run: bool = False,
    home: str | None = None,
) -> dict[str, Any]:
    """Plan benchmarks of a model, train it here when `is_run`, and write all of it as JSON; returns the same.

    Raises UsageError for an unknown model, mode or device, and when the model cannot be trained here.
    """
    answer = _plan(
        model_name, mode, available_hardware, is_distributed=include_distributed, max_gpus=max_gpus
    )
    answer |= {
        "timestamp": datetime.now(UTC).isoformat(),
        "parameters": {
            "model_name": model_name,
            "available_hardware": available_hardware,
            "include_distributed": include_distributed,
            "max_gpus": max_gpus,
            "mode": mode,
        },
    }
    if is_run:
        if mode != "training":
            raise UsageError("only training is run here", hint="benchmart collect measures inference")
        answer["measured"] = measure(model_name, home, max_gpus if include_distributed else 1)
    path = Path(output_file) if output_file else Path(output_dir) / _file_name(model_name, mode)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(answer, indent=2) + "\n", encoding="utf-8")
    return answer


def measure(model_name: str, home: str | None, most_ranks: int) -> list[dict[str, Any]]:
    """Train the model on one rank, and with DDP and FSDP2 on several; results as JSON, and as events in the log."""
    from benchmart.config import find_home
    from benchmart.event_log.log import EventLog
    from collectors.runner.progress import narrator
    from collectors.runner.run import new_run_id
    from collectors.runner.runtime import describe_runtime
    from collectors.runner.verdict import Limits
    from collectors.training.run import Options, train_all
    from interfaces.cli.train_bench_report import as_dict
    from interfaces.training_predictions import foretell

    place, runtime = find_home(home), describe_runtime()
    todo = configurations_here(model_name, "cuda" if "cuda" in runtime.devices else "cpu", most_ranks)
    options = Options(Limits(900.0), place.workshop / "torch_extensions", "run_training_benchmark", foretell)
    with narrator(len(todo)) as observer:
        results = train_all(EventLog(place.events), todo, runtime, options, observer, run_id=new_run_id())
    return [as_dict(result) for result in results]


def configurations_here(model_name: str, device: str, most_ranks: int) -> "list[TrainingConfiguration]":
    """The ways of training that are measured: alone, then together."""
    from collectors.training.configuration import TrainingConfiguration

    model = trainable_name(model_name)
    ranks = min(most_ranks, _devices(device))
    several = [TrainingConfiguration(model, strategy, ranks, device=device) for strategy in ("ddp", "fsdp2")]
    return [TrainingConfiguration(model, "single", 1, device=device), *(several if ranks > 1 else [])]


def trainable_name(model_name: str) -> str:
    """The architecture that is trained for a published name; raises UsageError when there is none."""
    from collectors.training.models import DECODER, architecture_of

    short = model_name.rpartition("/")[2].lower()
    if model_name.startswith(DECODER):
        return architecture_of(model_name).name
    return architecture_of(_DECORATION.sub("", short)).name


def print_benchmark_summary(config: Mapping[str, Any]) -> None:
    """Print how many benchmarks are planned on which hardware, and what was measured."""
    lines = [f"{config['model_name']} ({config['model_family']}), {config['mode']}"]
    lines += [f"  {word}: {len(rows)} on one device" for word, rows in config["single_device"].items()]
    lines += [f"  {word}: {len(rows)} on several" for word, rows in config.get("distributed", {}).items()]
    for row in config.get("measured", ()):
        numbers, condition = row["metrics"], row["condition"]
        how = f"  measured: {condition['strategy']}, ranks {condition['ranks']}"
        said = (
            f"{numbers['latency_mean']['value']:.3g} s a step, {numbers['throughput']['value']:.3g} items/s"
            if numbers
            else ""
        )
        lines.append(f"{how}: {said or row['error_message']}")
    print("\n".join(lines))  # noqa: T201 - results are what stdout is for


def _plan(
    model_name: str, mode: str, hardware: list[str] | None, *, is_distributed: bool, max_gpus: int
) -> dict[str, Any]:
    from interfaces.hardware_selector.selector import HardwareSelector

    return HardwareSelector().select_hardware_for_training_benchmark(
        model_name, mode, hardware, include_distributed=is_distributed, max_gpus=max_gpus
    )


def _devices(kind: str) -> int:
    """Devices of a kind; on a CPU each core can have a rank, and two show what there is to see."""
    if kind == "cpu":
        import os

        return min(os.cpu_count() or 1, 2)
    from collectors.probes.hardware import observe_hardware

    return sum(each.device_kind == kind for each in observe_hardware("0" * 32)) or 1


def _file_name(model_name: str, mode: str) -> str:
    safe = re.sub(r"[^A-Za-z0-9._-]+", "_", model_name)
    return f"{mode}_benchmark_{safe}_{datetime.now(UTC):%Y%m%d_%H%M%S}.json"
