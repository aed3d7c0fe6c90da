"""`go test -bench`: a line a benchmark and repetition, value and unit in pairs; `pkg:` and `cpu:` lines hold below.

A name ends in `-N` where GOMAXPROCS is not 1. Numbers a benchmark reports in units of its own are records of their own.
Go prints the name before the benchmark runs: what the benchmark prints itself stands between the name and the numbers,
and may fill lines.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmart.event_log.events import Event, Metric, ResultRecorded
from collectors.adapters.code_tools.lines import Line, is_printed, lines_of
from collectors.adapters.code_tools.parts import findings
from collectors.adapters.code_tools.units import ZERO_TIME
from collectors.adapters.contract import Adapter, BadRow, Findings, provenance
from collectors.adapters.document import Document
from collectors.adapters.numbers import finite, not_negative

NAME = "go_bench"
VERSION = "2"

_TELLING = re.compile(
    r"^Benchmark\S*\s+\d+\s+[-+]?[\d.]+(?:e[+-]?\d+)? \S"
    r"|^ *\d+\t *[\d.]+ ns/op\b"
    r"|^(?:Benchmark\S*\s+)?--- FAIL: Benchmark",
    re.MULTILINE,
)
_BENCH = re.compile(r"(?P<name>Benchmark\S*)\s+(?P<iterations>\d+)\s+(?P<pairs>\S.*)")
_PAIR = r" +(?:[-+]?[\d.]+(?:e[-+]?\d+)?|NaN|[-+]Inf) [^\s\d]\S*"
_NUMBERS = re.compile(rf"(?=[ \d]{{8,}}\t) *(?P<iterations>\d+)\t(?P<pairs>{_PAIR}(?:\t{_PAIR})*)")
"""Padded as Go pads them, so that a table that a benchmark prints is not taken for its numbers."""
_PANIC = re.compile(r"(?:(?P<name>Benchmark\S*)\s+)?(?P<why>panic: .*)")
_NAMED = re.compile(r"(?P<name>Benchmark\S*)(?:\s.*)?")
_HEADER = re.compile(r"(?P<key>goos|goarch|pkg|cpu): (?P<value>\S.*)")
_OUTCOME = re.compile(r"(?:Benchmark\S*)?\s*--- (?P<outcome>FAIL|SKIP): (?P<name>Benchmark\S*)")
_PROCESSES = re.compile(r"(?P<name>.+)-(?P<count>\d+)")
_UNITS = {
    "ns/op": ("latency_mean", "nanosecond"),
    "B/op": ("memory_allocated", "byte"),
    "allocs/op": ("allocations", "count"),
    "MB/s": ("memory_bandwidth", "megabyte/second"),
}


@dataclass(slots=True)
class _Reader:
    """Goes through the lines and remembers what holds for those below."""

    document: Document
    headers: dict[str, str] = field(default_factory=dict)
    awaited: str | None = None
    """The benchmark whose numbers are still to come."""

    def events(self, line: Line) -> Iterator[Event | BadRow]:
        """Of one line; none when it tells of no benchmark."""
        text = line.text.rstrip()
        if header := _HEADER.fullmatch(text):
            if header["key"] == "pkg":
                self.headers.pop("cpu", None)  # each package prints its own
            self.headers[header["key"]] = header["value"]
            return
        name, self.awaited, awaited = None, None, self.awaited
        if match := _OUTCOME.match(text):
            name, outcomes = match["name"], iter([_not_measured(match["outcome"])])
        elif match := _BENCH.fullmatch(text):
            name, outcomes = match["name"], _outcomes(match)
        elif (match := _NUMBERS.fullmatch(text)) and (awaited or " ns/op" in text):
            name, outcomes = awaited, _outcomes(match)
        elif (match := _PANIC.fullmatch(text)) and (match["name"] or awaited):
            name, outcomes = match["name"] or awaited, iter([_failed(match["why"])])
        else:
            named = _NAMED.fullmatch(text)
            self.awaited = named["name"] if named else awaited
            return
        line.must_be_whole()
        if name is None:
            raise ValueError("no line above names the benchmark")
        for outcome in outcomes:
            unit, reason = outcome.get("own_unit"), outcome.get("is_no_number")
            yield (
                BadRow(f"{line.where} {unit}", reason, line.raw)
                if reason
                else self._event(line, name, outcome)
            )

    def _event(self, line: Line, name: str, outcome: dict[str, Any]) -> Event:
        condition = {key: self.headers[key] for key in ("pkg", "goos", "goarch") if key in self.headers}
        if processes := _PROCESSES.fullmatch(name):
            name, condition["processes"] = processes["name"], processes["count"]
        unit = outcome.pop("own_unit", None)
        return ResultRecorded(
            **provenance(self.document, NAME, VERSION),
            source_locator=f"{line.where} {unit}" if unit else line.where,
            subject_kind="test",
            subject=name,
            device=self.headers.get("cpu"),
            device_kind="cpu",
            runtime="go",
            condition=condition | ({"unit": unit} if unit else {}),
            **outcome,
        )


def _recognises(document: Document) -> bool:
    return is_printed(document, _TELLING)


def _read(document: Document) -> Findings:
    return findings(lines_of(document), _Reader(document).events)


def _not_measured(outcome: str) -> dict[str, Any]:
    if outcome == "SKIP":
        return {"status": "skipped", "basis": "untested", "basis_reason": "the benchmark skipped itself"}
    return _failed("FAIL; what went wrong stands in the lines above or below")


def _failed(message: str) -> dict[str, Any]:
    return {"status": "failed", "basis": "measured", "error_class": "other", "error_message": message}


def _outcomes(match: re.Match[str]) -> Iterator[dict[str, Any]]:
    """One for the units every benchmark has, one for each unit of its own."""
    words = match["pairs"].split()
    if len(words) % 2:
        raise ValueError("values and units do not pair")
    values = dict(zip(words[1::2], words[::2], strict=True))
    known = {unit: not_negative(value) for unit, value in values.items() if unit in _UNITS}
    attributes = {"iterations": match["iterations"]}
    done = {"status": "ok", "basis": "measured", "attributes": attributes}
    if known.get("ns/op") == 0:
        yield {**ZERO_TIME, "attributes": attributes}
    elif known:
        yield done | {"metrics": [Metric(*_UNITS[unit], value) for unit, value in known.items()]}
    yield from (_of_its_own(unit, value, done) for unit, value in values.items() if unit not in _UNITS)


def _of_its_own(unit: str, value: str, done: Mapping[str, Any]) -> dict[str, Any]:
    """A number of the benchmark's own; one that is no number costs the others nothing."""
    name = "bigger_is_better" if unit.endswith("/s") else "other_value"
    try:
        return {**done, "own_unit": unit, "metrics": [Metric(name, "unstated", finite(value))]}
    except ValueError as error:
        return {"own_unit": unit, "is_no_number": str(error)}


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
