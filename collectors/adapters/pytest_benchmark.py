"""pytest-benchmark, the saved runs of `--benchmark-save` and `--benchmark-json`: one object a test.

Every time is in seconds and of one iteration; `stats.data` holds one sample a round.
"""

import json
from collections.abc import Mapping
from typing import Any

from benchmart.errors import DocumentRejected
from benchmart.event_log.events import Event, Metric, ResultRecorded
from collectors.adapters.code_tools.units import ZERO_TIME
from collectors.adapters.contract import Adapter, BadRow, Findings, provenance
from collectors.adapters.document import Document
from collectors.adapters.json_values import as_attributes, not_negative, text
from collectors.adapters.moments import Moment, moment_or_none

NAME = "pytest_benchmark"
VERSION = "3"

_STATISTICS = {
    "mean": "latency_mean",
    "median": "latency_p50",
    "min": "latency_min",
    "max": "latency_max",
}
_NO_REPOSITORY = {"", "unknown", "(unknown)", "unversioned", "(detached head)"}
"""What stands for a commit or branch where there is none to name."""
_OF_THE_ROUNDS = ("rounds", "iterations", "q1", "q3", "iqr")
_ATTRIBUTES = ("system", "release", "python_compiler", "machine")


def _recognises(document: Document) -> bool:
    value = document.json
    return isinstance(value, dict) and "machine_info" in value and isinstance(value.get("benchmarks"), list)


def _read(document: Document) -> Findings:
    value = document.json
    machine = value["machine_info"]
    if not isinstance(machine, dict):
        raise DocumentRejected("machine_info is not an object", where="$.machine_info")
    at = moment_or_none(value.get("datetime"))
    commit = value.get("commit_info")
    shared = _shared(document, machine, at) | {
        "attributes": as_attributes(machine, *_ATTRIBUTES)
        | _commit(commit if isinstance(commit, dict) else {})
        | (at.attributes if at else {})
    }
    for place, benchmark in enumerate(value["benchmarks"]):
        where = f"$.benchmarks[{place}]"
        try:
            yield _event(shared, where, benchmark)
        except ValueError as error:
            yield BadRow(where, str(error), json.dumps(benchmark).encode())


def _shared(document: Document, machine: Mapping[str, Any], at: Moment | None) -> dict[str, Any]:
    cpu = machine.get("cpu")
    brand = (cpu.get("brand_raw") or cpu.get("brand")) if isinstance(cpu, dict) else None
    return provenance(document, NAME, VERSION) | {
        "occurred_at": at.at if at else None,
        "subject_kind": "test",
        "device": brand if isinstance(brand, str) and brand else None,
        "device_kind": "cpu",
        "runtime": str(machine.get("python_implementation") or "python").lower(),
        "runtime_version": as_attributes(machine, "python_version").get("python_version"),
        "condition": {"machine": node} if isinstance(node := machine.get("node"), str) and node else {},
    }


def _commit(commit: Mapping[str, Any]) -> dict[str, str]:
    named = {"id": "commit", "branch": "branch", "time": "commit_time"}
    told = {name: commit[key] for key, name in named.items() if isinstance(commit.get(key), str)}
    return {name: value for name, value in told.items() if value not in _NO_REPOSITORY}


def _event(shared: Mapping[str, Any], where: str, benchmark: object) -> Event:
    if not isinstance(benchmark, dict):
        raise ValueError("is not an object")
    stats = benchmark.get("stats")
    if not isinstance(stats, dict):
        raise ValueError("stats is missing")
    group = {"group": benchmark["group"]} if isinstance(benchmark.get("group"), str) else {}
    extra = benchmark.get("extra_info")
    told = _extra(extra) if isinstance(extra, dict) else {}
    fields = {
        **shared,
        "condition": shared["condition"] | group,
        "attributes": shared["attributes"] | as_attributes(stats, *_OF_THE_ROUNDS) | told | _remark(stats),
    }
    return ResultRecorded(
        **fields,
        **_outcome(stats),
        source_locator=where,
        subject=text(benchmark, "fullname" if benchmark.get("fullname") else "name"),
    )


def _extra(extra: Mapping[str, Any]) -> dict[str, str]:
    """What the test itself told; lists and objects as JSON."""
    plain = {
        f"extra.{key}": json.dumps(one, sort_keys=True) if isinstance(one, dict | list) else one
        for key, one in extra.items()
    }
    return as_attributes(plain, *plain)


def _outcome(stats: Mapping[str, Any]) -> dict[str, Any]:
    if not_negative(stats, "mean") == 0:
        return dict(ZERO_TIME)
    return {"status": "ok", "basis": "measured", "metrics": _metrics(stats)}


def _remark(stats: Mapping[str, Any]) -> dict[str, str]:
    """What stands in the place of the samples: some files replace them by a remark, to be smaller."""
    data = stats.get("data")
    remark = (
        data
        if isinstance(data, str)
        else next(filter(_is_text, data), None)
        if isinstance(data, list)
        else None
    )
    return {"samples_left_out": remark} if remark else {}


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _metrics(stats: Mapping[str, Any]) -> tuple[Metric, ...]:
    data: Any = stats.get("data")
    is_sampled = isinstance(data, list) and data and not any(map(_is_text, data))
    samples = [not_negative({"data": value}, "data") for value in data] if is_sampled else None
    times = [
        Metric(name, "second", not_negative(stats, key), samples if key == "mean" else None)
        for key, name in _STATISTICS.items()
        if key == "mean" or key in stats
    ]
    if "stddev" in stats:
        times.append(Metric("latency_stddev", "second", not_negative(stats, "stddev")))
    return tuple(times)


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
