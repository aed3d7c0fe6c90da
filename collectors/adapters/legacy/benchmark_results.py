"""`benchmark_results.json` of the benchmark script, and the suite files that hold copies of it."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from collectors.adapters.document import Document
from collectors.adapters.legacy import outcome
from collectors.adapters.legacy.model_functionality import tested
from collectors.adapters.legacy.record import (
    Part,
    adapter,
    an_object,
    entries,
    event_fields,
    has_keys,
    members,
    step,
)
from collectors.adapters.legacy.timed_runs import timed_runs


def _is_benchmark(document: Document) -> bool:
    value = document.json
    if not has_keys(value, "benchmarks") or not isinstance(value["benchmarks"], dict):
        return False
    return has_keys(value, "hardware_info", "system_info") or any(
        map(_is_family, value["benchmarks"].values())
    )


def _is_family(models: object) -> bool:
    """Whether runs stand below a model and a device, which tells the shape where the head of the file is missing."""
    entries_by_device = (entry for devices in members(models).values() for entry in members(devices).values())
    return any(has_keys(entry, "benchmark_results") for entry in entries_by_device)


def _benchmark_parts(document: Any) -> Iterator[Part]:
    return timed_runs(document, "$", document)


def _is_suite(document: Document) -> bool:
    return has_keys(
        document.json, "functionality_verification", "performance_benchmarks", "models", "hardware_detected"
    )


def _suite_parts(document: Any) -> Iterator[Part]:
    path = "$.functionality_verification"
    for key, block in members(document["functionality_verification"]).items():
        place = step(step(path, key), "detailed_results")
        when = members(members(block).get("stats")).get("timestamp") or document.get("timestamp")
        for number, one in enumerate(entries(members(block).get("detailed_results"))):
            yield Part(f"{place}[{number}]", one, partial(tested, one, when, document))
    for family, block in members(document["performance_benchmarks"]).items():
        place = step("$.performance_benchmarks", family)
        if has_keys(block, "benchmarks"):
            yield from timed_runs(block, place, document)
        else:
            yield Part(place, block, partial(_family, family, block, document))


def _family(family: str, block: Any, document: Any) -> dict[str, Any]:
    """A family whose benchmark gave no runs: what became of it."""
    value = an_object(block)
    status = "failed" if value.get("error") else outcome.status(value.get("status"))
    if status in {None, "ok"}:
        raise ValueError("neither runs nor an error")
    return outcome.unsuccessful(str(status), value.get("error")) | event_fields(
        "test",
        family,
        value.get("timestamp"),
        document.get("timestamp"),
        family=family,
        condition={"check": "performance benchmark of the family"},
    )


ADAPTERS = (
    adapter("legacy_suite_results", _is_suite, _suite_parts),
    adapter("legacy_benchmark_results", _is_benchmark, _benchmark_parts),
)
