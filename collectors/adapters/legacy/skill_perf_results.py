"""Times of a model by way of a pipeline, of `from_pretrained` and of OpenVINO; `performance` repeats the `results`.

All times are in seconds, `model_size_mb` in megabytes. Some files were made from constants: the fastest and the slowest
run are then exactly ten per cent off the mean in every entry.
"""

import math
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from benchmart.event_log.events import Metric
from collectors.adapters.document import Document
from collectors.adapters.json_values import as_attributes, number
from collectors.adapters.legacy import outcome
from collectors.adapters.legacy.record import (
    Part,
    a_name,
    adapter,
    event_fields,
    has_keys,
    members,
    metric,
    simulated,
    step,
)

_WAYS = ("from_pretrained", "pipeline", "openvino")
_SPREAD = 0.1
_FEWEST_ENTRIES = 2


def _recognises(document: Document) -> bool:
    value = document.json
    return has_keys(value, "examples", "hardware", "metadata", "performance", "results") and isinstance(
        value["results"], dict
    )


def _parts(document: Any) -> Iterator[Part]:
    made_up = _made_up(members(document["performance"]))
    for key, value in document["results"].items():
        if isinstance(value, dict):
            where = step("$.results", key)
            yield Part(where, value, partial(_fields, key, value, document, made_up))


def _made_up(performance: Mapping[str, Any]) -> str | None:
    spread = [one for one in performance.values() if has_keys(one, "avg_time", "min_time", "max_time")]
    if len(spread) < _FEWEST_ENTRIES or not all(_is_exactly_ten_percent(one) for one in spread):
        return None
    return f"made from constants: fastest and slowest run are exactly 10 % off the mean in all {len(spread)} entries"


def _is_exactly_ten_percent(entry: Mapping[str, Any]) -> bool:
    try:
        mean, fastest, slowest = (number(entry, f"{key}_time") for key in ("avg", "min", "max"))
    except ValueError:
        return False
    return (
        mean > 0
        and math.isclose(fastest, mean * (1 - _SPREAD), rel_tol=1e-9)
        and math.isclose(slowest, mean * (1 + _SPREAD), rel_tol=1e-9)
    )


def _fields(
    key: str, record: Mapping[str, Any], document: Mapping[str, Any], made_up: str | None
) -> dict[str, Any]:
    way = next((one for one in _WAYS if key.startswith(one)), key)
    metadata = members(document["metadata"])
    model = record.get("model") or metadata.get("model") or metadata.get("model_name")
    hardware = (
        record.get("device") or key.removeprefix(way).lstrip("_") or (way if way == "openvino" else None)
    )
    declared = made_up or outcome.declared_simulation(record, hardware, document)
    performance = members(members(document["performance"]).get(key))
    return simulated(_result(way, record, performance), declared) | event_fields(
        "model",
        a_name(model, "model"),
        record.get("timestamp"),
        metadata.get("timestamp"),
        hardware=hardware,
        mode="inference",
        condition={"way": way, **as_attributes(record, "task")},
        attributes={
            **as_attributes(record, "class", "model_size_mb"),
            **as_attributes(members(document["hardware"]), "cuda_version"),
            **as_attributes({**performance, **record}, "num_runs", "tokenizer_load_time"),
        },
    )


def _result(way: str, record: Mapping[str, Any], performance: Mapping[str, Any]) -> dict[str, Any]:
    metrics = tuple(_metrics(way, {**performance, **record}))
    told = next((record[key] for key in ("success", f"{way}_success") if key in record), None)
    word = record.get("status", record.get(f"{way}_test"))
    status = outcome.status(told if told is not None else word)
    failed = record.get(f"{way}_error") or record.get("error")
    if status == "failed" or (failed and status is None):
        return outcome.failed(failed, _missing(record, way), word, record.get(f"{way}_traceback"))
    if missing := _missing(record, way):
        return {"status": "skipped", "basis": "untested", "basis_reason": missing, "error_class": "other"}
    if status == "skipped":
        return {"status": "skipped", "basis": "untested", "basis_reason": str(word)}
    if status == "ok" or metrics:
        return {"status": "ok", "basis": "measured", "metrics": metrics}
    return outcome.untested("neither a time nor an outcome is told")


def _missing(record: Mapping[str, Any], way: str) -> str | None:
    absent = record.get(f"{way}_missing_deps")
    return (
        f"missing dependencies: {', '.join(map(str, absent))}"
        if isinstance(absent, list) and absent
        else None
    )


def _metrics(way: str, told: Mapping[str, Any]) -> Iterator[Metric]:
    keys = (
        ("latency_mean", ("avg_time", "inference_time")),
        ("latency_min", ("min_time",)),
        ("latency_max", ("max_time",)),
        ("load_time", ("load_time", "model_load_time")),
    )
    for name, ends in keys:
        candidates = (key for end in ends for key in (f"{way}_{end}", end))
        if found := next((key for key in candidates if told.get(key) is not None), None):
            yield from metric(told, found, name, "second")


ADAPTERS = (adapter("legacy_skill_perf_results", _recognises, _parts),)
