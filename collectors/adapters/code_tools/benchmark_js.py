"""Benchmark.js, `String(event.target)`: a line a benchmark, `name x 1,234 ops/sec ±0.74% (93 runs sampled)`."""

import re
from typing import Any

from benchmart.event_log.events import Event, Metric, ResultRecorded
from collectors.adapters.code_tools.lines import Line, is_printed, lines_of
from collectors.adapters.contract import Adapter, BadRow, Findings, provenance
from collectors.adapters.document import Document
from collectors.adapters.numbers import not_negative

NAME = "benchmark_js"
VERSION = "1"

_TELLING = re.compile(r" x \S+ ops/sec ±\S+% \(\d+ runs? sampled\)", re.MULTILINE)
_BENCH = re.compile(
    r"\s*(?P<name>\S.*?) x (?P<value>\S+) ops/sec ±(?P<margin>\S+)% \((?P<runs>\d+) runs? sampled\)"
)
_BROKEN = re.compile(r".* x \S+ ops/")
_FAILED = re.compile(r"\s*(?P<name>\S.*?): (?P<error>[A-Z]\w*Error)(?:: (?P<message>.*))?")


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
    """None for a line that tells of no benchmark. A measured line has an end of its own, the closing bracket."""
    text = line.text.rstrip()
    if match := _BENCH.fullmatch(text):
        outcome = _measured(match)
    elif match := _FAILED.fullmatch(text):
        if not line.is_whole:
            raise ValueError("the line has no end: was the file cut off?")
        outcome = {
            "status": "failed",
            "basis": "measured",
            "error_class": match["error"],
            "error_message": match["message"] or match["error"],
        }
    elif _BROKEN.match(text):
        raise ValueError("is not `name x value ops/sec ±margin% (n runs sampled)`")
    else:
        return None
    return ResultRecorded(
        **provenance(document, NAME, VERSION),
        source_locator=line.where,
        subject_kind="test",
        subject=match["name"],
        runtime="javascript",
        **outcome,
    )


def _measured(match: re.Match[str]) -> dict[str, Any]:
    value = not_negative(match["value"])
    attributes = {"margin_percent": str(not_negative(match["margin"])), "runs": match["runs"]}
    if value == 0:
        return {
            "status": "untested",
            "basis": "untested",
            "basis_reason": "no run was counted",
            "error_class": "no_measurement",
            "attributes": attributes,
        }
    metrics = (Metric("operation_throughput", "operation/second", value),)
    return {"status": "ok", "basis": "measured", "attributes": attributes, "metrics": metrics}


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
