"""What `store_*` take, as arguments of `checked_result`; what a payload has beyond its fields becomes attributes."""

import json
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from numbers import Real
from typing import Any

from benchmart.errors import UsageError
from benchmart.recording.outcomes import ending_of
from benchmart.recording.texts import encodable

Arguments = dict[str, Any]
_MILLISECONDS = {
    "latency_avg": "latency_mean",
    "latency_p90": "latency_p90",
    "latency_p95": "latency_p95",
    "latency_p99": "latency_p99",
}
_TEST_WORDS = ("pass", "fail", "error", "skip")


def performance_arguments(given: object) -> Arguments:
    """Of a PerformanceResult: latencies in milliseconds, memory in megabytes, throughput in items a second.

    Raises UsageError when a required field is missing.
    """
    payload = _Payload(
        given, "performance result", "model_name", "hardware_type", "throughput", "latency_avg"
    )
    throughput, latency = payload.number("throughput"), payload.number("latency_avg")
    metrics: dict[str, tuple[float, str]] = {}
    _add(metrics, "throughput", throughput, "item/second")
    for field, name in _MILLISECONDS.items():
        _add(metrics, name, payload.number(field), "millisecond")
    _add(metrics, "memory_peak", payload.number("memory_peak"), "megabyte")
    _add(metrics, "duration", payload.number("total_time_seconds"), "second")
    for name, (value, _) in metrics.items():
        if value < 0:
            raise UsageError(f"{name} is {value:g}", where="performance result", hint="It cannot be negative")
    test_case = payload.take("test_case", "default")
    arguments: Arguments = {
        **_subject(payload),
        "batch_size": payload.take("batch_size", 1),
        "precision": payload.take("precision", "fp32"),
        "condition": {} if test_case == "default" else {"test_case": str(test_case)},
        "run_id": payload.take("run_id"),
    }
    if throughput == 0 and latency == 0:
        arguments |= {
            "status": "untested",
            "basis_reason": "throughput and latency are both 0, so nothing was measured",
            "error_class": "no_measurement",
        }
        kept = {name: f"{value:g} {unit}" for name, (value, unit) in metrics.items() if value}
        return arguments | {"attributes": {**kept, **payload.rest()}}
    return arguments | {"metrics": metrics, "attributes": payload.rest()}


def compatibility_arguments(given: object) -> Arguments:
    """Of a HardwareCompatibility. Raises UsageError when a required field is missing."""
    payload = _Payload(given, "compatibility result", "model_name", "hardware_type", "is_compatible")
    is_compatible = payload.take("is_compatible")
    if is_compatible not in (True, False):  # so is what numpy calls true
        raise UsageError(f"is_compatible is {is_compatible!r}", hint="It is True or False")
    arguments: Arguments = {**_subject(payload), "run_id": payload.take("run_id")}
    if not is_compatible:
        arguments |= {
            "status": "failed",
            "error_class": payload.take("error_type") or "other",
            "error_message": payload.take("error_message"),
        }
    return arguments | {"attributes": payload.rest()}


def integration_test_arguments(given: object) -> Arguments:
    """Of an IntegrationTestResult. Raises UsageError when a required field is missing or the status is unknown."""
    payload = _Payload(given, "test result", "test_module", "test_name", "status")
    word = payload.take("status")
    if word not in _TEST_WORDS:
        raise UsageError(f"status is {word!r}", hint=f"It is one of: {', '.join(_TEST_WORDS)}")
    message = payload.take("error_message")
    told = ending_of(word, payload.number("execution_time_seconds"), message if word == "skip" else None)
    parts = [payload.take(name) for name in ("test_module", "test_class", "test_name")]
    device, kind, model = (payload.take(name) for name in ("device_name", "hardware_type", "model_name"))
    arguments: Arguments = {
        "subject_kind": "test",
        "subject": "::".join(str(part) for part in parts if part),
        "status": told.status,
        "basis_reason": told.basis_reason,
        "device": device or kind,
        "device_kind": kind,
        "condition": {"model": model} if model else {},
        "metrics": {} if told.duration is None else {"duration": (told.duration, "second")},
        "run_id": payload.take("run_id"),
    }
    if told.status == "failed":
        arguments |= {"error_class": payload.take("error_type") or "other", "error_message": message}
    attributes = {**told.attributes, **payload.rest()}
    if message and told.status == "ok":
        attributes["error_message"] = str(message)
    return arguments | {"attributes": attributes}


def _subject(payload: "_Payload") -> Arguments:
    device, kind = payload.take("device_name"), payload.take("hardware_type")
    return {
        "subject": payload.take("model_name"),
        # Some device of this kind: without a name, results of the kind are all that can be compared.
        "device": device or kind,
        "device_kind": kind,
    }


def _add(metrics: dict[str, tuple[float, str]], name: str, value: float | None, unit: str) -> None:
    if value is not None:
        metrics[name] = (value, unit)


class _Payload:
    """A dictionary, or an object with fields, from which fields are taken one after the other."""

    def __init__(self, given: object, what: str, *required: str) -> None:
        self._fields, self._what = dict(_mapping(given, what)), what
        self._numbers: dict[str, float | None] = {}
        if missing := [name for name in required if self._fields.get(name) in (None, "")]:
            raise UsageError(f"no {', '.join(missing)}", where=what, hint=f"Required: {', '.join(required)}")

    def take(self, name: str, usual: object = None) -> Any:
        """The field, `usual` when it is absent or None."""
        value = self._fields.pop(name, None)
        if value is None:
            return usual
        return encodable(value) if isinstance(value, str) else value

    def number(self, name: str) -> float | None:
        """A number, or None; may be asked for again."""
        if name not in self._numbers:
            value = self.take(name)
            if value is not None and (isinstance(value, bool) or not isinstance(value, Real)):
                raise UsageError(f"{name} is {value!r}", where=self._what, hint="It is a number")
            self._numbers[name] = None if value is None else float(value)
        return self._numbers[name]

    def rest(self) -> dict[str, str]:
        """All that was not taken, as text: plain values as they are, larger ones as JSON."""
        return {str(name): _text(value) for name, value in self._fields.items() if value is not None}


def _text(value: object) -> str:
    return encodable(value) if isinstance(value, str) else json.dumps(value, default=str)


def _mapping(given: object, what: str) -> Mapping[str, Any]:
    if isinstance(given, Mapping):
        return given
    if is_dataclass(given) and not isinstance(given, type):
        return asdict(given)
    for method in ("model_dump", "dict"):
        if callable(dump := getattr(given, method, None)):
            dumped: Mapping[str, Any] = dump()
            return dumped
    raise UsageError(f"is a {type(given).__name__}", where=what, hint="Give a dictionary or a model")
