"""Predicted performance under the names that programs of the IPFS Accelerate framework import.

Throughput in items a second and latency in milliseconds a step, from the predictor that serves (`benchmart predict`).
Results carry the flat keys of the first version and the nested ones of the second. Memory is None: it is not
predicted here.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmart.config import find_home
from benchmart.connection import open_warehouse
from predictors.registry.asking import Asked, question_of
from predictors.registry.training import NAME, serving

_MILLISECONDS = 1000.0


def load_prediction_models(model_dir: str | None = None) -> dict[str, Any]:
    """The predictor that serves in a home (default: where `benchmart` looks for it)."""
    home = find_home(model_dir)
    version, predictor = serving(home)
    return {"predictor": predictor, "version": version, "home": home}


def predict_performance(  # noqa: PLR0917 - the order is that of the framework
    models: Mapping[str, Any],
    model_name: str,
    model_category: str | None,
    hardware: str,
    batch_size: int,
    precision: str = "fp32",
    mode: str = "inference",
    gpu_count: int = 1,
    *,
    is_distributed: bool = False,
    sequence_length: int = 128,
    calculate_uncertainty: bool = True,
) -> dict[str, Any]:
    """Predict one model on one device; several devices are refused, because nothing is known of how they scale.

    Raises PredictionRefused for what is not known, with what can be done about it.
    """
    from benchmart.errors import PredictionRefused

    if gpu_count != 1 or is_distributed:
        raise PredictionRefused(f"{gpu_count} devices are not predicted", hint="Ask for one")
    asked = Asked(model_name, hardware, mode=mode, precision=precision, batch_size=batch_size)
    with open_warehouse(models["home"]) as connection:
        question = question_of(connection, asked)
    (said,) = models["predictor"].predict([question])
    rate = {"value": said.value, "lower_bound": said.low, "upper_bound": said.high}
    latency = {
        "value": batch_size / said.value * _MILLISECONDS,
        "lower_bound": batch_size / said.high * _MILLISECONDS,
        "upper_bound": batch_size / said.low * _MILLISECONDS,
    }
    values = {"throughput": rate["value"], "latency_mean": latency["value"], "memory_usage": None}
    found: dict[str, Any] = {
        **values,
        "model": model_name,
        "model_size_estimate": question.profile.parameter_count,
        "model_category": model_category,
        "hardware": hardware,
        "batch_size": batch_size,
        "precision": precision,
        "mode": mode,
        "gpu_count": gpu_count,
        "is_distributed": is_distributed,
        "sequence_length": sequence_length,
        "predictions": values,
        "confidence_score": said.level,
        "is_predicted": True,
        "prediction_model_version": f"{NAME} {models['version']}",
        "timestamp": datetime.now(UTC).isoformat(),
        "explanation": [f"case: {said.case.name}", *said.warnings],
    }
    if calculate_uncertainty:
        found["uncertainties"] = {
            "throughput": _uncertainty(rate, said.level),
            "latency_mean": _uncertainty(latency, said.level),
        }
    return found


def generate_prediction_matrix(  # noqa: PLR0917 - the order is that of the framework
    models: Mapping[str, Any],
    model_configs: Sequence[Mapping[str, str]],
    hardware_platforms: Sequence[str],
    batch_sizes: Sequence[int] = (1,),
    precision_options: Sequence[str] = ("fp32",),
    mode: str = "inference",
    output_file: str | None = None,
) -> dict[str, Any]:
    """Predict every model (`name`, `category`) on every device; with `output_file`, write it there as JSON too."""
    import json

    of_models: dict[str, Any] = {}
    for each in model_configs:
        name, category = each["name"], each.get("category")
        of_models[name] = {
            "name": name,
            "category": category,
            "predictions": {
                device: {
                    str(size): {
                        precision: predict_performance(models, name, category, device, size, precision, mode)[
                            "predictions"
                        ]
                        for precision in precision_options
                    }
                    for size in batch_sizes
                }
                for device in hardware_platforms
            },
        }
    matrix = {
        "timestamp": datetime.now(UTC).isoformat(),
        "mode": mode,
        "models": of_models,
        "hardware_platforms": list(hardware_platforms),
        "batch_sizes": list(batch_sizes),
        "precision_options": list(precision_options),
    }
    if output_file:
        Path(output_file).write_text(json.dumps(matrix, indent=2))
    return matrix


def _uncertainty(found: Mapping[str, float], level: float) -> dict[str, float]:
    half = (found["upper_bound"] - found["lower_bound"]) / 2
    return {**found, "uncertainty": half, "confidence": level}
