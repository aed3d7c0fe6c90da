"""Google Benchmark, `--benchmark_format=json`: one object an iteration run or aggregate, `time_unit` of its own.

`real_time` is the wall time of one iteration. Aggregates (mean, median, stddev, cv) repeat the runs beside them and
are left out; where a benchmark has aggregates only, its mean or median is taken.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from benchmart.event_log.events import Event, Metric, ResultRecorded
from collectors.adapters.contract import Adapter, BadRow, Findings, provenance
from collectors.adapters.document import Document
from collectors.adapters.json_values import as_attributes, not_negative, text
from collectors.adapters.moments import moment_or_none

NAME = "google_benchmark"
VERSION = "2"

_UNITS = {"ns": "nanosecond", "us": "microsecond", "ms": "millisecond", "s": "second"}
_COUNTERS = {
    "items_per_second": ("operation_throughput", "operation/second"),
    "bytes_per_second": ("memory_bandwidth", "byte/second"),
}
_AGGREGATES = {"mean": "latency_mean", "median": "latency_p50"}
_CONDITION = ("num_cpus", "library_build_type", "host_name")
_ATTRIBUTES = ("executable", "mhz_per_cpu", "cpu_scaling_enabled", "library_version")


def _recognises(document: Document) -> bool:
    value = document.json
    if not isinstance(value, dict) or not isinstance(value.get("context"), dict):
        return False
    rows = value.get("benchmarks")
    return (
        isinstance(rows, list) and bool(rows) and all(isinstance(row, dict) and "name" in row for row in rows)
    )


def _read(document: Document) -> Findings:
    context, rows = document.json["context"], document.json["benchmarks"]
    at = moment_or_none(context.get("date"))
    shared = {
        **provenance(document, NAME, VERSION),
        "occurred_at": at.at if at else None,
        "subject_kind": "test",
        "device_kind": "cpu",
        "condition": as_attributes(context, *_CONDITION),
        "attributes": as_attributes(context, *_ATTRIBUTES) | (at.attributes if at else {}),
    }
    for place, row in _chosen(rows):
        where = f"$.benchmarks[{place}]"
        try:
            yield _event(shared, where, row)
        except ValueError as error:
            yield BadRow(where, str(error), json.dumps(row).encode())


def _chosen(rows: list[dict[str, Any]]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Runs, and aggregates of benchmarks that have no runs; of those the spread (stddev, cv) is no result by itself."""
    with_runs = {_benchmark(row) for row in rows if not _is_aggregate(row)}
    for place, row in enumerate(rows):
        if not _is_aggregate(row) or (
            _benchmark(row) not in with_runs and row.get("aggregate_name") in {*_AGGREGATES, None}
        ):
            yield place, row


def _is_aggregate(row: Mapping[str, Any]) -> bool:
    return row.get("run_type") == "aggregate" or "aggregate_name" in row


def _benchmark(row: Mapping[str, Any]) -> str:
    return str(row.get("run_name") or row["name"])


def _event(shared: Mapping[str, Any], where: str, row: Mapping[str, Any]) -> Event:
    subject = text(row, "run_name") if row.get("run_name") else text(row, "name")
    fields = {
        **shared,
        "attributes": shared["attributes"] | as_attributes(row, "iterations", "repetition_index", "label"),
        "condition": shared["condition"] | as_attributes(row, "threads"),
    }
    return ResultRecorded(**fields, **_outcome(row), source_locator=where, subject=subject)


def _outcome(row: Mapping[str, Any]) -> dict[str, Any]:
    if row.get("error_occurred"):
        message = row.get("error_message")
        return {
            "status": "failed",
            "basis": "measured",
            "error_class": "other",
            "error_message": message if isinstance(message, str) else None,
        }
    unit = text(row, "time_unit")
    if unit not in _UNITS:
        raise ValueError(f"time_unit: {unit!r} is not one of {', '.join(_UNITS)}")
    name = _AGGREGATES.get(str(row.get("aggregate_name")), "latency_mean")
    metrics = [Metric(name, _UNITS[unit], not_negative(row, "real_time"))]
    metrics += [
        Metric(metric, counter_unit, not_negative(row, key))
        for key, (metric, counter_unit) in _COUNTERS.items()
        if row.get(key) is not None
    ]
    return {"status": "ok", "basis": "measured", "metrics": tuple(metrics)}


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
