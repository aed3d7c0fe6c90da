"""The benchmark script of Luau: a table below `RESULTS`, in milliseconds, one row a test and virtual machine.

The lines above it say the same with one number less. A test that gave no result has `FAILED` for its average; the
script does not print why. `StdDev%` is the half width of the confidence interval where scipy is there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from benchmart.errors import DocumentRejected
from benchmart.event_log.events import Event, Metric, ResultRecorded
from collectors.adapters.code_tools.lines import Line, is_printed, lines_of
from collectors.adapters.code_tools.parts import findings
from collectors.adapters.code_tools.units import TIMES, ZERO_TIME
from collectors.adapters.contract import Adapter, Findings, provenance
from collectors.adapters.document import Document
from collectors.adapters.numbers import not_negative

NAME = "benchmark_luau"
VERSION = "2"

_COLUMNS = ("Test", "Min", "Average", "StdDev%", "Driver")
_COMPARED = ("Speedup", "Significance", "P(T<=t)")
"""Further columns, worked out of the others, where several virtual machines are compared."""
_TELLING = re.compile(r"^=+RESULTS=+\r?$|^SUCCESS: .+ : .+ms \+/- .+% on ", re.MULTILINE)
_TIME = re.compile(r"(?P<value>[\d.,]+)(?P<unit>ns|us|µs|ms|s)")
_FAILED = "FAILED"


@dataclass(slots=True)
class _Reader:
    """Goes through the lines; there is something to read below the head of the table."""

    document: Document
    columns: int = 0

    def events(self, line: Line) -> Iterator[Event]:
        """Of one line; none when it is no row, and for the total of all."""
        cells = tuple(cell.strip() for cell in line.text.split("|"))
        if cells in {_COLUMNS, _COLUMNS + _COMPARED}:
            self.columns = len(cells)
        elif self.columns and len(cells) > 1 and cells[0] != "Total":
            line.must_be_whole()
            if len(cells) != self.columns:
                raise ValueError(f"{len(cells)} cells under {self.columns} columns")
            yield ResultRecorded(
                **provenance(self.document, NAME, VERSION),
                source_locator=line.where,
                subject_kind="test",
                runtime="luau",
                **_fields(cells[: len(_COLUMNS)]),
            )


def _recognises(document: Document) -> bool:
    return is_printed(document, _TELLING)


def _read(document: Document) -> Findings:
    reader = _Reader(document)
    yield from findings(lines_of(document), reader.events)
    if not reader.columns:
        raise DocumentRejected("there is no table of results", hint="Was the file cut off?")


def _fields(cells: tuple[str, ...]) -> dict[str, Any]:
    subject, least, mean, deviation, driver = cells
    if not subject:
        raise ValueError("the test has no name")
    fields = {"subject": subject, "condition": {"driver": driver} if driver else {}}
    if mean == _FAILED:
        return fields | {
            "status": "failed",
            "basis": "measured",
            "error_class": "other",
            "error_message": "FAILED; the table does not say why",
        }
    fields["attributes"] = {"stddev_percent": str(not_negative(deviation.removesuffix("%")))}
    metrics = (_metric("latency_mean", mean), _metric("latency_min", least))
    if metrics[0].value == 0:
        return {**fields, **ZERO_TIME}
    return fields | {"status": "ok", "basis": "measured", "metrics": metrics}


def _metric(name: str, cell: str) -> Metric:
    match = _TIME.fullmatch(cell)
    if match is None:
        raise ValueError(f"{cell!r} is not a time")
    return Metric(name, TIMES[match["unit"]], not_negative(match["value"]))


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
