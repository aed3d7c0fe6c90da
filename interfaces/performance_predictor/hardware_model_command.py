"""`python hardware_model_predictor.py`: the framework's command line. Results on stdout, narration on stderr."""

import argparse
import json
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmart.errors import UsageError
from interfaces.framework_command import run
from interfaces.performance_predictor.hardware_model import HardwareModelPredictor

_log = logging.getLogger("hardware_model_predictor")
_NUMBERS = (
    ("throughput", "Throughput", "items/sec"),
    ("latency", "Latency", "ms"),
    ("memory_usage", "Memory", "MiB"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the flags say; returns 0, or the code of what went wrong, with the reason on stderr."""
    given = _parser().parse_args(arguments)
    return run(lambda: _tell(given), _log, is_debugging=given.debug)


def _tell(given: argparse.Namespace) -> None:
    for line in _told(given):
        print(line)  # noqa: T201 - results are what stdout is for


def _told(given: argparse.Namespace) -> Iterator[str]:
    predictor = HardwareModelPredictor(given.benchmark_dir, given.database, given.config)
    if given.detect_hardware:
        yield "Detected hardware:"
        for word, is_here in predictor.available_hardware.items():
            yield f"  - {word}: {'available' if is_here else 'not available'}"
    elif given.generate_matrix:
        yield from _matrix(given, predictor)
    elif given.model:
        found = predictor.predict_optimal_hardware(
            given.model, given.family, given.batch_size, given.seq_length, given.mode, given.precision, given.hardware
        )  # fmt: skip
        yield from _recommendation(found)
    else:
        raise UsageError("--model is needed", hint="Or --generate-matrix, or --detect-hardware")


def _recommendation(found: dict[str, Any]) -> Iterator[str]:
    word = found["primary_recommendation"]
    yield f"Hardware Recommendation for {found['model_name']}:"
    yield f"  Primary Recommendation: {word or 'none fits'}"
    yield f"  Fallback Options: {', '.join(found['fallback_options'])}"
    yield f"  Compatible Hardware: {', '.join(found['compatible_hardware'])}"
    yield f"  Model Family: {found['model_family']}"
    yield f"  Model Size: {found['model_size_category']} ({found['model_size']} parameters)"
    yield f"  Explanation: {found['explanation']}"
    said = found["all_scores"].get(word, {}).get("predictions")
    if said is None:
        yield "No performance prediction available"
        return
    yield f"Performance Prediction of {found['recommended_device']}:"
    for name, title, unit in _NUMBERS:
        if said[name] is not None:
            yield f"  {title}: {said[name]:.2f} {unit}"


def _matrix(given: argparse.Namespace, predictor: HardwareModelPredictor) -> Iterator[str]:
    matrix = predictor.create_hardware_prediction_matrix(
        hardware_platforms=given.hardware, precision=given.precision, mode=given.mode
    )
    text = json.dumps(matrix, indent=2)
    if given.output_file:
        given.output_file.write_text(text + "\n", encoding="utf-8")
        yield f"Prediction matrix saved to {given.output_file}"
    else:
        yield text
    if given.visualize:
        for path in predictor.visualize_matrix(matrix, given.output_dir):
            _log.info("picture: %s", path)


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="hardware_model_predictor.py",
        description="Choose hardware for a model, and predict its performance.",
    )
    made.add_argument("--model")
    made.add_argument("--family", help="looked up when it is left out")
    made.add_argument("--batch-size", type=int, default=1)
    made.add_argument("--seq-length", type=int, default=128)
    made.add_argument("--mode", default="inference", help="inference or training")
    made.add_argument("--precision", default="fp32")
    made.add_argument("--hardware", nargs="+", help="kinds or devices [default: what this machine has]")
    made.add_argument("--benchmark-dir", default="./benchmark_results", help="a home")
    made.add_argument("--database", help="another home, or the path of a database beside which one is")
    made.add_argument("--config", help="TOML or JSON with weights, budget, allow and deny")
    made.add_argument("--generate-matrix", action="store_true", help="predict the models with most results")
    made.add_argument("--visualize", action="store_true", help="with --generate-matrix, pictures of it")
    made.add_argument("--output-dir", default="./visualizations", help="folder for pictures")
    made.add_argument("--output-file", type=Path, help="file for the matrix")
    made.add_argument("--detect-hardware", action="store_true", help="which kinds this machine has")
    made.add_argument("--debug", action="store_true")
    return made
