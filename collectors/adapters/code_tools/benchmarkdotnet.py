"""BenchmarkDotNet, the JSON exports, full and brief: one object a benchmark, job and combination of parameters.

Every time is in nanoseconds an operation; `Statistics` is null for a benchmark that did not run to its end.
"""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from benchmart.event_log.events import Event, Metric, ResultRecorded
from collectors.adapters.code_tools.parts import Element, elements_of, findings
from collectors.adapters.contract import Adapter, Findings, NotResults, provenance
from collectors.adapters.document import Document
from collectors.adapters.json_values import as_attributes, mapping, not_negative, positive, text
from collectors.adapters.moments import Moment, moment_or_none

NAME = "benchmarkdotnet"
VERSION = "2"

_STATISTICS = {
    "Median": "latency_p50",
    "Min": "latency_min",
    "Max": "latency_max",
    "StandardDeviation": "latency_stddev",
}
_PERCENTILES = {"P90": "latency_p90", "P95": "latency_p95"}
_COLLECTIONS = ("Gen0Collections", "Gen1Collections", "Gen2Collections", "TotalOperations")
_RANDOM_NAME = re.compile(r"(?:Job|Unnamed)-[A-Z]{6}(?:\((.*)\))?")
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
    yield from findings(elements_of("$.Benchmarks", value["Benchmarks"]), partial(_events, shared))


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


def _events(shared: Mapping[str, Any], element: Element) -> Iterator[Event]:
    benchmark = element.value
    if not isinstance(benchmark, dict):
        raise ValueError("is not an object")
    parameters = as_attributes(benchmark, "Parameters")
    condition = {"parameters": parameters["Parameters"]} if parameters else {}
    yield ResultRecorded(
        **{**shared, "attributes": shared["attributes"] | _measured_beside(benchmark)},
        **_outcome(benchmark),
        source_locator=element.where,
        subject=text(benchmark, "FullName"),
        condition=condition | _job(benchmark),
    )


def _job(benchmark: Mapping[str, Any]) -> dict[str, str]:
    """Runtime, toolchain, counts of iterations, where they are not the usual ones: only `DisplayInfo` names them."""
    named = as_attributes(benchmark, "DisplayInfo", "Type", "MethodTitle")
    title, told = f"{named.get('Type')}.{named.get('MethodTitle')}: ", named.get("DisplayInfo", "")
    told = told.removeprefix(title) if told.startswith(title) else told.partition(": ")[2]
    job = re.sub(r" ?\[[^\[]*\]$", "", told)
    if match := _RANDOM_NAME.fullmatch(job):
        job = match[1] or ""
    return {"job": job} if job not in {"", "DefaultJob"} else {}


def _measured_beside(benchmark: Mapping[str, Any]) -> dict[str, str]:
    """Collections of garbage, and what diagnosers measured."""
    memory, diagnosed = benchmark.get("Memory"), benchmark.get("Metrics")
    told = as_attributes(memory, *_COLLECTIONS) if isinstance(memory, dict) else {}
    for one in diagnosed if isinstance(diagnosed, list) else ():
        described = one.get("Descriptor") if isinstance(one, dict) else None
        if isinstance(described, dict) and (name := as_attributes(described, "Id").get("Id")):
            value = as_attributes(one, "Value") | as_attributes(described, "Unit")
            told[f"metric.{name}"] = " ".join(value.values())
    return told


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
    percentiles = statistics.get("Percentiles")
    metrics += [
        Metric(name, "nanosecond", not_negative(percentiles, key))
        for key, name in _PERCENTILES.items()
        if isinstance(percentiles, dict) and percentiles.get(key) is not None
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
