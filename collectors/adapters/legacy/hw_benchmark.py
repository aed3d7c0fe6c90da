"""`benchmark_<model>_<hardware>_*.json`: one model on one kind of hardware, by batch size.

Units: `throughput` items a second, `latency_ms` milliseconds a batch, `memory_usage_mb` megabytes. The script that
wrote the known files computed its numbers, and the formula tells.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import product
from typing import Any

from collectors.adapters.document import Document
from collectors.adapters.json_values import as_attributes, not_negative, shown
from collectors.adapters.legacy import outcome
from collectors.adapters.legacy.record import (
    Part,
    a_name,
    adapter,
    an_object,
    event_fields,
    has_keys,
    judged,
    metric,
    simulated,
    step,
)

_ITEMS = (100, 50, 75)
"""Items a second for each item of the batch."""
_MILLISECONDS = (2, 10, 5)
"""Milliseconds for each item of the batch, beyond the fixed ones."""
_FIXED_MILLISECONDS = 10


def _recognises(document: Document) -> bool:
    value = document.json
    return has_keys(value, "hardware_key", "batch_sizes", "model_path") and isinstance(
        value["batch_sizes"], dict
    )


def _parts(document: Any) -> Iterator[Part]:
    for key, value in document["batch_sizes"].items():
        yield Part(step("$.batch_sizes", key), value, partial(_fields, key, value, document))


def _fields(key: str, value: Any, document: Mapping[str, Any]) -> dict[str, Any]:
    record = an_object(value)
    if not key.isascii() or not key.isdigit():
        raise ValueError(f"{shown(key)} is not a batch size")
    hardware = document["hardware_key"]
    status = outcome.claimed("success", record.get("success", document.get("compatible")))
    if status == "ok":
        fields = _measured(record, int(key))
    else:
        fields = outcome.unsuccessful(status, record.get("error"), record.get("stderr"))
    return simulated(fields, outcome.declared_simulation(record, hardware, document)) | event_fields(
        "model",
        a_name(document["model_path"] or document.get("model_key"), "model"),
        record.get("timestamp"),
        document.get("timestamp"),
        hardware=hardware,
        mode="inference",
        batch_size=int(key),
        attributes=as_attributes(document, "model_key", "model_category"),
    )


def _measured(record: Mapping[str, Any], size: int) -> dict[str, Any]:
    milliseconds = not_negative(record, "latency_ms")
    throughput = metric(record, "throughput", "throughput", "item/second")
    metrics = (
        *metric(record, "latency_ms", "latency_mean", "millisecond"),
        *throughput,
        *metric(record, "memory_usage_mb", "memory_peak", "megabyte"),
    )
    rate = throughput[0].value if throughput else None
    return simulated(judged(metrics, size, milliseconds / 1e3, rate), _formula(size, milliseconds, rate))


def _formula(size: int, milliseconds: float, rate: float | None) -> str | None:
    for items, each in product(_ITEMS, _MILLISECONDS):
        if (rate, milliseconds) == (size * items, _FIXED_MILLISECONDS + size * each):
            return (
                f"computed: throughput is {items} x batch size, "
                f"latency is {_FIXED_MILLISECONDS} + {each} x batch size milliseconds"
            )
    return None


ADAPTERS = (adapter("legacy_hw_benchmark", _recognises, _parts),)
