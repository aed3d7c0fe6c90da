"""`python hardware_selector.py`: the framework's command line. JSON on stdout, narration on stderr."""

import argparse
import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmart.errors import UsageError
from interfaces.framework_command import run
from interfaces.hardware_selector.selector import HardwareSelector

_log = logging.getLogger("hardware_selector")


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the flags say; returns 0, or the code of what went wrong, with the reason on stderr."""
    given = _parser().parse_args(arguments)
    return run(lambda: _tell(given), _log, is_debugging=given.debug)


def _tell(given: argparse.Namespace) -> None:
    text = json.dumps(_found(given), indent=2)
    if given.output:
        given.output.write_text(text + "\n", encoding="utf-8")
        _log.info("written to %s", given.output)
    else:
        print(text)  # noqa: T201 - results are what stdout is for


def _found(given: argparse.Namespace) -> dict[str, Any]:
    selector = HardwareSelector(given.database, given.config)
    if given.create_map:
        return selector.create_hardware_selection_map([given.model_family] if given.model_family else None)
    if given.gpu_count < 1:
        raise UsageError(f"{given.gpu_count} GPUs run nothing", hint="Give --gpu-count 1 or more")
    if not given.model_name:
        raise UsageError("--model-name is needed", hint="Or --create-map for all families")
    family = given.model_family or selector._determine_model_family(given.model_name)  # noqa: SLF001 - a kept name
    if given.training_benchmark:
        return selector.select_hardware_for_training_benchmark(
            given.model_name,
            "training",
            given.hardware,
            include_distributed=given.distributed,
            max_gpus=given.max_gpus,
        )
    if given.max_memory_gb is not None:
        return selector.get_distributed_training_config(
            family, given.model_name, given.gpu_count, given.batch_size, max_memory_gb=given.max_memory_gb
        )
    if given.task or given.distributed:
        return selector.select_hardware_for_task(
            family, given.model_name, given.task or given.mode, given.batch_size, given.sequence_length,
            given.hardware, given.distributed, given.gpu_count,
        )  # fmt: skip
    return selector.select_hardware(
        family, given.model_name, given.batch_size, given.sequence_length, given.mode, given.hardware
    )


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="hardware_selector.py", description="Choose the hardware for a model."
    )
    made.add_argument(
        "--database", default="./benchmark_results", help="a home, or a database beside which one is"
    )
    made.add_argument("--config", help="TOML or JSON with weights, budget, allow and deny")
    made.add_argument("--model-family", help="looked up when it is left out")
    made.add_argument("--model-name")
    made.add_argument("--batch-size", type=int, default=1)
    made.add_argument("--sequence-length", type=int, default=128)
    made.add_argument("--mode", default="inference")
    made.add_argument("--hardware", nargs="+", help="kinds or devices to choose from")
    made.add_argument("--task", help="training and fine-tuning train, all others infer")
    made.add_argument(
        "--create-map", action="store_true", help="primary and fallbacks of all families and sizes"
    )
    made.add_argument("--output", type=Path, help="file for the answer")
    made.add_argument("--debug", action="store_true")
    made.add_argument(
        "--distributed", action="store_true", help="training may be spread over --gpu-count devices"
    )
    made.add_argument("--gpu-count", type=int, default=1)
    made.add_argument(
        "--training-benchmark", action="store_true", help="what to benchmark, with --distributed also plans"
    )
    made.add_argument("--max-gpus", type=int, default=8, help="of the plans of --training-benchmark")
    made.add_argument("--max-memory-gb", type=int, help="of each of --gpu-count GPUs: how to train on them")
    return made
