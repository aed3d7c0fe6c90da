"""`python model_performance_predictor.py`: the framework's command line. Results on stdout, narration on stderr."""

import argparse
import json
import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmart import __version__
from benchmart.config import find_home
from benchmart.db_api.api import home_beside
from benchmart.errors import BenchmartError, ExitCode, UsageError
from interfaces.performance_predictor.answers import predict_performance
from interfaces.performance_predictor.arguments import UNUSED, parser
from interfaces.performance_predictor.matrix import generate_prediction_matrix
from interfaces.performance_predictor.pictures import visualize_predictions
from interfaces.performance_predictor.training import (
    load_prediction_models,
    save_prediction_models,
    train_home,
)
from predictors.registry.training import NAME

_log = logging.getLogger("model_performance_predictor")
_UNITS = {
    "throughput": ("Throughput", "samples/sec"),
    "latency_mean": ("Latency", "ms"),
    "memory_usage": ("Memory Usage", "MiB"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the flags say; returns 0, or 1 when it could not be done, with the reason on stderr."""
    given = parser().parse_args(arguments)
    handlers = _narrate(given)
    try:
        _say_unused(given)
        action = next(do for name, do in _ACTIONS.items() if getattr(given, name))
        for line in action(given):
            print(line)  # noqa: T201 - results are what stdout is for
    except BenchmartError as error:
        _log.error("%s", error)
        return ExitCode.FAILURE
    except OSError as error:
        _log.error("%s: %s", error.filename, error.strerror)
        return ExitCode.FAILURE
    finally:
        for handler in handlers:
            _log.removeHandler(handler)
            handler.close()
    return ExitCode.OK


def _train(given: argparse.Namespace) -> list[str]:
    home = home_beside(Path(given.database)) if given.database else find_home(given.model_dir)
    models = train_home(home)
    told = models["trained"]
    verdict = "serves now" if told["serves"] else "does not serve"
    _log.info("version %s %s: %s", told["version"], verdict, told["reason"])
    folder = save_prediction_models(models, given.output_dir)
    return [*_errors(models["metrics"]), f"Trained prediction models saved to {folder}"]


def _predict(given: argparse.Namespace) -> list[str]:
    needed = {"--model": given.model, "--hardware": given.hardware, "--batch-size": given.batch_size}
    if missing := [name for name, value in needed.items() if not value]:
        raise UsageError(f"--predict needs {', '.join(missing)}")
    said = predict_performance(
        _loaded(given), given.model, given.category, given.hardware, given.batch_size, given.precision, given.mode,
        given.gpu_count, given.distributed, given.seq_length, not given.no_uncertainty,
    )  # fmt: skip
    if given.output:
        given.output.write_text(json.dumps(said, indent=2) + "\n")
        _log.info("written to %s", given.output)
    return [
        "Performance Prediction:",
        *(f"{name}: {said[key]}" for name, key in (
            ("Model", "model"), ("Hardware", "hardware"), ("Batch Size", "batch_size"), ("Precision", "precision"),
            ("Mode", "mode"),
        )),
        *(line for metric in _UNITS for line in _number(metric, said)),
        *(f"- {reason}" for reason in said["explanation"]),
    ]  # fmt: skip


def _number(metric: str, said: Mapping[str, Any]) -> list[str]:
    name, unit = _UNITS[metric]
    value = said["predictions"][metric]
    if value is None:
        return [f"{name}: not predicted"]
    bounds = said.get("uncertainties", {}).get(metric)
    lines = [f"{name}: {value:.2f} {unit}"]
    if bounds:
        lines.append(
            f"  Range: {bounds['lower_bound']:.2f} - {bounds['upper_bound']:.2f} {unit} "
            f"(meant to hold {bounds['confidence']:.0%} of such cases)"
        )
    return lines


def _matrix(given: argparse.Namespace) -> list[str]:
    configs = json.loads(given.custom_models.read_text()) if given.custom_models else None
    matrix = generate_prediction_matrix(
        _loaded(given),
        configs,
        given.hardware_platforms,
        given.batch_sizes,
        given.precisions,
        given.mode,
        str(given.output) if given.output else None,
    )
    if matrix["refused"]:
        _log.warning("%d cells are refused; `refused` says why", len(matrix["refused"]))
    if given.output:
        return [
            f"Generated prediction matrix with {len(matrix['models'])} models",
            f"Prediction matrix saved to {given.output}",
        ]
    return [json.dumps(matrix, indent=2)]


def _pictures(given: argparse.Namespace) -> list[str]:
    if given.output is None:
        raise UsageError(
            "--visualize needs --output, the file of a matrix", hint="--generate-matrix writes one"
        )
    if given.output_format != "svg":
        _log.warning("pictures are svg; %s is not written", given.output_format)
    try:
        matrix = json.loads(given.output.read_text())
        files = visualize_predictions(matrix, given.metric, given.output_dir)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"it is no matrix: {error}", where=str(given.output)) from error
    if not files:
        raise UsageError(f"the matrix has no {given.metric} to show", where=str(given.output))
    return [f"Created {len(files)} visualizations:", *(f"- {file}" for file in files)]


def _version(given: argparse.Namespace) -> list[str]:
    return [f"benchmart {__version__}", f"predictor {NAME} {_loaded(given)['version']}"]


def _evaluate(given: argparse.Namespace) -> list[str]:
    metrics = _loaded(given)["metrics"]
    if not metrics:
        raise UsageError(
            "the predictor that serves was not trained here, so there are no errors of it here",
            hint="Run --train, or `benchmart predict evaluate`",
        )
    return _errors(metrics)


def _errors(metrics: Mapping[str, Mapping[str, Any]]) -> list[str]:
    return [
        f"{split}: {score['result_count']:,} results, median error {score['median_error']:.1%}, "
        f"mean error {score['mean_error']:.1%}"
        + (f", intervals hold {score['coverage']:.1%}" if score["coverage"] is not None else "")
        for split, score in metrics.items()
    ]


def _loaded(given: argparse.Namespace) -> dict[str, Any]:
    beside = str(home_beside(Path(given.database)).root) if given.database else None
    return load_prediction_models(given.model_dir or beside)


def _say_unused(given: argparse.Namespace) -> None:
    unused = [
        f"--{name.replace('_', '-')}" for name, usual in UNUSED.items() if getattr(given, name) != usual
    ]
    if unused:
        _log.warning("not used: %s", ", ".join(unused))


def _narrate(given: argparse.Namespace) -> list[logging.Handler]:
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stderr)]
    if given.log_file:
        handlers.append(logging.FileHandler(given.log_file))
    _log.setLevel(logging.ERROR if given.quiet else logging.DEBUG if given.verbose else logging.INFO)
    for handler in handlers:
        handler.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
        _log.addHandler(handler)
    return handlers


_ACTIONS: dict[str, Callable[[argparse.Namespace], list[str]]] = {
    "train": _train,
    "predict": _predict,
    "generate_matrix": _matrix,
    "visualize": _pictures,
    "version": _version,
    "evaluate": _evaluate,
}
