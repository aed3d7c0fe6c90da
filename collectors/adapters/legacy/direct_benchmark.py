"""`direct_benchmark_*.json`, one model on one device, and `batch_benchmarks_*.json`, which wraps several of them.

Units: `avg_latency_ms` and `latencies_ms` milliseconds a batch, `throughput_items_per_second` items a second,
`memory_mb` megabytes of the process.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from collectors.adapters.document import Document
from collectors.adapters.json_values import shown, whole
from collectors.adapters.legacy import outcome
from collectors.adapters.legacy.record import (
    Part,
    a_name,
    adapter,
    an_object,
    entries,
    event_fields,
    has_keys,
    judged,
    members,
    metric,
    sampled,
    simulated,
    step,
)


def _is_direct(document: Document) -> bool:
    return has_keys(document.json, "batch_results", "model", "hardware")


def _is_batch(document: Document) -> bool:
    value = document.json
    return has_keys(value, "models", "hardware", "batch_sizes", "results") and isinstance(
        value["results"], dict
    )


def _direct_parts(document: Any) -> Iterator[Part]:
    yield from _batches(document, document, "$")


def _batch_parts(document: Any) -> Iterator[Part]:
    for model, value in document["results"].items():
        where = step("$.results", model)
        run = _run(model, document) | members(value)
        data = members(run.get("benchmark_data"))
        if isinstance(data.get("batch_results"), dict) and data["batch_results"]:
            yield from _batches(run | data, document, f"{where}.benchmark_data")
        else:
            yield Part(where, value, partial(_whole, value, run, document))
    for number, model in enumerate(entries(document["models"])):
        if not isinstance(model, str) or model not in document["results"]:
            yield Part(f"$.models[{number}]", model, partial(_missing, _run(model, document)))


def _run(model: object, document: Mapping[str, Any]) -> dict[str, Any]:
    """What a batch says of each of its runs, where the run itself does not."""
    return {"model": model, "hardware": document["hardware"], "timestamp": document.get("timestamp")}


def _batches(run: Mapping[str, Any], document: Any, path: str) -> Iterator[Part]:
    for key, value in members(run["batch_results"]).items():
        where = step(f"{path}.batch_results", key)
        yield Part(where, value, partial(_batch, key, value, run, document))


def _batch(key: str, value: Any, run: Mapping[str, Any], document: Any) -> dict[str, Any]:
    record = an_object(value)
    if not isinstance(record.get("success"), bool):
        raise ValueError(f"success: {shown(record.get('success'))} is not true or false")
    if record.get("batch_size") is None:
        record = record | {"batch_size": int(key) if key.isascii() and key.isdigit() else key}
    size = whole(record, "batch_size")
    hardware = record.get("device") or run.get("hardware")
    if record["success"]:
        fields = _measured(record, size)
    else:
        fields = outcome.failed(record.get("error"), record.get("traceback"))
    declared = outcome.declared_simulation(record, hardware, document)
    return (
        simulated(fields, declared) | _common(run, hardware, record.get("timestamp")) | {"batch_size": size}
    )


def _measured(record: Mapping[str, Any], size: int) -> dict[str, Any]:
    latency = sampled(record, "avg_latency_ms", "latencies_ms", "millisecond")
    throughput = metric(record, "throughput_items_per_second", "throughput", "item/second")
    memory = metric(record, "memory_mb", "memory_host_peak", "megabyte")
    rate = throughput[0].value if throughput else None
    return judged((latency, *throughput, *memory), size, latency.value / 1e3, rate)


def _common(run: Mapping[str, Any], hardware: object, timestamp: object) -> dict[str, Any]:
    model = a_name(run.get("model"), "model")
    return event_fields("model", model, timestamp, run.get("timestamp"), hardware=hardware, mode="inference")


def _whole(value: Any, run: Mapping[str, Any], document: Any) -> dict[str, Any]:
    """A model of a batch that has no batch of its own: what became of the whole run."""
    record = an_object(value)
    hardware = run.get("hardware")
    if record.get("success") is False:
        said = record.get("error"), members(record.get("benchmark_data")).get("error"), record.get("stderr")
        fields = outcome.failed(*said)
    else:
        fields = outcome.untested("the run ended and left no result")
    declared = outcome.declared_simulation(record, hardware, document)
    return simulated(fields, declared) | _common(run, hardware, record.get("timestamp"))


def _missing(run: Mapping[str, Any]) -> dict[str, Any]:
    return outcome.untested("listed, and no result given") | _common(run, run["hardware"], None)


ADAPTERS = (
    adapter("legacy_direct_benchmark", _is_direct, _direct_parts),
    adapter("legacy_batch_benchmarks", _is_batch, _batch_parts),
)
