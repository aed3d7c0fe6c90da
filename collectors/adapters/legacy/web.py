"""Models in the browser: `result.json` of one model, batches and comparisons of such, and browsers compared.

Units as the keys name them: milliseconds, megabytes, items a second; `improvement_percentage` percent.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from benchmart.event_log.events import Metric
from collectors.adapters.document import Document
from collectors.adapters.json_values import as_attributes, number, text
from collectors.adapters.legacy import outcome
from collectors.adapters.legacy.record import (
    Part,
    adapter,
    an_object,
    entries,
    event_fields,
    has_keys,
    members,
    metric,
    simulated,
    step,
)

_PLATFORMS = ("webnn", "webgpu")
_KEPT = ("implementation_type", "browser", "browser_opened", "headless", "model_key", "modality")
_BY_HAND = {
    "basis": "suspect",
    "basis_reason": "a comparison put together by hand, without the runs behind it",
}
_OPENED = ("manual", "automated")
_REASONS = ("error", "error_message", "message", "reason")


def _is_result(document: Document) -> bool:
    value = document.json
    return has_keys(value, "model_key", "platform") and (
        has_keys(value, "metrics", "is_simulation") or has_keys(value, "status", "platform_support")
    )


def _is_batch(document: Document) -> bool:
    value = document.json
    return has_keys(value, "models_tested", "results") and isinstance(value["results"], list | dict)


def _is_comparison(document: Document) -> bool:
    value = document.json
    return has_keys(value, "results_by_modality") and isinstance(value["results_by_modality"], dict)


def _is_browsers(document: Document) -> bool:
    value = document.json
    if not has_keys(value, "model", "tests") or not isinstance(value["tests"], list):
        return False
    return any(has_keys(one, "browser") for one in value["tests"])


def _result_parts(document: Any) -> Iterator[Part]:
    yield Part("$", document, partial(_result, document, document))


def _batch_parts(document: Any) -> Iterator[Part]:
    results = document["results"]
    if isinstance(results, dict):
        named = [(step("$.results", key), one, {"model_key": key}) for key, one in results.items()]
    else:
        keys = entries(document["models_tested"])
        models = keys if len(keys) == len(results) else [None] * len(results)
        named = [
            (f"$.results[{place}]", one, {"model_key": model} if model else {})
            for place, (one, model) in enumerate(zip(results, models, strict=True))
        ]
    for where, one, known in named:
        yield Part(where, one, partial(_one_of_batch, one, known, document))


def _one_of_batch(value: Any, known: dict[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
    return _result(known | an_object(value), document)


def _result(record: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
    key = next((one for one in ("model_name", "model_key", "model") if record.get(one)), "model_name")
    platform = record.get("platform") or document.get("platform")
    fields = _result_outcome(record)
    return simulated(fields, outcome.declared_simulation(record, platform, document)) | event_fields(
        "model",
        text(record, key),
        record.get("timestamp"),
        document.get("timestamp"),
        hardware=platform,
        mode="inference",
        attributes=as_attributes(record, *_KEPT),
    )


def _result_outcome(record: Mapping[str, Any]) -> dict[str, Any]:
    word = record.get("status", record.get("success"))
    if word in _OPENED:
        return outcome.untested(f"status: {word}: a page was opened, and nothing was read back from it")
    status = outcome.claimed("status", word)
    if status != "ok":
        return outcome.unsuccessful(status, *(record.get(key) for key in _REASONS))
    found = members(record.get("metrics"))
    metrics = (
        *metric(found, "inference_time_ms", "latency_mean", "millisecond"),
        *metric(found, "load_time_ms", "load_time", "millisecond"),
        *metric(found, "memory_mb", "memory_peak", "megabyte"),
        *metric(found, "throughput_items_per_second", "throughput", "item/second"),
    )
    return {"status": status, "basis": "measured", "metrics": metrics}


def _comparison_parts(document: Any) -> Iterator[Part]:
    for modality, listed in document["results_by_modality"].items():
        path = step("$.results_by_modality", modality)
        for place, item in enumerate(listed if isinstance(listed, list) else []):
            for platform in _PLATFORMS:
                one = members(item).get(platform)
                where = f"{path}[{place}].{platform}"
                yield Part(where, one, partial(_compared, item, platform, modality, document))


def _compared(item: Any, platform: str, modality: str, document: Mapping[str, Any]) -> dict[str, Any]:
    record = an_object(an_object(item).get(platform))
    status = outcome.claimed("success", record.get("success"))
    metrics = (
        *metric(record, "time_ms", "latency_mean", "millisecond"),
        *metric(record, "memory_mb", "memory_peak", "megabyte"),
    )
    fields: dict[str, Any] = {"status": status, "metrics": metrics, **_BY_HAND}
    if status == "failed":
        fields |= outcome.error(record.get("error"), record.get("reason"))
    return simulated(fields, outcome.declared_simulation(record, platform, document)) | event_fields(
        "model",
        text(item, "model"),
        document.get("timestamp"),
        hardware=platform,
        mode="inference",
        attributes=as_attributes(record, "implementation") | {"modality": modality},
    )


def _browser_parts(document: Any) -> Iterator[Part]:
    for place, one in enumerate(document["tests"]):
        yield Part(f"$.tests[{place}]", one, partial(_browser, one, document))


def _browser(value: Any, document: Mapping[str, Any]) -> dict[str, Any]:
    record = {"model": document["model"]} | an_object(value)
    status = outcome.claimed("success", record.get("success"))
    fields: dict[str, Any] = {"status": status, "basis": "measured"}
    if status != "ok":
        fields = outcome.unsuccessful(status, record.get("error"))
    performance = members(record.get("performance"))
    if status == "ok" and performance.get("improvement_percentage") is not None:
        percent = number(performance, "improvement_percentage")
        fields |= {
            "metrics": (Metric("improvement", "percent", percent),),
            "basis": "suspect",
            "basis_reason": "an improvement without the times it was computed from",
        }
    return simulated(fields, outcome.declared_simulation(record, "webgpu", document)) | event_fields(
        "model",
        text(record, "model"),
        record.get("timestamp"),
        document.get("timestamp"),
        hardware="webgpu",  # what the shape compares browsers by
        mode="inference",
        condition=as_attributes(record, "browser", "compute_shaders"),
        attributes=as_attributes(record, "name"),
    )


ADAPTERS = (
    adapter("legacy_web_result", _is_result, _result_parts),
    adapter("legacy_web_batch", _is_batch, _batch_parts),
    adapter("legacy_web_comparison", _is_comparison, _comparison_parts),
    adapter("legacy_browser_compare", _is_browsers, _browser_parts),
)
