"""Records of the PyTorch benchmark database, version 3: a JSON list or one record a line, one metric a record.

`benchmark_values` are samples; `model` is a model or a test. Units are told by the metric's name only (`latency(ms)`,
`mean_ttft_ms`, `peak_mem_usage(MB)`); where the name tells none, the number is kept as one without a unit.

What a benchmark was told to do (`extra_info` of benchmark, model and inputs) is the condition; what was observed
beside the number (`extra_info` of the metric, of runners, of dependencies) is an attribute. Where `shape` lists as many
shapes as there are values, each value is of one shape, and a record of its own.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from math import fsum
from typing import Any

from benchmart.event_log.events import Metric, ResultRecorded
from collectors.adapters.contract import Adapter, BadRow, Findings, provenance
from collectors.adapters.document import Document
from collectors.adapters.json_values import as_attributes, mapping, not_negative, number, shown, text
from collectors.adapters.moments import moment
from collectors.adapters.pytorch_metrics import MetricKind, metric_kind
from collectors.adapters.pytorch_record import (
    MODES,
    attributes_of,
    batch_size_of,
    condition_of,
    hardware_of,
    object_of,
)

NAME = "pytorch_benchmark_v3"
VERSION = "2"

_LOOKED_AT = 20
"""Elements of a list: its records are alike."""

_CODE_WORDS = ("operator", "micro", "kernel", "pr_time")
_FAILURE = "FAILURE_REPORT"
_PASSING = "pass"


def _recognises(document: Document) -> bool:
    value = document.json
    if value is None and document.json_error is not None:
        value = _parsed(document.first_line)
    elements = value[:_LOOKED_AT] if isinstance(value, list) else [value]
    return any(_is_record(element) for element in elements)


def _is_record(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    benchmark, metric = value.get("benchmark"), value.get("metric")
    return (
        isinstance(benchmark, dict)
        and isinstance(metric, dict)
        and "name" in benchmark
        and "name" in metric
        and ("benchmark_values" in metric or isinstance(value.get("model"), dict))
    )


def _read(document: Document) -> Findings:
    for where, raw, value in _elements(document):
        try:
            # All are made before the first is given: a record is taken whole or not at all.
            yield from [_record(document, *one) for one in _by_shape(where, value)]
        except ValueError as error:
            yield BadRow(where, str(error), raw)


def _elements(document: Document) -> Iterator[tuple[str, bytes, Any]]:
    """Place, bytes and value of each record."""
    value = document.json
    if isinstance(value, list):
        yield from ((f"$[{place}]", json.dumps(one).encode(), one) for place, one in enumerate(value))
    elif value is not None and "\n" in (document.text or "").strip():
        yield "$", document.data, value
    else:
        for number, line in enumerate((document.text or "").split("\n"), start=1):
            if line.strip():
                yield f"line {number}", line.encode(), _parsed(line)


def _by_shape(where: str, value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Place and content of each record that is in one. Raises ValueError when it is no object."""
    whole = mapping({"the record": value}, "the record")
    metric, shapes = mapping(whole, "metric"), whole.get("shape")
    values = metric.get("benchmark_values")
    if (
        not (isinstance(shapes, list) and isinstance(values, list))
        or len(shapes) != len(values)
        or len(values) <= 1
    ):
        yield where, whole
        return
    for place, (shape, one) in enumerate(zip(shapes, values, strict=True)):
        own = {"shape": [shape], "metric": {**metric, "benchmark_values": [one]}}
        yield f"{where}.metric.benchmark_values[{place}]", {**whole, **own}


def _parsed(line: str) -> Any:
    """None for what is no JSON: such as a line that was cut off."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _record(document: Document, where: str, value: Mapping[str, Any]) -> ResultRecorded:
    benchmark, metric = mapping(value, "benchmark"), mapping(value, "metric")
    model = mapping(value, "model") if value.get("model") is not None else {}
    name, kind = text(benchmark, "name"), metric_kind(text(metric, "name"))
    subject = text(model, "name") if model else name
    mode = as_attributes(benchmark, "mode").get("mode")
    at = moment(value["timestamp"]) if value.get("timestamp") else None
    extra = object_of(benchmark, "extra_info")
    return ResultRecorded(
        **provenance(document, NAME, VERSION),
        source_locator=where,
        occurred_at=at.at if at else None,
        subject_kind="model" if model and not _is_of_code(name, model) else "test",
        subject=subject,
        mode=MODES.get(mode.lower()) if mode else None,
        precision=as_attributes(benchmark, "dtype").get("dtype"),
        batch_size=batch_size_of(extra, value),
        condition=condition_of(value, name, mode, kind),
        attributes=attributes_of(value) | (at.attributes if at else {}),
        **hardware_of(value, extra),
        **_outcome(metric, kind, extra),
    )


def _is_of_code(benchmark: str, model: Mapping[str, Any]) -> bool:
    told = f"{benchmark} {model.get('type')}".lower()
    return any(word in told for word in _CODE_WORDS)


def _outcome(metric: Mapping[str, Any], kind: MetricKind, extra: Mapping[str, Any]) -> dict[str, Any]:
    if metric["name"] == _FAILURE:
        what = as_attributes(extra, "failure_type").get("failure_type", "reported as a failure")
        return _failed(f"failure type: {what}")
    values = _values(metric, kind)
    if not values:
        return _verdict(metric)
    if kind.is_positive and not any(values):
        return _untested(f"{metric['name']} is zero: nothing was measured")
    samples = values if len(values) > 1 else None
    mean = values[0] if len(values) == 1 else fsum(values) / len(values)
    return {"status": "ok", "basis": "measured", "metrics": (Metric(kind.metric, kind.unit, mean, samples),)}


def _values(metric: Mapping[str, Any], kind: MetricKind) -> Sequence[float]:
    """Raises ValueError when one is no finite number, or is below zero where it cannot be."""
    values = metric.get("benchmark_values")
    if values is None:
        return ()
    convert = not_negative if kind.is_positive else number
    listed = values if isinstance(values, list) else [values]
    return [
        convert({f"benchmark_values[{place}]": one}, f"benchmark_values[{place}]")
        for place, one in enumerate(listed)
    ]


def _verdict(metric: Mapping[str, Any]) -> dict[str, Any]:
    """Accuracy checks of torch.compile have words for values: `pass`, `fail_accuracy`, `OOM`, `timeout`."""
    words = object_of(metric, "extra_info").get("benchmark_values")
    word = words[0] if isinstance(words, list) and words else words
    if word is None:
        return _untested(f"{metric['name']} has no values")
    if not isinstance(word, str):
        raise ValueError(f"extra_info.benchmark_values: {shown(words)} is not a verdict")
    lowered = word.lower()
    if "skip" in lowered:
        return {"status": "skipped", "basis": "measured", "metrics": ()}
    if lowered.startswith(_PASSING):
        return {"status": "ok", "basis": "measured", "metrics": ()}
    error = "out_of_memory" if "oom" in lowered else "timeout" if "timeout" in lowered else "other"
    return _failed(f"{metric['name']}: {word}", error)


def _failed(message: str, error_class: str = "other") -> dict[str, Any]:
    return {
        "status": "failed",
        "basis": "measured",
        "error_class": error_class,
        "error_message": message,
        "metrics": (),
    }


def _untested(reason: str) -> dict[str, Any]:
    return {
        "status": "untested",
        "basis": "untested",
        "basis_reason": reason,
        "error_class": "no_measurement",
        "metrics": (),
    }


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
