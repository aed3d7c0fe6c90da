"""`go test -bench`: a line a benchmark and repetition, value and unit in pairs; `pkg:` and `cpu:` lines hold below.

A name ends in `-N` where GOMAXPROCS is not 1. Numbers a benchmark reports in units of its own are records of their own.
"""

import re
from collections.abc import Iterator
from typing import Any

from benchmart.event_log.events import Event, Metric, ResultRecorded
from collectors.adapters.code_tools.lines import Line, is_printed, lines_of
from collectors.adapters.contract import Adapter, BadRow, Findings, provenance
from collectors.adapters.document import Document
from collectors.adapters.numbers import not_negative

NAME = "go_bench"
VERSION = "1"

_TELLING = re.compile(r"^Benchmark\S*\s+\d+\s+[\d.]+(?:e[+-]?\d+)? \S", re.MULTILINE)
_BENCH = re.compile(r"(?P<name>Benchmark\S*)\s+(?P<iterations>\d+)\s+(?P<pairs>\S.*)")
_HEADER = re.compile(r"(?P<key>goos|goarch|pkg|cpu): (?P<value>\S.*)")
_OUTCOME = re.compile(r"\s*--- (?P<outcome>FAIL|SKIP): (?P<name>Benchmark\S*)")
_PROCESSES = re.compile(r"(?P<name>.+)-(?P<count>\d+)")
_UNITS = {
    "ns/op": ("latency_mean", "nanosecond"),
    "B/op": ("memory_allocated", "byte"),
    "allocs/op": ("allocations", "count"),
    "MB/s": ("memory_bandwidth", "megabyte/second"),
}


def _recognises(document: Document) -> bool:
    return is_printed(document, _TELLING)


def _read(document: Document) -> Findings:
    headers: dict[str, str] = {}
    for line in lines_of(document):
        if header := _HEADER.fullmatch(line.text.rstrip()):
            if header["key"] == "pkg":
                headers.pop("cpu", None)  # each package prints its own
            headers[header["key"]] = header["value"]
            continue
        try:
            yield from _events(document, line, headers)
        except ValueError as error:
            yield BadRow(line.where, str(error), line.raw)


def _events(document: Document, line: Line, headers: dict[str, str]) -> list[Event]:
    match = _BENCH.fullmatch(line.text.rstrip()) or _OUTCOME.match(line.text)
    if match is None:
        return []
    if not line.is_whole:
        raise ValueError("the line has no end: was the file cut off?")
    name, count = match["name"], None
    if processes := _PROCESSES.fullmatch(name):
        name, count = processes["name"], processes["count"]
    condition = {key: headers[key] for key in ("pkg", "goos", "goarch") if key in headers}
    fields = provenance(document, NAME, VERSION) | {
        "source_locator": line.where,
        "subject_kind": "test",
        "subject": name,
        "device": headers.get("cpu"),
        "device_kind": "cpu",
        "runtime": "go",
        "condition": condition | ({"processes": count} if count else {}),
    }
    outcomes = [_not_measured(match)] if "outcome" in match.re.groupindex else list(_outcomes(match))
    return [ResultRecorded(**_joined(fields, outcome)) for outcome in outcomes]


def _joined(fields: dict[str, Any], outcome: dict[str, Any]) -> dict[str, Any]:
    unit = outcome.pop("own_unit", None)
    if unit is None:
        return fields | outcome
    own = {
        "condition": fields["condition"] | {"unit": unit},
        "source_locator": f"{fields['source_locator']} {unit}",
    }
    return fields | own | outcome


def _not_measured(match: re.Match[str]) -> dict[str, Any]:
    if match["outcome"] == "SKIP":
        return {"status": "skipped", "basis": "untested", "basis_reason": "the benchmark skipped itself"}
    return {
        "status": "failed",
        "basis": "measured",
        "error_class": "other",
        "error_message": "FAIL; what went wrong stands in the lines below",
    }


def _outcomes(match: re.Match[str]) -> Iterator[dict[str, Any]]:
    """One for the units every benchmark has, one for each unit of its own."""
    words = match["pairs"].split()
    if len(words) % 2:
        raise ValueError("values and units do not pair")
    values = {unit: not_negative(value) for value, unit in zip(words[::2], words[1::2], strict=True)}
    attributes = {"iterations": match["iterations"]}
    known = {unit: value for unit, value in values.items() if unit in _UNITS}
    if values.get("ns/op") == 0:
        yield {
            "status": "untested",
            "basis": "untested",
            "basis_reason": "a time of zero: shorter than the clock can tell, or not run",
            "error_class": "no_measurement",
            "attributes": attributes,
        }
        return
    done = {"status": "ok", "basis": "measured", "attributes": attributes}
    if known:
        yield done | {"metrics": [Metric(*_UNITS[unit], value) for unit, value in known.items()]}
    for unit, value in values.items():
        if unit not in _UNITS:
            name = "bigger_is_better" if unit.endswith("/s") else "other_value"
            yield done | {"own_unit": unit, "metrics": [Metric(name, "unstated", value)]}


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
