"""Google Benchmark, `--benchmark_format=json`: one object an iteration run or aggregate, `time_unit` of its own.

`real_time` is the wall time of one iteration, `cpu_time` its processor time. Aggregates (mean, median, stddev, cv)
repeat the runs beside them and are left out, as is what was fitted to several benchmarks (`_BigO`, `_RMS`); where a
benchmark has aggregates only, its mean and median are taken, and the first of them has the spread. Versions before 1.5
tell an aggregate by its name only. Keys of no meaning of their own are the benchmark's own counters.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from benchmart.event_log.events import Event, Metric, ResultRecorded
from collectors.adapters.code_tools.units import ZERO_TIME
from collectors.adapters.contract import Adapter, BadRow, Findings, provenance
from collectors.adapters.document import Document
from collectors.adapters.json_values import as_attributes, not_negative, text
from collectors.adapters.moments import moment_or_none

NAME = "google_benchmark"
VERSION = "3"

_UNITS = {"ns": "nanosecond", "us": "microsecond", "ms": "millisecond", "s": "second"}
_COUNTERS = {
    "items_per_second": ("operation_throughput", "operation/second"),
    "bytes_per_second": ("memory_bandwidth", "byte/second"),
}
_AGGREGATES = {"mean": "latency_mean", "median": "latency_p50"}
_SPREADS = {"stddev": "latency_stddev", "min": "latency_min", "max": "latency_max"}
_OTHER_AGGREGATES = {"cv"}
_FITTED = {"big_o", "rms"}
_CONDITION = ("num_cpus", "library_build_type", "host_name")
_ATTRIBUTES = ("executable", "mhz_per_cpu", "cpu_scaling_enabled", "aslr_enabled", "library_version")
_OF_A_RUN = {
    *("name", "run_name", "run_type", "family_index", "per_family_instance_index", "repetitions"),
    *("repetition_index", "threads", "iterations", "real_time", "cpu_time", "time_unit", "label"),
    *("aggregate_name", "aggregate_unit", "error_occurred", "error_message", "skipped", "skip_message"),
    *("allocs_per_iter", *_COUNTERS),
}
_OF_THE_CONTEXT = {"date", "caches", "load_avg", "json_schema_version", *_CONDITION, *_ATTRIBUTES}


@dataclass(frozen=True, slots=True)
class _Row:
    """One object of the list."""

    where: str
    value: dict[str, Any]
    benchmark: str
    aggregate: str | None
    """What was made of several runs; None for a run."""

    @property
    def raw(self) -> bytes:
        """The object for a BadRow."""
        return json.dumps(self.value).encode()


def _recognises(document: Document) -> bool:
    value = document.json
    if not isinstance(value, dict) or not isinstance(value.get("context", {}), dict):
        return False
    rows = value.get("benchmarks")
    if (
        not isinstance(rows, list)
        or not rows
        or not all(isinstance(row, dict) and "name" in row for row in rows)
    ):
        return False
    return "context" in value or any(row.get("run_type") in ("iteration", "aggregate") for row in rows)


def _read(document: Document) -> Findings:
    context = document.json.get("context", {})
    at = moment_or_none(context.get("date"))
    own = {f"context.{key}": context[key] for key in context if key not in _OF_THE_CONTEXT}
    shared = {
        **provenance(document, NAME, VERSION),
        "occurred_at": at.at if at else None,
        "subject_kind": "test",
        "device_kind": "cpu",
        "condition": as_attributes(context, *_CONDITION),
        "attributes": as_attributes(context, *_ATTRIBUTES)
        | as_attributes(own, *own)
        | (at.attributes if at else {}),
    }
    for row, spreads in _chosen(_rows(document.json["benchmarks"])):
        try:
            yield _event(shared, row, spreads)
        except ValueError as error:
            yield BadRow(row.where, str(error), row.raw)


def _rows(values: list[dict[str, Any]]) -> list[_Row]:
    names = {value["name"] for value in values if isinstance(value["name"], str)}
    return [
        _Row(f"$.benchmarks[{place}]", value, *_kind(value, names))
        for place, value in enumerate(values)
        if value.keys().isdisjoint(_FITTED)
    ]


def _kind(value: Mapping[str, Any], names: set[str]) -> tuple[str, str | None]:
    """Name of the benchmark, and of the aggregate."""
    name = str(value["name"])
    stem, _, last = name.rpartition("_")
    is_named = last in _AGGREGATES.keys() | _SPREADS.keys() | _OTHER_AGGREGATES
    if value.get("run_type") == "aggregate" or "aggregate_name" in value:
        aggregate = value.get("aggregate_name") or (last if is_named else "mean")
        return str(value.get("run_name") or name), str(aggregate)
    is_old = "run_type" not in value and is_named
    if is_old and (stem in names or {f"{stem}_mean", f"{stem}_stddev"} <= names):
        return stem, last
    return str(value.get("run_name") or name), None


def _chosen(rows: list[_Row]) -> Iterator[tuple[_Row, dict[str, _Row]]]:
    """Runs, and means and medians of benchmarks that have no runs, the first of them with the other aggregates."""
    with_runs = {row.benchmark for row in rows if row.aggregate is None}
    spreads: dict[str, dict[str, _Row]] = {}
    for row in rows:
        if row.aggregate and row.aggregate not in _AGGREGATES:
            spreads.setdefault(row.benchmark, {})[row.aggregate] = row
    for row in rows:
        if row.aggregate is None:
            yield row, {}
        elif row.benchmark not in with_runs and row.aggregate in _AGGREGATES:
            yield row, spreads.pop(row.benchmark, {})


def _event(shared: Mapping[str, Any], row: _Row, spreads: Mapping[str, _Row]) -> Event:
    text(row.value, "name")
    value = row.value
    counters = {
        f"counter.{key}": one
        for key, one in value.items()
        if key not in _OF_A_RUN and isinstance(one, int | float) and not isinstance(one, bool)
    }
    fields = {
        **shared,
        "attributes": shared["attributes"]
        | as_attributes(value, "iterations", "repetition_index", "label")
        | as_attributes(counters, *counters)
        | {
            f"{name}.real_time": str(one.value.get("real_time"))
            for name, one in spreads.items()
            if name not in _SPREADS
        },
        "condition": shared["condition"] | as_attributes(value, "threads"),
    }
    return ResultRecorded(**fields, **_outcome(row, spreads), source_locator=row.where, subject=row.benchmark)


def _outcome(row: _Row, spreads: Mapping[str, _Row]) -> dict[str, Any]:
    value = row.value
    if value.get("error_occurred"):
        return {
            "status": "failed",
            "basis": "measured",
            "error_class": "other",
            "error_message": as_attributes(value, "error_message").get("error_message"),
        }
    if value.get("skipped"):
        reason = as_attributes(value, "skip_message").get("skip_message", "the benchmark skipped itself")
        return {"status": "skipped", "basis": "untested", "basis_reason": reason}
    if not_negative(value, "real_time") == 0:
        return dict(ZERO_TIME)
    metrics = [*_times(row), *_counted(value)]
    metrics += [
        _time(_SPREADS[name], one.value, "real_time") for name, one in spreads.items() if name in _SPREADS
    ]
    return {"status": "ok", "basis": "measured", "metrics": tuple(metrics)}


def _times(row: _Row) -> Iterator[Metric]:
    yield _time(_AGGREGATES[row.aggregate or "mean"], row.value, "real_time")
    if row.aggregate in {None, "mean"} and row.value.get("cpu_time") is not None:
        yield _time("cpu_time", row.value, "cpu_time")


def _time(name: str, value: Mapping[str, Any], key: str) -> Metric:
    unit = text(value, "time_unit")
    if unit not in _UNITS:
        raise ValueError(f"time_unit: {unit!r} is not one of {', '.join(_UNITS)}")
    return Metric(name, _UNITS[unit], not_negative(value, key))


def _counted(value: Mapping[str, Any]) -> Iterator[Metric]:
    for key, (metric, unit) in _COUNTERS.items():
        if value.get(key) is not None:
            yield Metric(metric, unit, not_negative(value, key))
    if value.get("allocs_per_iter") is not None:
        yield Metric("allocations", "count", not_negative(value, "allocs_per_iter"))


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
