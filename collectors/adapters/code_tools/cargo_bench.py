"""`cargo bench` of Rust, with libtest or criterion, also criterion's `--output-format bencher`: a line a benchmark.

libtest prints the median, criterion a mean or a slope, in the same words. What follows `+/-` is the spread. libtest
prints the name before the benchmark runs: what the benchmark prints itself stands between the name and the outcome,
and may fill lines.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from benchmart.event_log.events import Event, Metric, ResultRecorded
from collectors.adapters.code_tools import criterion_lines
from collectors.adapters.code_tools.lines import Line, is_printed, lines_of
from collectors.adapters.code_tools.parts import findings
from collectors.adapters.code_tools.units import CENTRE_NOT_STATED, TIMES, ZERO_TIME
from collectors.adapters.contract import Adapter, Findings, provenance
from collectors.adapters.document import Document
from collectors.adapters.numbers import not_negative

NAME = "cargo_bench"
VERSION = "2"

_TELLING = re.compile(
    r"^test .+ \.\.\. bench: +\S|bench: +\S+ \S+/iter \(\+/- |" + criterion_lines.TELLING, re.MULTILINE
)
_NAMED = re.compile(r"test (?P<name>\S.*?) +\.\.\.(?: (?P<rest>.*))?")
_BENCH = re.compile(
    r".*?bench: +(?P<value>\S+) (?P<unit>\S+) \(\+/- (?P<spread>[^\s()]+)\)"
    r"(?: = (?P<bandwidth>\S+) MB/s)?(?: <[\d.]+s>)?"
)
_NAMED_BEHIND = re.compile(r".*test (?P<name>\S+) +\.\.\. (?P<rest>bench: .*)")
"""Behind what a benchmark printed without an end of line."""
_BROKEN = re.compile(r"bench:|.*bench: +\S+ \S+/iter")
_OTHER_OUTCOME = re.compile(
    r"(?P<outcome>FAILED|ignored|ok)(?P<limit> \(time limit exceeded\))?(?:, (?P<why>.*?))?(?: <[\d.]+s>)?"
)


@dataclass(slots=True)
class _Reader:
    """Goes through the lines and remembers whose outcome is still to come."""

    document: Document
    awaited: str | None = None

    def events(self, line: Line) -> Iterator[Event]:
        """Of one line; none when it tells of no benchmark."""
        if criterion := criterion_lines.outcome(line):
            yield self._event(line, *criterion)
            return
        text = line.text.rstrip()
        if named := _NAMED.fullmatch(text) or _NAMED_BEHIND.fullmatch(text):
            name, text, self.awaited = named["name"], named["rest"] or "", None
        elif self.awaited is not None and " ... " not in text:
            name = self.awaited
        elif _BROKEN.match(text):
            raise ValueError("no line above names the benchmark")
        else:
            return
        outcome = _outcome(text, line)
        self.awaited = name if outcome is None else None
        if outcome:
            yield self._event(line, name, outcome)

    def _event(self, line: Line, name: str, outcome: dict[str, Any]) -> Event:
        return ResultRecorded(
            **provenance(self.document, NAME, VERSION),
            source_locator=line.where,
            subject_kind="test",
            subject=name,
            **outcome,
        )


def _recognises(document: Document) -> bool:
    return is_printed(document, _TELLING)


def _read(document: Document) -> Findings:
    return findings(criterion_lines.joined(lines_of(document)), _Reader(document).events)


def _outcome(text: str, line: Line) -> dict[str, Any] | None:
    """What stands behind the name: nothing to record for a test that passed, None when it is no outcome yet."""
    if match := _BENCH.fullmatch(text):
        if not line.is_whole and match["unit"].removesuffix("/iter") in TIMES:
            raise ValueError("the line has no end: was the bandwidth cut off?")
        return _measured(match)
    if match := _OTHER_OUTCOME.fullmatch(text):
        line.must_be_whole()
        return {} if match["outcome"] == "ok" else _not_measured(match)
    if _BROKEN.match(text):
        raise ValueError("is not `value unit (+/- spread)`")
    return None


def _measured(match: re.Match[str]) -> dict[str, Any]:
    value, unit = not_negative(match["value"]), match["unit"]
    attributes = {"spread": str(not_negative(match["spread"])), **CENTRE_NOT_STATED}
    time = TIMES.get(unit.removesuffix("/iter")) if unit.endswith("/iter") else None
    if time and value == 0:
        return {**ZERO_TIME, "attributes": attributes}
    metrics = [_metric(unit, time, value)]
    if match["bandwidth"]:
        metrics.append(Metric("memory_bandwidth", "megabyte/second", not_negative(match["bandwidth"])))
    condition = {"unit": unit} if metrics[0].unit == "unstated" else {}
    return {
        "status": "ok",
        "basis": "measured",
        "condition": condition,
        "attributes": attributes,
        "metrics": metrics,
    }


def _metric(unit: str, time: str | None, value: float) -> Metric:
    if time:
        return Metric("latency_mean", time, value)
    if unit == "cycles/iter":
        return Metric("cycles", "count", value)
    if unit.endswith("/iter"):
        return Metric("smaller_is_better", "unstated", value)
    if unit.endswith("/s"):
        return Metric("bigger_is_better", "unstated", value)
    raise ValueError(f"{unit!r} is not a known unit")


def _not_measured(match: re.Match[str]) -> dict[str, Any]:
    if match["outcome"] == "ignored":
        reason = match["why"] or "the test is marked to be ignored"
        return {"status": "skipped", "basis": "untested", "basis_reason": reason}
    return {
        "status": "failed",
        "basis": "measured",
        "error_class": "timeout" if match["limit"] else "other",
        "error_message": "FAILED (time limit exceeded)"
        if match["limit"]
        else "FAILED; the line does not say why",
    }


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
