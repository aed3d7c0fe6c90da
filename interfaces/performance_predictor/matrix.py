"""Every model on every device, predicted in one call."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

from benchmart.connection import open_warehouse
from benchmart.errors import PredictionRefused
from benchmart.queries.rows import fetch
from interfaces.performance_predictor.answers import Answer, answers_of, uncertainties_of, values_of
from predictors.registry.asking import Asked

BATCH_SIZES = (1, 8, 32)
PRECISIONS = ("fp32", "fp16")
_MOST = 10
_COMMON_MODELS = """
    select model_id as name, any_value(family order by family) as category from performance
    where status = 'ok' and basis = 'measured' and items_per_second > 0 and model_id is not null
    group by model_id order by count(*) desc, model_id limit $most
"""
_COMMON_DEVICES = """
    select hardware_id from performance
    where status = 'ok' and basis = 'measured' and items_per_second > 0 and hardware_id is not null
    group by hardware_id order by count(*) desc, hardware_id limit $most
"""
_PLACE = ("model", "hardware", "batch_size", "precision")
_Place = tuple[str, str, int, str]
_NOTHING = {"throughput": None, "latency_mean": None, "memory_usage": None}


def generate_prediction_matrix(  # noqa: PLR0917 - the order is that of the framework
    models: Mapping[str, Any],
    model_configs: Sequence[Mapping[str, str]] | None = None,
    hardware_platforms: Sequence[str] | None = None,
    batch_sizes: Sequence[int] | None = None,
    precision_options: Sequence[str] | None = None,
    mode: str = "inference",
    output_file: str | None = None,
) -> dict[str, Any]:
    """Predict every model (`name`, `category`) on every device; with `output_file`, write it there as JSON too.

    None means the ten models and the ten devices with most measured rates, BATCH_SIZES and PRECISIONS. Intervals
    are in `uncertainties` of a model, laid out as its `predictions`; a cell that is refused has None for all numbers,
    and `refused` of the matrix says why.
    """
    configs = _common(models, _COMMON_MODELS) if model_configs is None else model_configs
    devices = (
        [row["hardware_id"] for row in _common(models, _COMMON_DEVICES)]
        if hardware_platforms is None
        else list(hardware_platforms)
    )
    sizes, precisions = list(batch_sizes or BATCH_SIZES), list(precision_options or PRECISIONS)
    places = list(product([each["name"] for each in configs], devices, sizes, precisions))
    asked = [
        Asked(name, device, mode=mode, precision=precision, batch_size=size)
        for name, device, size, precision in places
    ]
    answers = dict(zip(places, answers_of(models, asked), strict=True))
    matrix = {
        "timestamp": datetime.now(UTC).isoformat(),
        "mode": mode,
        "models": {
            each["name"]: {
                "name": each["name"],
                "category": each.get("category"),
                "predictions": _cells(answers, each["name"], values_of, dict(_NOTHING)),
                "uncertainties": _cells(answers, each["name"], uncertainties_of, {}),
            }
            for each in configs
        },
        "hardware_platforms": devices,
        "batch_sizes": sizes,
        "precision_options": precisions,
        "refused": [
            {**dict(zip(_PLACE, place, strict=True)), "reason": str(answer)}
            for place, answer in answers.items()
            if isinstance(answer, PredictionRefused)
        ],
    }
    if output_file:
        Path(output_file).write_text(json.dumps(matrix, indent=2) + "\n")
    return matrix


def _cells(
    answers: Mapping[_Place, Answer | PredictionRefused],
    model: str,
    told: Callable[[Answer], Mapping[str, Any]],
    nothing: Mapping[str, Any],
) -> dict[str, Any]:
    """Device to batch size, as text, to precision to what is told of the answer."""
    found: dict[str, Any] = {}
    for (name, device, size, precision), answer in answers.items():
        if name == model:
            of_size = found.setdefault(device, {}).setdefault(str(size), {})
            of_size[precision] = nothing if isinstance(answer, PredictionRefused) else told(answer)
    return found


def _common(models: Mapping[str, Any], sql: str) -> list[dict[str, Any]]:
    with open_warehouse(models["home"]) as connection:
        return fetch(connection, sql, {"most": _MOST}).as_dicts()
