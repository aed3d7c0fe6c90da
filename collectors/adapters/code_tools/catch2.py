"""Catch2's console output with benchmarks, versions 2 and 3: a block of three lines a benchmark.

The first line has name, samples, iterations and estimated run time, the second the mean and its bounds, the third the
standard deviation and its bounds, each number with a unit of its own. A long name takes lines of its own above.
Without analysis there is the first line only, and the mean at its end.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from benchmart.event_log.events import Event, Metric, ResultRecorded
from collectors.adapters.code_tools.lines import Line, is_printed, lines_of
from collectors.adapters.code_tools.units import TIMES
from collectors.adapters.contract import Adapter, BadRow, Findings, provenance
from collectors.adapters.document import Document
from collectors.adapters.numbers import not_negative

NAME = "catch2"
VERSION = "1"

_TELLING = re.compile(r"^benchmark name +samples +iterations +(?:est|mean)", re.MULTILINE)
_TABLE = re.compile(r"benchmark name +samples +iterations +(?P<last>\S.*)")
_VALUE = r"([\d.e+-]+ (?:ns|us|µs|ms|s|m|h))"
_FIRST = re.compile(rf"(?:(?P<name>\S.*?) +)?(?P<samples>\d+) +(?P<iterations>\d+) +{_VALUE}")
_THREE = re.compile(rf"{_VALUE} +{_VALUE} +{_VALUE}")
_RULE = re.compile(r"[-=~.]{40,}")
_FAILED = re.compile(r"benchmark failed.*", re.IGNORECASE)
_LINES_OF_NUMBERS = 2


class _Place(Enum):
    OUTSIDE = auto()
    TITLE = auto()
    HEADER = auto()
    TABLE = auto()


@dataclass(slots=True)
class _Block:
    """The lines of one benchmark, and what stands above its table."""

    title: str
    is_short: bool
    lines: list[Line]


@dataclass(slots=True)
class _Reader:
    """Cuts the output into blocks."""

    place: _Place = _Place.OUTSIDE
    title: list[str] = field(default_factory=list)
    is_short: bool = False
    lines: list[Line] = field(default_factory=list)

    def take(self, line: Line) -> _Block | None:
        """The block that `line` ends, if it ends one."""
        text = line.text.strip()
        if table := _TABLE.fullmatch(text):
            block = self.block()
            self.place, self.is_short = _Place.HEADER, table["last"] == "mean"
            return block
        if _RULE.fullmatch(text):
            block = self.block()
            self._rule(text[0])
            return block
        if self.place is _Place.TITLE and text:
            self.title.append(text)
        elif self.place is _Place.TABLE and not text:
            return self.block()
        elif self.place is _Place.TABLE:
            self.lines.append(line)
        return None

    def _rule(self, kind: str) -> None:
        if kind == "-" and self.place is _Place.HEADER:
            self.place = _Place.TABLE
        elif kind == "-" and self.place is not _Place.TITLE:
            self.place, self.title = _Place.TITLE, []
        else:
            self.place = _Place.OUTSIDE

    def block(self) -> _Block | None:
        """The lines collected so far."""
        if not self.lines:
            return None
        lines, self.lines = self.lines, []
        return _Block(" / ".join(self.title), self.is_short, lines)


def _recognises(document: Document) -> bool:
    return is_printed(document, _TELLING)


def _read(document: Document) -> Findings:
    for block in _blocks(document):
        try:
            yield _event(document, block)
        except ValueError as error:
            yield BadRow(block.lines[0].where, str(error), b"\n".join(line.raw for line in block.lines))


def _blocks(document: Document) -> Iterator[_Block]:
    reader = _Reader()
    for line in lines_of(document):
        if block := reader.take(line):
            yield block
    if block := reader.block():
        yield block


def _event(document: Document, block: _Block) -> Event:
    if not block.lines[-1].is_whole:
        raise ValueError("the last line has no end: was the file cut off?")
    texts = [line.text.strip() for line in block.lines]
    name, outcome = _outcome(texts, is_short=block.is_short)
    if not name:
        raise ValueError("the benchmark has no name")
    return ResultRecorded(
        **provenance(document, NAME, VERSION),
        source_locator=block.lines[0].where,
        subject_kind="test",
        subject=name,
        condition={"test_case": block.title} if block.title else {},
        **outcome,
    )


def _outcome(texts: Sequence[str], *, is_short: bool) -> tuple[str, dict[str, Any]]:
    """The name, and what became of it."""
    place, first = next(
        ((place, match) for place, text in enumerate(texts) if (match := _FIRST.fullmatch(text))),
        (None, None),
    )
    failed = next((place for place, text in enumerate(texts) if _FAILED.fullmatch(text)), None)
    if failed is not None:
        words = [*texts[: failed if place is None else place], (first["name"] or "") if first else ""]
        return " ".join(words).strip(), {
            "status": "failed",
            "basis": "measured",
            "error_class": "other",
            "error_message": texts[failed],
        }
    if place is None or first is None:
        raise ValueError("has no line of samples, iterations and time: was the file cut off?")
    name = " ".join([*texts[:place], first["name"] or ""]).strip()
    counts = {"samples": first["samples"], "iterations": first["iterations"]}
    numbers = texts[place + 1 :]
    if is_short and not numbers:
        return name, _measured(counts, [_metric("latency_mean", first[4])])
    matches = [match for text in numbers if (match := _THREE.fullmatch(text))]
    if is_short or len(matches) != len(numbers) or len(numbers) != _LINES_OF_NUMBERS:
        raise ValueError("the lines of mean and standard deviation do not fit: was the file cut off?")
    mean, deviation = matches
    metrics = [_metric("latency_mean", mean[1]), _metric("latency_stddev", deviation[1])]
    return name, _measured(counts | {"mean_low": mean[2], "mean_high": mean[3]}, metrics)


def _measured(attributes: dict[str, str], metrics: list[Metric]) -> dict[str, Any]:
    if metrics[0].value == 0:
        return {
            "status": "untested",
            "basis": "untested",
            "basis_reason": "a time of zero: shorter than the clock can tell",
            "error_class": "no_measurement",
            "attributes": attributes,
        }
    return {"status": "ok", "basis": "measured", "attributes": attributes, "metrics": metrics}


def _metric(name: str, text: str) -> Metric:
    value, unit = text.split(" ")
    return Metric(name, TIMES[unit], not_negative(value))


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
