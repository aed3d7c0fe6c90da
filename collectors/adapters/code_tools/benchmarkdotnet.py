"""BenchmarkDotNet, the full JSON export: one object a benchmark and combination of parameters.

Every time is in nanoseconds an operation; `Statistics` is null for a benchmark that did not run to its end.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from benchmart.event_log.events import Event, Metric, ResultRecorded
from collectors.adapters.contract import Adapter, BadRow, Findings, NotResults, provenance
from collectors.adapters.document import Document
from collectors.adapters.json_values import as_attributes, mapping, not_negative, positive, text
from collectors.adapters.moments import Moment, moment_or_none

NAME = "benchmarkdotnet"
VERSION = "1"

_STATISTICS = {
    "Median": "latency_p50",
    "Min": "latency_min",
    "Max": "latency_max",
    "StandardDeviation": "latency_stddev",
}
_HOST = (
    "BenchmarkDotNetVersion",
    "OsVersion",
    "Architecture",
    "DotNetCliVersion",
    "Configuration",
    "HasRyuJit",
    "PhysicalCoreCount",
    "LogicalCoreCount",
)
_STARTED = re.compile(r".*-(\d{8}-\d{6})")


def _recognises(document: Document) -> bool:
    value = document.json
    return (
        isinstance(value, dict)
        and isinstance(value.get("HostEnvironmentInfo"), dict)
        and isinstance(value.get("Benchmarks"), list)
    )


def _read(document: Document) -> Findings:
    value = document.json
    if not value["Benchmarks"]:
        raise NotResults("empty: the list of benchmarks has none")
    shared = _shared(document, value["HostEnvironmentInfo"], _started(value.get("Title")))
    for place, benchmark in enumerate(value["Benchmarks"]):
        where = f"$.Benchmarks[{place}]"
        try:
            yield _event(shared, where, benchmark)
        except ValueError as error:
            yield BadRow(where, str(error), json.dumps(benchmark).encode())


def _started(title: object) -> Moment | None:
    """The title ends in the time, without a zone."""
    match = _STARTED.fullmatch(title) if isinstance(title, str) else None
    return moment_or_none(match[1]) if match else None


def _shared(document: Document, host: Mapping[str, Any], at: Moment | None) -> dict[str, Any]:
    named = as_attributes(host, "ProcessorName", "RuntimeVersion")
    return provenance(document, NAME, VERSION) | {
        "occurred_at": at.at if at else None,
        "subject_kind": "test",
        "device": named.get("ProcessorName"),
        "device_kind": "cpu",
        "runtime": ".net",
        "runtime_version": named.get("RuntimeVersion"),
        "attributes": as_attributes(host, *_HOST) | (at.attributes if at else {}),
    }


def _event(shared: Mapping[str, Any], where: str, benchmark: object) -> Event:
    if not isinstance(benchmark, dict):
        raise ValueError("is not an object")
    parameters = as_attributes(benchmark, "Parameters")
    return ResultRecorded(
        **shared,
        **_outcome(benchmark),
        source_locator=where,
        subject=text(benchmark, "FullName"),
        condition={"parameters": parameters["Parameters"]} if parameters else {},
    )


def _outcome(benchmark: Mapping[str, Any]) -> dict[str, Any]:
    if "Statistics" not in benchmark:
        raise ValueError("Statistics is missing")
    if benchmark["Statistics"] is None:
        return {
            "status": "failed",
            "basis": "measured",
            "error_class": "other",
            "error_message": "no statistics: the benchmark did not run to its end",
        }
    statistics = mapping(benchmark, "Statistics")
    if not_negative(statistics, "Mean") == 0:
        return {
            "status": "untested",
            "basis": "untested",
            "basis_reason": "a time of zero: as long as an empty method",
            "error_class": "no_measurement",
        }
    samples, warmups = _numbers(statistics.get("OriginalValues")), _warmups(benchmark.get("Measurements"))
    metrics = [Metric("latency_mean", "nanosecond", positive(statistics, "Mean"), samples, warmups)]
    metrics += [
        Metric(name, "nanosecond", not_negative(statistics, key))
        for key, name in _STATISTICS.items()
        if statistics.get(key) is not None
    ]
    memory = benchmark.get("Memory")
    if isinstance(memory, dict) and memory.get("BytesAllocatedPerOperation") is not None:
        allocated = not_negative(memory, "BytesAllocatedPerOperation")
        metrics.append(Metric("memory_allocated", "byte", allocated))
    return {"status": "ok", "basis": "measured", "metrics": metrics}


def _numbers(values: object) -> list[float] | None:
    if not isinstance(values, list) or not values:
        return None
    return [not_negative({"OriginalValues": value}, "OriginalValues") for value in values]


def _warmups(measurements: object) -> list[float] | None:
    """Nanoseconds an operation of the warm-up iterations, in the order they were taken."""
    if not isinstance(measurements, list):
        return None
    warm = [
        one
        for one in measurements
        if isinstance(one, dict)
        and one.get("IterationStage") == "Warmup"
        and one.get("IterationMode") == "Workload"
    ]
    return [not_negative(one, "Nanoseconds") / positive(one, "Operations") for one in warm] or None


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
