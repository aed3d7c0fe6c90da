"""A list of performance records, one a batch size, each with totals over its iterations.

Units as the keys name them: seconds in all, milliseconds a batch on average, items a second, megabytes.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from collectors.adapters.document import Document
from collectors.adapters.json_values import as_attributes, not_negative, text, whole
from collectors.adapters.legacy import outcome
from collectors.adapters.legacy.record import (
    Part,
    adapter,
    an_object,
    contradicts,
    event_fields,
    has_keys,
    judged,
    members,
    metric,
    simulated,
)

_TELLING = ("model_name", "hardware_type", "batch_size", "average_latency_ms")


def _recognises(document: Document) -> bool:
    value = document.json
    return isinstance(value, list) and bool(value) and any(has_keys(one, *_TELLING) for one in value)


def _parts(document: Any) -> Iterator[Part]:
    for number, one in enumerate(document):
        yield Part(f"$[{number}]", one, partial(_fields, one))


def _fields(value: Any) -> dict[str, Any]:
    record = an_object(value)
    size = whole(record, "batch_size")
    hardware = text(record, "hardware_type")
    name = record.get("device_name")
    precision = record.get("precision")
    fields = simulated(_measured(record, size), outcome.declared_simulation(record, hardware)) | event_fields(
        "model",
        text(record, "model_name"),
        record.get("timestamp"),
        hardware=hardware,
        mode="inference",
        precision=precision if isinstance(precision, str) and precision else None,
        batch_size=size,
        condition=as_attributes(record, "test_case", "iterations", "warmup_iterations"),
        attributes={
            **as_attributes(record, "model_family", "modality"),
            **as_attributes(members(record.get("metrics")), "cpu_util_percent", "memory_util_percent"),
        },
    )
    return fields | ({"device": name} if isinstance(name, str) and name else {})


def _measured(record: Mapping[str, Any], size: int) -> dict[str, Any]:
    milliseconds = not_negative(record, "average_latency_ms")
    throughput = metric(record, "throughput_items_per_second", "throughput", "item/second")
    metrics = (
        *metric(record, "average_latency_ms", "latency_mean", "millisecond"),
        *throughput,
        *metric(record, "memory_peak_mb", "memory_peak", "megabyte"),
        *metric(record, "total_time_seconds", "duration", "second"),
    )
    fields = judged(metrics, size, milliseconds / 1e3, throughput[0].value if throughput else None)
    doubt = _total_doubt(record, milliseconds)
    if doubt is None or fields["basis"] == "untested":
        return fields
    reasons = [reason for reason in (doubt, fields["basis_reason"]) if reason]
    return fields | {"basis": "suspect", "basis_reason": "; ".join(reasons)}


def _total_doubt(record: Mapping[str, Any], milliseconds: float) -> str | None:
    """Why the total cannot be that of the iterations; None when it can, or when one of the two is not told."""
    if record.get("total_time_seconds") is None or record.get("iterations") is None:
        return None
    total, iterations = not_negative(record, "total_time_seconds"), whole(record, "iterations")
    expected = iterations * milliseconds / 1e3
    if total == expected or (expected and not contradicts(total / expected)):
        return None
    return f"total time is {total:g} s where {iterations} iterations of {milliseconds:g} ms take {expected:.4g} s"


ADAPTERS = (adapter("legacy_perf_list", _recognises, _parts),)
