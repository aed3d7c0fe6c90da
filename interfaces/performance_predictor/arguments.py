"""The flags of `python model_performance_predictor.py`, as the framework has them."""

import argparse
from pathlib import Path

from interfaces.performance_predictor.matrix import BATCH_SIZES, PRECISIONS
from interfaces.performance_predictor.pictures import AXES

UNUSED = {
    "test_size": 0.2,
    "ensemble": False,
    "no_hyperparameter_tuning": False,
    "random_seed": 42,
    "n_jobs": -1,
    "theme": None,
    "interactive": False,
}
"""Accepted and not used, with their defaults; another value is answered with a warning."""


def parser() -> argparse.ArgumentParser:
    """Exactly one of the actions has to be given."""
    made = argparse.ArgumentParser(
        prog="model_performance_predictor.py", description="Predict performance that was not measured."
    )
    action = made.add_mutually_exclusive_group(required=True)
    action.add_argument("--train", action="store_true", help="learn from what was measured")
    action.add_argument("--predict", action="store_true", help="needs --model, --hardware and --batch-size")
    action.add_argument("--generate-matrix", action="store_true", help="every model on every device")
    action.add_argument("--visualize", action="store_true", help="pictures of the matrix that --output names")
    action.add_argument("--version", action="store_true", help="show which versions these are")
    action.add_argument("--evaluate", action="store_true", help="show errors on what was not seen")
    made.add_argument("--database", help="a home, or the path of a database beside which one is")
    made.add_argument("--model-dir", help="a home, or a folder that --train --output-dir wrote")
    made.add_argument("--output-dir", help="folder for a predictor, or for pictures")
    made.add_argument(
        "--output", type=Path, help="file for a prediction or a matrix; with --visualize, the matrix"
    )
    _what_to_predict(made)
    _unused(made)
    made.add_argument(
        "--output-format", choices=["png", "svg", "pdf"], default="svg", help="only svg is written"
    )
    made.add_argument("--verbose", action="store_true", help="narrate more")
    made.add_argument(
        "--quiet", action="store_true", help="narrate nothing; results are printed all the same"
    )
    made.add_argument("--log-file", type=Path, help="append the narration to this file, too")
    return made


def _what_to_predict(made: argparse.ArgumentParser) -> None:
    made.add_argument("--model")
    made.add_argument(
        "--category", help="repeated in the answer; decides whether --seq-length means anything"
    )
    made.add_argument("--hardware")
    made.add_argument("--batch-size", type=int)
    made.add_argument("--precision", choices=["fp32", "fp16", "int8"], default="fp32")
    made.add_argument("--mode", choices=["inference", "training"], default="inference")
    made.add_argument("--seq-length", type=int, default=128)
    made.add_argument("--gpu-count", type=int, default=1)
    made.add_argument("--distributed", action="store_true")
    made.add_argument("--no-uncertainty", action="store_true")
    made.add_argument("--metric", choices=list(AXES), default="throughput")
    made.add_argument("--batch-sizes", type=_numbers, default=list(BATCH_SIZES), help="such as 1,8,32")
    made.add_argument("--precisions", type=_words, default=list(PRECISIONS), help="such as fp32,fp16")
    made.add_argument("--hardware-platforms", type=_words, help="devices, with commas between them")
    made.add_argument("--custom-models", type=Path, help='JSON file: [{"name": ..., "category": ...}, ...]')


def _unused(made: argparse.ArgumentParser) -> None:
    made.add_argument("--test-size", type=float, default=UNUSED["test_size"], help="not used")
    made.add_argument("--ensemble", action="store_true", help="not used")
    made.add_argument("--no-hyperparameter-tuning", action="store_true", help="not used")
    made.add_argument("--random-seed", type=int, default=UNUSED["random_seed"], help="not used")
    made.add_argument("--n-jobs", type=int, default=UNUSED["n_jobs"], help="not used")
    made.add_argument(
        "--theme", choices=["light", "dark"], help="not used: pictures follow who looks at them"
    )
    made.add_argument("--interactive", action="store_true", help="not used")


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _numbers(text: str) -> list[int]:
    numbers = [int(word) for word in _words(text)]
    if not numbers or min(numbers) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} are no numbers above 0")
    return numbers
