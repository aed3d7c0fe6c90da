"""What is known of a model's throughput by micro-batch on a device: measured in the warehouse, else predicted."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

import duckdb

from predictors.contract import Question
from predictors.selector.knowledge import Knowledge
from predictors.selector.request import SelectionRequest
from predictors.training_plan.batch_scaling import BatchScaling
from predictors.training_plan.candidates import precision_of
from predictors.training_plan.request import Request

_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
"""Asked of the predictor."""
_MEASURED = """
    select
        precision, coalesce(device_count, 1) as devices, runtime, runtime_version, compiler, memory_format,
        condition, coalesce(condition['strategy'], 'single') as strategy,
        coalesce(try_cast(condition['micro_batch'] as bigint), batch_size) as micro_batch,
        coalesce(items_per_second, batch_size / step_time_seconds) as rate
    from training_runs
    where
        model_id = $model_id and hardware_id = $hardware_id and status = 'ok' and basis = 'measured'
        and coalesce(items_per_second, batch_size / step_time_seconds) > 0
        and coalesce(method, 'full') = $method
        and (condition['micro_batch'] is not null or (coalesce(device_count, 1) = 1 and batch_size is not null))
        and ($image_size is null or image_size is null or image_size = $image_size)
        and ($sequence_length = 1 or sequence_length = $sequence_length)
    order by event_id
"""
"""A batch without a stated micro-batch is one pass where one device ran it; several may have accumulated."""


def batch_scaling_for(known: Knowledge, model: str, request: Request) -> BatchScaling | None:
    """Measured rates where the warehouse has those of two sizes or more, else predicted ones; None without either.

    `model` is the name as it was asked for. Nothing is known of a device without a name.
    """
    hardware_id = request.devices.hardware_id
    if hardware_id is None:
        return None
    names = dict.fromkeys((known.model_id(model), known.model_id(request.architecture.name)))
    connection = known.connection
    measured = (measured_scaling(connection, name, hardware_id, request) for name in names if connection)
    predicted = (_predicted(known, name, hardware_id, request) for name in names)
    return next(filter(None, (*measured, *predicted)), None)


def measured_scaling(
    connection: duckdb.DuckDBPyConnection, model_id: str, hardware_id: str, request: Request
) -> BatchScaling | None:
    """Of runs equal in all but the micro-batch, the series nearest to what is asked.

    Same kind of precision (half or fp32) and length of sequence; the very precision first, then one device before
    several, then more sizes, then the later version.
    """
    cursor = connection.execute(
        _MEASURED,
        {
            "model_id": model_id,
            "hardware_id": hardware_id,
            "method": request.method,
            "image_size": request.architecture.image_size,
            "sequence_length": request.sequence_length,
        },
    )
    columns = [name for name, *_ in cursor.description or ()]
    wanted = precision_of(request)
    series: dict[tuple[Any, ...], list[Mapping[str, Any]]] = defaultdict(list)
    for values in cursor.fetchall():
        row = dict(zip(columns, values, strict=True))
        if _is_half(row["precision"]) == (wanted != "fp32"):
            series[_series(row)].append(row)
    several = [rows for rows in series.values() if len({row["micro_batch"] for row in rows}) > 1]
    if not several:
        return None
    best = max(several, key=lambda rows: _nearness(rows, wanted))
    return BatchScaling(_rates(best), "measured", _condition(best[0], hardware_id), _is_plain(best[0]))


def _series(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """What is equal for all rows of one series."""
    stated = {name: value for name, value in (row["condition"] or {}).items() if name != "micro_batch"}
    others = [value for name, value in row.items() if name not in {"condition", "micro_batch", "rate"}]
    return (*others, *sorted(stated.items()))


def _is_half(precision: str | None) -> bool:
    return precision is not None and not precision.endswith("32")


def _nearness(rows: Sequence[Mapping[str, Any]], wanted: str) -> tuple[Any, ...]:
    first = rows[0]
    return (
        (first["precision"] or "").endswith(wanted),
        first["devices"] == 1,
        len(rows),
        tuple(int(part) for part in (first["runtime_version"] or "").split(".") if part.isdecimal()),
    )


def _rates(rows: Sequence[Mapping[str, Any]]) -> Mapping[int, float]:
    sizes = sorted({row["micro_batch"] for row in rows})
    return {
        size: median(row["rate"] / row["devices"] for row in rows if row["micro_batch"] == size)
        for size in sizes
    }


def _is_plain(row: Mapping[str, Any]) -> bool:
    stated = row["condition"] or {}
    alone = row["devices"] == 1 and stated.get("ranks", "1") == "1"
    return bool(alone and stated.get("checkpointing", "none") == "none")


def _condition(row: Mapping[str, Any], hardware_id: str) -> str:
    words = (
        hardware_id,
        row["precision"],
        row["strategy"],
        " ".join(filter(None, (row["runtime"], row["runtime_version"]))),
        row["compiler"],
    )
    return ", ".join(filter(None, words))


def _predicted(known: Knowledge, name: str, hardware_id: str, request: Request) -> BatchScaling | None:
    if request.method != "full":
        return None  # the predictor knows steps that train all weights
    device = known.devices.get(hardware_id)
    length = request.sequence_length if request.sequence_length > 1 else None
    image_size = request.architecture.image_size
    profile = known.profile(
        SelectionRequest(name, mode="training", image_size=image_size, sequence_length=length)
    )
    if device is None or profile is None:
        return None
    word = precision_of(request)
    precision = word if word == "fp32" else f"amp_{word}"
    questions = [
        Question("throughput", profile, device.facts, "training", precision, batch_size=size)
        for size in _SIZES
    ]
    said = known.predict("throughput", questions)
    if not said:
        return None
    rates = {size: each.value for size, each in zip(_SIZES, said, strict=True)}
    return BatchScaling(rates, "predicted", f"{hardware_id}, {precision}, {said[0].case.name}")
