"""airspeed velocity, result files: one benchmark a key, one record for each combination of parameters.

`result_columns` names the places of a row, and a short row leaves out the tail. `params` are lists whose cross product,
last one fastest, is the order of `result`; a null result is a benchmark that failed. The unit is in the name's last
part: `time_`, `timeraw_` seconds; `mem_`, `peakmem_` bytes; anything else has its own. `date` is the commit's.
Version 1 has a number, or an object of `result` and `params`, in the place of a row.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from benchmart.errors import DocumentRejected
from benchmart.event_log.events import Event, Metric, ResultRecorded
from collectors.adapters.asv_layouts import as_version_2, is_list_of_benchmarks, is_machine, is_version_1
from collectors.adapters.contract import Adapter, BadRow, Findings, NotResults, provenance
from collectors.adapters.document import Document
from collectors.adapters.json_values import as_attributes, not_negative, number
from collectors.adapters.moments import moment_or_none

NAME = "asv"
VERSION = "3"

_UNITS = {
    "time": ("latency_p50", "second"),
    "timeraw": ("latency_p50", "second"),
    "mem": ("memory_allocated", "byte"),
    "peakmem": ("memory_host_peak", "byte"),
}
"""asv keeps the median of its samples."""
_MACHINE = ("arch", "os", "ram")
_SPREAD = {
    "stats_ci_99_a": "ci_99_low",
    "stats_ci_99_b": "ci_99_high",
    "stats_q_25": "q25",
    "stats_q_75": "q75",
    "stats_number": "loops",
    "stats_repeat": "repeats",
}
"""Columns with a number for each combination, in the unit of the result or counted."""


def _recognises(document: Document) -> bool:
    value = document.json
    if not isinstance(value, dict):
        return False
    if isinstance(value.get("results"), dict) and "commit_hash" in value and "result_columns" in value:
        return True
    return is_version_1(value) or is_machine(value) or is_list_of_benchmarks(value)


def _read(document: Document) -> Findings:
    value = document.json
    if is_machine(value):
        raise NotResults("configuration: describes a machine")
    if is_list_of_benchmarks(value):
        raise NotResults("configuration: describes benchmarks")
    if is_version_1(value):
        value = as_version_2(value)
    columns = value["result_columns"]
    is_named = isinstance(columns, list) and all(isinstance(column, str) for column in columns)
    if not is_named or "result" not in columns or "params" not in columns:
        raise DocumentRejected("result_columns must name result and params", where="$.result_columns")
    shared = _shared(document, value)
    for name, row in value["results"].items():
        where = f"$.results[{json.dumps(name)}]"
        try:
            yield from _records(shared, name, where, _cells(columns, row))
        except ValueError as error:
            yield BadRow(where, str(error), json.dumps(row).encode())


def _shared(document: Document, value: Mapping[str, Any]) -> dict[str, Any]:
    params = value.get("params")
    machine = params if isinstance(params, dict) else {}
    committed = moment_or_none(value.get("date"))
    requirements = value.get("requirements")
    python = as_attributes(value, "python").get("python")
    is_path = python is not None and (
        "/" in python or "\\" in python
    )  # of an interpreter that was there already
    return {
        **provenance(document, NAME, VERSION),
        "subject_kind": "test",
        "device": as_attributes(machine, "cpu").get("cpu"),
        "device_kind": "cpu",
        "runtime": "python",
        "runtime_version": None if is_path else python,
        "attributes": as_attributes(machine, *_MACHINE)
        | _commit(value)
        | ({"commit_time": committed.at.isoformat()} if committed else {}),
        "condition": as_attributes(machine, "machine")
        | (as_attributes(requirements, *requirements) if isinstance(requirements, dict) else {})
        | _environment(value.get("env_vars")),
    }


def _environment(variables: object) -> dict[str, str]:
    """Variables the benchmarks were run with; a matrix of them makes environments of their own."""
    named = {f"env.{name}": one for name, one in variables.items()} if isinstance(variables, dict) else {}
    return as_attributes(named, *named)


def _commit(value: Mapping[str, Any]) -> dict[str, str]:
    return {"commit": value["commit_hash"]} if isinstance(value["commit_hash"], str) else {}


def _cells(columns: Sequence[str], row: object) -> dict[str, Any]:
    if not isinstance(row, list):
        raise ValueError("is not a list")
    if len(row) > len(columns):
        raise ValueError(f"{len(row)} values under {len(columns)} columns")
    return dict(zip(columns, row, strict=False))


def _records(shared: Mapping[str, Any], name: str, where: str, cells: Mapping[str, Any]) -> Iterator[Event]:
    combinations = _combinations(cells.get("params"))
    values = cells.get("result")
    values = [None] * len(combinations) if values is None else values
    if not isinstance(values, list) or len(values) != len(combinations):
        raise ValueError(f"the parameters make {len(combinations)} combinations, and result does not fit")
    started = moment_or_none(cells.get("started_at"))
    samples = _samples(cells.get("samples"), len(values))
    beside = _beside(cells, len(values))
    of_the_row = {**shared, "occurred_at": started.at if started else None, "subject": name}
    # All are looked at before the first is given: a row is taken whole or not at all.
    yield from [
        _record(
            {**of_the_row, "attributes": shared["attributes"] | told},
            f"{where}[{place}]",
            combination,
            value,
            sample,
        )
        for place, (combination, value, sample, told) in enumerate(
            zip(combinations, values, samples, beside, strict=True)
        )
    ]


def _beside(cells: Mapping[str, Any], count: int) -> list[dict[str, str]]:
    """For each combination: how its samples spread, and what asv says of the benchmark as a whole."""
    whole = {"benchmark_version": cells.get("version"), "benchmark_seconds": cells.get("duration")}
    told = as_attributes(whole, *whole)
    columns = [
        (name, column)
        for key, name in _SPREAD.items()
        if isinstance(column := cells.get(key), list) and len(column) == count
    ]
    return [
        told | {name: repr(column[place]) for name, column in columns if _is_finite(column[place])}
        for place in range(count)
    ]


def _is_finite(value: object) -> bool:
    """Of one sample alone asv says that it spreads without end."""
    return isinstance(value, int) or (isinstance(value, float) and math.isfinite(value))


def _combinations(params: object) -> list[dict[str, str]]:
    if not params:
        return [{}]
    if not isinstance(params, list) or not all(isinstance(one, list) for one in params):
        raise ValueError("params is not a list of lists")
    return [
        {f"param_{place}": str(value) for place, value in enumerate(chosen, start=1)}
        for chosen in product(*params)
    ]


def _samples(samples: object, count: int) -> list[Any]:
    return samples if isinstance(samples, list) and len(samples) == count else [None] * count


def _record(
    shared: Mapping[str, Any],
    where: str,
    combination: Mapping[str, str],
    value: object,
    samples: object,
) -> Event:
    condition = shared["condition"] | combination if combination else shared["condition"]
    outcome = _failed() if value is None else _measured(shared["subject"], value, samples)
    fields = {**shared, "condition": condition}
    return ResultRecorded(**fields, **outcome, source_locator=where)


def _failed() -> dict[str, Any]:
    return {
        "status": "failed",
        "basis": "measured",
        "error_class": "other",
        "error_message": "the benchmark failed; the file does not say how",
    }


def _measured(name: str, value: object, samples: object) -> dict[str, Any]:
    if isinstance(value, float) and value != value:  # noqa: PLR0124 - asv writes NaN for a skipped combination
        return {
            "status": "skipped",
            "basis": "untested",
            "basis_reason": "the benchmark skipped this combination",
        }
    prefix = name.rsplit(".", 1)[-1].partition("_")[0]
    metric, unit = _UNITS.get(prefix, ("other_value", "unstated"))
    numbers = samples if isinstance(samples, list) and samples else None
    if numbers is not None:
        numbers = [not_negative({"sample": one}, "sample") for one in numbers]
    convert = number if metric == "other_value" else not_negative  # what is tracked may be below zero
    metrics = (Metric(metric, unit, convert({"result": value}, "result"), numbers),)
    return {"status": "ok", "basis": "measured", "metrics": metrics}


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
