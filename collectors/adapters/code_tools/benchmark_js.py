"""Benchmark.js, `String(event.target)`: a line a benchmark, `name x 1,234 ops/sec ±0.74% (93 runs sampled)`.

A benchmark that failed is `name: ` and the error. Version 2 prints nothing behind the colon for an Error: such a line
cannot be told from a heading, and is not understood.
"""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from benchmart.event_log.events import Event, Metric, ResultRecorded
from collectors.adapters.code_tools.lines import Line, is_printed, lines_of
from collectors.adapters.code_tools.parts import findings
from collectors.adapters.contract import Adapter, Findings, provenance
from collectors.adapters.document import Document
from collectors.adapters.numbers import not_negative

NAME = "benchmark_js"
VERSION = "2"

_MARGIN = r"(?:±|\+/?-)"
_TELLING = re.compile(rf" x +\S+ ops/sec {_MARGIN}\S+% \(\d+ runs? sampled\)")
_BENCH = re.compile(
    rf"\s*(?P<name>\S.*?)\s+x +(?P<value>\S+) ops/sec {_MARGIN}(?P<margin>\S+)% "
    r"\((?P<runs>\d+) runs? sampled\)"
)
_BROKEN = re.compile(r".* x +\S+ ops/")
_FAILED = re.compile(
    r"\s*(?P<name>\S.*?): (?:name: )?(?P<error>[A-Z]\w*Error)(?:(?:: |,message: )(?P<message>.*))?"
)
_NAMELESS_ERROR = re.compile(r"\S.*: ")
_OF_NODE = re.compile(r"\(node:\d+\)|Uncaught|Unhandled|npm\b|\[?at\b|Caused by|Error\b")
"""Errors that are not those of a benchmark: node's warnings, npm's complaints, traces."""


def _recognises(document: Document) -> bool:
    return is_printed(document, _TELLING)


def _read(document: Document) -> Findings:
    return findings(lines_of(document), partial(_events, document))


def _events(document: Document, line: Line) -> Iterator[Event]:
    """None for a line that tells of none. A measured line has an end of its own, the closing bracket."""
    text = line.text.rstrip()
    if match := _BENCH.fullmatch(text):
        outcome = _measured(match)
    elif (match := _FAILED.fullmatch(text)) and not _OF_NODE.match(match["name"]):
        line.must_be_whole()
        outcome = {
            "status": "failed",
            "basis": "measured",
            "error_class": match["error"],
            "error_message": match["message"] or match["error"],
        }
    elif _NAMELESS_ERROR.fullmatch(line.text):
        raise ValueError("a benchmark that failed, or a heading: `name: ` and nothing more")
    elif _BROKEN.match(text):
        raise ValueError("is not `name x value ops/sec ±margin% (n runs sampled)`")
    else:
        return
    yield ResultRecorded(
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
