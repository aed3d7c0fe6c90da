"""The numbers a historical skill test tells of one platform or one example, by the names of their keys.

Times are in seconds unless the key ends `_ms`; `*_mb` megabytes, `*_gb` gigabytes, `tokens_per_second` tokens a second,
`samples_per_second` items a second.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmart.event_log.events import Metric
from collectors.adapters.json_values import as_attributes, not_negative, positive, shown
from collectors.adapters.legacy import outcome
from collectors.adapters.legacy.record import metric, rate_doubt

_MEANINGS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "latency_mean",
        (
            ("average_inference_time", "second"),
            ("avg_inference_time", "second"),
            ("inference_time", "second"),
            ("pipeline_avg_time", "second"),
            ("mean_latency", "second"),
            ("avg_latency", "second"),
            ("generation_time", "second"),
            ("inference_time_ms", "millisecond"),
            ("average_latency_ms", "millisecond"),
            ("avg_latency_ms", "millisecond"),
            ("latency_ms", "millisecond"),
            ("processing_time_ms", "millisecond"),
            ("time_ms", "millisecond"),
        ),
    ),
    (
        "duration",
        (
            ("elapsed_time", "second"),
            ("total_time", "second"),
            ("execution_time", "second"),
            ("time_taken", "second"),
        ),
    ),
    (
        "load_time",
        (("load_time", "second"), ("model_load_time", "second"), ("load_time_ms", "millisecond")),
    ),
    (
        "throughput",
        (
            ("samples_per_second", "item/second"),
            ("throughput_items_per_second", "item/second"),
            ("mean_throughput", "item/second"),
            ("throughput", "item/second"),
        ),
    ),
    ("token_throughput", (("tokens_per_second", "token/second"),)),
    ("real_time_factor", (("real_time_factor", "ratio"), ("realtime_factor", "ratio"))),
    (
        "memory_allocated",
        (
            ("memory_allocated_mb", "megabyte"),
            ("gpu_memory_mb", "megabyte"),
            ("memory_used_mb", "megabyte"),
            ("cuda_memory_used_mb", "megabyte"),
            ("memory_usage_mb", "megabyte"),
            ("memory_mb", "megabyte"),
            ("memory_allocated_gb", "gigabyte"),
            ("cuda_memory_allocated_gb", "gigabyte"),
            ("gpu_memory_allocated_gb", "gigabyte"),
        ),
    ),
    ("memory_peak", (("memory_increase_mb", "megabyte"),)),
    ("memory_process_peak", (("peak_memory_mb", "megabyte"), ("memory_peak_mb", "megabyte"))),
)
"""For each metric the keys it may stand under, the most telling first."""

_KEYS = tuple(key for _, keys in _MEANINGS for key, _ in keys)
_NEVER_ZERO = frozenset({"latency_mean", "duration", "throughput", "token_throughput"})
_TIMES = re.compile(r"([0-9]+(?:\.[0-9]+)?)x")
_NO_RESULTS = frozenset({"input", "generation_config"})


def leaves(record: Mapping[str, Any]) -> dict[str, Any]:
    """The plain values of `record` and of the objects in it, the outer before the inner of the same key.

    What was put in is left out, and so are the examples, which are records of their own.
    """
    found: dict[str, Any] = {}
    level = [record]
    while level:
        inner: list[Mapping[str, Any]] = []
        for one in level:
            for key, value in one.items():
                if not isinstance(value, dict):
                    found.setdefault(key, value)
                elif key not in _NO_RESULTS and not key.endswith("_example"):
                    inner.append(value)
        level = inner
    return found


def with_numbers(result: dict[str, Any], record: Mapping[str, Any]) -> dict[str, Any]:
    """`result` with the numbers of `record`: judged where it worked, as they are where a part of it failed.

    Raises ValueError when a number of what worked is none.
    """
    told = leaves(record)
    if result["status"] == "ok":
        return _judged(told)
    return result | {"metrics": tuple(_before_failure(told))} if result["status"] == "failed" else result


def _before_failure(told: Mapping[str, Any]) -> Iterator[Metric]:
    """The time until something failed, and what the parts of it that worked took."""
    numbers = {key: told[key] for key in _KEYS if key in told and _is_positive(told, key)}
    yield from _metrics(numbers)


def _is_positive(told: Mapping[str, Any], key: str) -> bool:
    try:
        return positive(told, key) > 0
    except ValueError:
        return False


def _judged(told: Mapping[str, Any]) -> dict[str, Any]:
    metrics = tuple(_metrics(told))
    if zero := next((one.name for one in metrics if one.value == 0 and one.name in _NEVER_ZERO), None):
        return outcome.untested(f"the {zero.replace('_', ' ')} is zero: nothing was run")
    doubt = rate_doubt(told, "generated_tokens", "generation_time")
    return {
        "status": "ok",
        "basis": "suspect" if doubt else "measured",
        "basis_reason": doubt,
        "metrics": metrics,
    }


def numbers_beside(record: Mapping[str, Any], taken: Sequence[Metric]) -> dict[str, str]:
    """The numbers that `taken` leaves out, as attributes: those that tell of the same thing once more."""
    told, values = leaves(record), [one.value for one in taken]
    return as_attributes(told, *(key for key in _KEYS if told.get(key) not in values))


def _metrics(told: Mapping[str, Any]) -> Iterator[Metric]:
    for name, keys in _MEANINGS:
        if found := next(((key, unit) for key, unit in keys if told.get(key) is not None), None):
            yield from metric(told, found[0], name, found[1])
    if (speedup := told.get("speedup")) is not None:
        yield Metric("speedup", "ratio", _factor(speedup))


def _factor(value: object) -> float:
    match = _TIMES.fullmatch(value.strip()) if isinstance(value, str) else None
    if isinstance(value, str) and match is None:
        raise ValueError(f"speedup: {shown(value)} is not a factor")
    return not_negative({"speedup": float(match[1]) if match else value}, "speedup")


_MOCK = re.compile(r"\bmock(ed)?\b|\bsimulated\b|MagicMock", re.IGNORECASE)
_NO_CLAIMS = frozenset({"input", "input_text", "input_audio", "input_image", "stdout", "stderr", "traceback"})
_TRUE_FLAGS = ("transformers_mocked", "using_mocks", "mock_implementation", "using_mock")


def simulation(record: Mapping[str, Any], hardware: object) -> str | None:
    """What in `record`, or in an object of it that is no example, says that nothing real was run."""
    if said := outcome.declared_simulation(record, hardware):
        return said
    for key, value in record.items():
        if isinstance(value, str) and key not in _NO_CLAIMS and (found := _MOCK.search(value)):
            return f"{key or hardware} says {found[0]}"
        is_inner = isinstance(value, dict) and key not in _NO_RESULTS and not key.endswith("_example")
        if is_inner and (said := simulation(value, None)):
            return f"{key}: {said}"
    return None


def mocked_run(metadata: Mapping[str, Any]) -> str | None:
    """What a test says of its whole run: that the library under test was replaced."""
    return next((f"metadata.{key} is true" for key in _TRUE_FLAGS if metadata.get(key) is True), None)
