"""pyperf and pyperformance: one record a benchmark, with the values of all its runs in order.

A run is a process; `values` are in the unit of the metadata (second when there is none), `warmups` pairs of loops and
value. A run without values calibrated the number of loops, and its values are warm-ups too. Metadata of the file
hold for each benchmark, those of a benchmark for each of its runs. Before version 1.0 metadata of the file are called
`common_metadata` and warm-ups are of all loops together; before 6 values are called `samples`.
"""

import math
from collections.abc import Iterator, Mapping
from functools import partial
from statistics import fmean
from typing import Any

from benchmart.event_log.events import Event, Metric, ResultRecorded
from collectors.adapters.code_tools.parts import Element, elements_of, findings
from collectors.adapters.contract import Adapter, Findings, NotResults, provenance
from collectors.adapters.document import Document
from collectors.adapters.json_values import as_attributes, items, not_negative, number, positive, shown, text
from collectors.adapters.moments import Moment, moment_or_none

NAME = "pyperf"
VERSION = "2"

_UNITS = {
    "second": ("latency_mean", "second"),
    "byte": ("memory_host_peak", "byte"),
    "integer": ("other_value", "unstated"),
}
"""Bytes are what `--track-memory` and `--tracemalloc` tell: the peak of the process."""
_ATTRIBUTES = (
    "perf_version",
    "performance_version",
    "platform",
    "python_compiler",
    "timeit_stmt",
    "timeit_setup",
    "cpu_affinity",
    "cpu_config",
    "description",
)
_CALIBRATION = {"calibrate_loops", "recalibrate_loops", "calibrate_warmups", "recalibrate_warmups"}
_VALUES = {"values", "samples"}
_PAIR = 2
_ROUNDING = 1.1
"""One value cannot take longer than the whole run; a larger one is in another unit."""


def _recognises(document: Document) -> bool:
    value = document.json
    if not isinstance(value, dict) or not isinstance(value.get("benchmarks"), list) or "version" not in value:
        return False
    benchmarks = value["benchmarks"]
    if not benchmarks:
        return isinstance(value.get("metadata"), dict) and "machine_info" not in value
    return any(isinstance(one, dict) and isinstance(one.get("runs"), list) for one in benchmarks[:3])


def _read(document: Document) -> Findings:
    value = document.json
    if not value["benchmarks"]:
        raise NotResults("empty: the list of benchmarks has none")
    yield from findings(
        elements_of("$.benchmarks", value["benchmarks"]), partial(_events, document, _metadata(value))
    )


def _events(document: Document, above: Mapping[str, Any], element: Element) -> Iterator[Event]:
    benchmark, is_old = element.value, isinstance(document.json["version"], int)
    if not isinstance(benchmark, dict):
        raise ValueError("is not an object")
    runs = items(benchmark, "runs")
    if not runs or not all(isinstance(run, dict) for run in runs):
        raise ValueError("runs: not a list of objects, or an empty one")
    metadata = {**above, **_metadata(benchmark)}
    inherited = metadata | _metadata(runs[0])
    at = moment_or_none(inherited.get("date"))
    named = as_attributes(inherited, "python_implementation", "python_version", "cpu_model_name", "hostname")
    commit = as_attributes(inherited, "commit_id").get("commit_id")
    yield ResultRecorded(
        **provenance(document, NAME, VERSION),
        **_outcome(metadata, runs, are_warmups_raw=is_old),
        source_locator=element.where,
        occurred_at=at.at if at else None,
        subject_kind="test",
        subject=text(inherited, "name"),
        device=named.get("cpu_model_name"),
        device_kind="cpu",
        runtime=named.get("python_implementation", "python"),
        runtime_version=named["python_version"].split(" ")[0] if "python_version" in named else None,
        condition={"machine": named["hostname"]} if "hostname" in named else {},
        attributes=as_attributes(inherited, *_ATTRIBUTES) | _told(at, commit),
    )


def _told(at: Moment | None, commit: str | None) -> dict[str, str]:
    return (at.attributes if at else {}) | ({"commit": commit} if commit else {})


def _metadata(parent: Mapping[str, Any]) -> dict[str, Any]:
    metadata = parent.get("metadata", parent.get("common_metadata"))
    return metadata if isinstance(metadata, dict) else {}


def _outcome(
    metadata: Mapping[str, Any], runs: list[dict[str, Any]], *, are_warmups_raw: bool
) -> dict[str, Any]:
    unit = metadata.get("unit", _metadata(runs[0]).get("unit", "second"))
    if not isinstance(unit, str) or unit not in _UNITS:
        raise ValueError(f"unit: {shown(unit)} is not known")
    values: list[float] = []
    warmups: list[float] = []
    for run in runs:
        inner_loops = _inner_loops({**metadata, **_metadata(run)}) if are_warmups_raw else None
        warmups += _warmups(run, inner_loops)
        if not run.keys().isdisjoint(_VALUES):
            values += _values(run, is_time=unit == "second")
        elif not _is_calibration(run):
            raise ValueError("a run has no values, and it did not calibrate")
    if not values:
        raise ValueError("no run has values")
    if not any(values):
        return {
            "status": "untested",
            "basis": "untested",
            "basis_reason": "every value is zero",
            "error_class": "no_measurement",
        }
    name, in_unit = _UNITS[unit]
    return {
        "status": "ok",
        "basis": "measured",
        "metrics": (Metric(name, in_unit, fmean(values), values, warmups or None),),
    }


def _values(run: Mapping[str, Any], *, is_time: bool) -> list[float]:
    key = "values" if "values" in run else "samples"
    values = [not_negative({key: value}, key) for value in items(run, key)]
    metadata = _metadata(run)
    whole = number(metadata, "duration") if metadata.get("duration") is not None else math.inf
    if is_time and values and max(values) > whole * _ROUNDING:
        raise ValueError(
            f"a value of {max(values)!r} seconds in a run of {whole!r} seconds: is the unit missing?"
        )
    return values


def _warmups(run: Mapping[str, Any], inner_loops: float | None) -> list[float]:
    """Of one loop each; with `inner_loops`, the file has those of all loops of a pair."""
    pairs = run.get("warmups")
    if pairs is None:
        return []
    if not isinstance(pairs, list) or not all(
        isinstance(pair, list) and len(pair) == _PAIR for pair in pairs
    ):
        raise ValueError("warmups: not a list of pairs")
    named = [{"loops": loops, "warmups": value} for loops, value in pairs]
    return [
        not_negative(one, "warmups") / (positive(one, "loops") * inner_loops if inner_loops else 1)
        for one in named
    ]


def _inner_loops(metadata: Mapping[str, Any]) -> float:
    return positive(metadata, "inner_loops") if "inner_loops" in metadata else 1.0


def _is_calibration(run: Mapping[str, Any]) -> bool:
    """It says so, or (in old files) its warm-ups went through several numbers of loops."""
    if not _metadata(run).keys().isdisjoint(_CALIBRATION):
        return True
    return len({str(loops) for loops, _ in run.get("warmups") or ()}) > 1


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
