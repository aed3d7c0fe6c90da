"""`cargo bench` of Rust and criterion's `--output-format bencher`: a line a benchmark.

libtest prints the median, criterion a mean or a slope, in the same words. What follows `+/-` is the spread.
"""

import re
from typing import Any

from benchmart.event_log.events import Event, Metric, ResultRecorded
from collectors.adapters.code_tools.lines import Line, is_printed, lines_of
from collectors.adapters.code_tools.units import CENTRE_NOT_STATED, TIMES
from collectors.adapters.contract import Adapter, BadRow, Findings, provenance
from collectors.adapters.document import Document
from collectors.adapters.numbers import not_negative

NAME = "cargo_bench"
VERSION = "1"

_TELLING = re.compile(r"^test .+ \.\.\. bench: +\S", re.MULTILINE)
_BENCH = re.compile(
    r"test (?P<name>\S.*?) +\.\.\. bench: +(?P<value>\S+) (?P<unit>\S+) \(\+/- (?P<spread>[^\s()]+)\)"
    r"(?: = (?P<bandwidth>\S+) MB/s)?"
)
_OTHER_OUTCOME = re.compile(r"test (?P<name>\S.*?) +\.\.\. (?P<outcome>FAILED|ignored)(?:, (?P<why>.*))?")
_BROKEN = re.compile(r"test .* \.\.\. bench:")


def _recognises(document: Document) -> bool:
    return is_printed(document, _TELLING)


def _read(document: Document) -> Findings:
    for line in lines_of(document):
        try:
            event = _event(document, line)
        except ValueError as error:
            yield BadRow(line.where, str(error), line.raw)
            continue
        if event is not None:
            yield event


def _event(document: Document, line: Line) -> Event | None:
    """None for a line that tells of no benchmark."""
    text = line.text.rstrip()
    if match := _BENCH.fullmatch(text):
        if not line.is_whole and match["unit"].removesuffix("/iter") in TIMES:
            raise ValueError("the line has no end: was the bandwidth cut off?")
        outcome = _measured(match)
    elif match := _OTHER_OUTCOME.fullmatch(text):
        if not line.is_whole:
            raise ValueError("the line has no end: was the file cut off?")
        outcome = _not_measured(match)
    elif _BROKEN.match(text):
        raise ValueError("is not `value unit (+/- spread)`")
    else:
        return None
    shared = provenance(document, NAME, VERSION)
    return ResultRecorded(
        **shared, source_locator=line.where, subject_kind="test", subject=match["name"], **outcome
    )


def _measured(match: re.Match[str]) -> dict[str, Any]:
    value, unit = not_negative(match["value"]), match["unit"]
    attributes = {"spread": str(not_negative(match["spread"])), **CENTRE_NOT_STATED}
    time = TIMES.get(unit.removesuffix("/iter")) if unit.endswith("/iter") else None
    if time and value == 0:
        return _ZERO | {"attributes": attributes}
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


_ZERO = {
    "status": "untested",
    "basis": "untested",
    "basis_reason": "a time of zero: shorter than the clock can tell, or not run",
    "error_class": "no_measurement",
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
        "error_class": "other",
        "error_message": "FAILED; the line does not say why",
    }


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
