"""`python run_training_benchmark.py`: a summary on stdout, JSON in a file, narration on stderr."""

import argparse
import logging
from collections.abc import Sequence

from benchmart.errors import ExitCode
from interfaces.framework_command import run
from interfaces.training_benchmark.benchmark import (
    list_sample_models,
    print_benchmark_summary,
    run_training_benchmark,
)

_log = logging.getLogger("run_training_benchmark")


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the flags say; returns 0, or the code of what went wrong, with the reason on stderr."""
    given = _parser().parse_args(arguments)
    return run(lambda: _benchmark(given), _log, is_debugging=given.debug)


def _benchmark(given: argparse.Namespace) -> ExitCode:
    if given.list_models:
        list_sample_models()
        return ExitCode.OK
    answer = run_training_benchmark(
        given.model, given.output_dir, given.output, given.hardware, given.distributed, given.max_gpus, given.mode,
        is_run=given.run, home=given.home,
    )  # fmt: skip
    print_benchmark_summary(answer)
    has_failed = any(row["status"] == "failed" for row in answer.get("measured", ()))
    return ExitCode.PARTIAL if has_failed else ExitCode.OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description="Plan training benchmarks of a model, and run them on this machine."
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--model", help="the model to benchmark")
    what.add_argument("--list-models", action="store_true", help="list sample models")
    parser.add_argument("--output-dir", default="./benchmark_results", help="folder for results")
    parser.add_argument("--output", help="file for the result, instead of one in the folder")
    parser.add_argument("--hardware", nargs="+", help="only these kinds of hardware")
    parser.add_argument("--distributed", action="store_true", help="training on several devices too")
    parser.add_argument("--max-gpus", type=int, default=8, help="devices at most")
    parser.add_argument("--mode", choices=["training", "inference"], default="training")
    parser.add_argument(
        "--run",
        action="store_true",
        help="train on this machine, and write what was measured beside the plan",
    )
    parser.add_argument("--home", help="folder of the event log that --run appends to")
    parser.add_argument("--debug", action="store_true", help="tell more on stderr")
    return parser
