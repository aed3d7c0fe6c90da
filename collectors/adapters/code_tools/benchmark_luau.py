"""The benchmark script of Luau: a table below `RESULTS`. The lines above it say the same with one number less."""

import re
from typing import Any

from benchmart.errors import DocumentRejected
from benchmart.event_log.events import Event, Metric, ResultRecorded
from collectors.adapters.code_tools.lines import Line, is_printed, lines_of
from collectors.adapters.code_tools.units import TIMES
from collectors.adapters.contract import Adapter, BadRow, Findings, provenance
from collectors.adapters.document import Document
from collectors.adapters.numbers import not_negative

NAME = "benchmark_luau"
VERSION = "1"

_COLUMNS = ("Test", "Min", "Average", "StdDev%", "Driver")
_TELLING = re.compile(r"^=+RESULTS=+\r?$|^SUCCESS: .+ : .+ms \+/- .+% on ", re.MULTILINE)
_TIME = re.compile(r"(?P<value>[\d.,]+)(?P<unit>ns|us|µs|ms|s)")
_FAILED = re.compile(r"(?P<word>FAILED|FAILURE|ERROR|SKIPPED): (?P<name>\S+)(?P<message>.*)")


def _recognises(document: Document) -> bool:
    return is_printed(document, _TELLING)


def _read(document: Document) -> Findings:
    is_table = False
    for line in lines_of(document):
        cells = tuple(cell.strip() for cell in line.text.split("|"))
        if cells[: len(_COLUMNS)] == _COLUMNS:
            is_table = True
            continue
        try:
            event = _event(document, line, cells if is_table else ())
        except ValueError as error:
            yield BadRow(line.where, str(error), line.raw)
            continue
        if event is not None:
            yield event
    if not is_table:
        raise DocumentRejected("there is no table of results", hint="Was the file cut off?")


def _event(document: Document, line: Line, cells: tuple[str, ...]) -> Event | None:
    """None for a line that tells of no benchmark, and for the total of all."""
    if failed := _FAILED.fullmatch(line.text.rstrip()):
        fields = _not_measured(failed)
    elif len(cells) > 1 and cells[0] != "Total":
        if len(cells) != len(_COLUMNS):
            raise ValueError(f"{len(cells)} cells under {len(_COLUMNS)} columns")
        fields = _measured(cells)
    else:
        return None
    if not line.is_whole:
        raise ValueError("the line has no end: was the file cut off?")
    shared = provenance(document, NAME, VERSION)
    return ResultRecorded(**shared, source_locator=line.where, subject_kind="test", runtime="luau", **fields)


def _measured(cells: tuple[str, ...]) -> dict[str, Any]:
    subject, least, mean, deviation, driver = cells
    if not subject:
        raise ValueError("the test has no name")
    metrics = (_metric("latency_mean", mean), _metric("latency_min", least))
    fields = {
        "subject": subject,
        "condition": {"driver": driver} if driver else {},
        "attributes": {"stddev_percent": str(not_negative(deviation.removesuffix("%")))},
    }
    if metrics[0].value == 0:
        return fields | {
            "status": "untested",
            "basis": "untested",
            "basis_reason": "a time of zero: shorter than the clock can tell, or not run",
            "error_class": "no_measurement",
        }
    return fields | {"status": "ok", "basis": "measured", "metrics": metrics}


def _metric(name: str, cell: str) -> Metric:
    match = _TIME.fullmatch(cell)
    if match is None:
        raise ValueError(f"{cell!r} is not a time")
    return Metric(name, TIMES[match["unit"]], not_negative(match["value"]))


def _not_measured(match: re.Match[str]) -> dict[str, Any]:
    message = match["message"].strip(" :") or match["word"]
    if match["word"] == "SKIPPED":
        return {
            "subject": match["name"],
            "status": "skipped",
            "basis": "untested",
            "basis_reason": message,
        }
    return {
        "subject": match["name"],
        "status": "failed",
        "basis": "measured",
        "error_class": "other",
        "error_message": message,
    }


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
