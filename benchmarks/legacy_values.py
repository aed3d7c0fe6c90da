"""The times, throughputs and amounts of memory that a part of a historical document tells, and whether they were kept.

Numbers are known by the names of their keys alone: the second reading, which takes nothing from the adapters.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from benchmart.event_log.events import ResultRecorded

KINDS = ("time", "throughput", "memory")

_SECONDS = (
    "avg_latency mean_latency elapsed_time execution_time total_time total_time_seconds inference_time time_taken time "
    "generation_time average_inference_time response_time avg_time pipeline_avg_time from_pretrained_avg_time "
    "openvino_inference_time config_time"
)
_MILLISECONDS = "avg_latency_ms latency_ms average_latency_ms inference_time_ms time_ms processing_time_ms"
_A_SECOND = "throughput throughput_items_per_second mean_throughput samples_per_second tokens_per_second"
_MEGABYTES = (
    "memory_mb memory_usage_mb memory_peak_mb gpu_memory_mb cuda_memory_used_mb memory_allocated_mb peak_memory_mb "
    "memory_increase_mb"
)
_GIGABYTES = "memory_allocated_gb cuda_memory_allocated_gb gpu_memory_allocated_gb"

_MEANINGS = (
    ("time", 1.0, _SECONDS),
    ("time", 1e-3, _MILLISECONDS),
    ("throughput", 1.0, _A_SECOND),
    ("memory", 1e6, _MEGABYTES),
    ("memory", 1e9, _GIGABYTES),
)
_BY_KEY = {key: (kind, factor) for kind, factor, keys in _MEANINGS for key in keys.split()}
"""From a key to what its number is, and what to multiply it with for seconds, items a second and bytes."""

_BY_UNIT = {
    "second": ("time", 1.0),
    "millisecond": ("time", 1e-3),
    "item/second": ("throughput", 1.0),
    "token/second": ("throughput", 1.0),
    "megabyte": ("memory", 1e6),
    "gigabyte": ("memory", 1e9),
}
_FROM_ELSEWHERE = re.compile(r"load_time|latency_(min|max)")
"""Metrics whose numbers stand beside the part, or under keys that are not compared."""
_NOT_MEASURED = re.compile(r"input|generation_config|.*_example")
"""Objects below a part that are what was put in, or records of their own."""


@dataclass(frozen=True)
class Number:
    """One number that is told."""

    kind: str
    """One of KINDS."""
    value: float
    """In seconds, items a second or bytes."""
    written: str
    """As the document has it."""


def told(part: Any) -> Iterator[Number]:
    """Every number in `part` whose key is known."""
    for key, value in part.items() if isinstance(part, dict) else ():
        if isinstance(value, dict) and not _NOT_MEASURED.fullmatch(key):
            yield from told(value)
        elif key in _BY_KEY and isinstance(value, int | float) and not isinstance(value, bool):
            kind, factor = _BY_KEY[key]
            yield Number(kind, value * factor, repr(value))


def _recorded(event: ResultRecorded) -> Iterator[tuple[str, float]]:
    for metric in event.metrics:
        if metric.unit in _BY_UNIT and not _FROM_ELSEWHERE.fullmatch(metric.name):
            kind, factor = _BY_UNIT[metric.unit]
            yield kind, metric.value * factor


def is_metric(number: Number, event: ResultRecorded) -> bool:
    """Whether a metric of the event has the number, in whichever unit."""
    return any(kind == number.kind and math.isclose(value, number.value) for kind, value in _recorded(event))


def is_kept(number: Number, event: ResultRecorded) -> bool:
    """Whether the event has the number at all: what failed, and what is told twice, has it as an attribute."""
    return is_metric(number, event) or number.written in event.attributes.values()


def invented(event: ResultRecorded, numbers: list[Number]) -> list[float]:
    """The metrics of an event that are none of the numbers of its part."""
    return [
        value
        for kind, value in _recorded(event)
        if not any(one.kind == kind and math.isclose(value, one.value) for one in numbers)
    ]
