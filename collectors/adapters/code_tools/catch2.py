"""Catch2's console output with benchmarks, versions 2 and 3: a block of three lines a benchmark.

The first line has name, samples, iterations and estimated run time, the second the mean and its bounds, the third the
standard deviation and its bounds, each number with a unit of its own. A long name takes lines of its own above.
Without analysis there is the first line only, with the mean at its end and no empty line below.

`Benchmark failed (why)` stands behind the name when preparing failed, in a line of its own when a run did. No empty
line follows it; versions 2 go on in the same line, and what they print of the next benchmarks is out of step with the
columns and is not taken.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import partial
from typing import Any

from benchmart.event_log.events import Event, Metric, ResultRecorded
from collectors.adapters.code_tools.lines import Line, is_printed, lines_of
from collectors.adapters.code_tools.parts import findings
from collectors.adapters.code_tools.units import TIMES, ZERO_TIME
from collectors.adapters.contract import Adapter, Findings, provenance
from collectors.adapters.document import Document
from collectors.adapters.numbers import not_negative

NAME = "catch2"
VERSION = "2"

_TELLING = re.compile(r"^benchmark name +samples +iterations +(?:est|mean)", re.MULTILINE)
_TABLE = re.compile(r"benchmark name +samples +iterations +(?P<last>\S.*)")
_VALUE = r"([\d.e+-]+ (?:ns|us|µs|ms|s|m|h))"
_FIRST = re.compile(rf"(?:(?P<name>\S.*?) +)?(?P<samples>\d+) +(?P<iterations>\d+) +{_VALUE}")
_THREE = re.compile(rf"{_VALUE} +{_VALUE} +{_VALUE}")
_RULE = re.compile(r"[-=~.]{40,}")
_FAILED = re.compile(r"(?:(?P<name>\S.*?) {2,}(?:\d+ +\d+ +)?)?(?P<message>Benchmark failed \(.*)")
_OUT_OF_STEP = re.compile(r"(?P<failed>Benchmark failed \(.*?\)) {2,}(?P<rest>\S.*)")
_TOLD = re.compile(rf"(?:^| ){_VALUE}$|Benchmark failed \(|\d {{2,}}\d")
"""What no line of a table is without."""
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

    @property
    def where(self) -> str:
        """The place of its first line."""
        return self.lines[0].where

    @property
    def raw(self) -> bytes:
        """Its lines for a BadRow."""
        return b"\n".join(line.raw for line in self.lines)


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
            return self._row(line, text)
        return None

    def _row(self, line: Line, text: str) -> _Block | None:
        if out_of_step := _OUT_OF_STEP.fullmatch(text):
            self.lines.append(Line(line.where, out_of_step["failed"], is_whole=True))
            block = self.block()
            self.lines = [Line(line.where, out_of_step["rest"], line.is_whole)]
            return block
        self.lines.append(line)
        is_measured = self.is_short and _FIRST.fullmatch(text)
        has_failed = text.endswith(")") and any(_FAILED.fullmatch(one.text.strip()) for one in self.lines)
        return self.block() if is_measured or has_failed else None

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
    return findings(_blocks(document), partial(_events, document))


def _blocks(document: Document) -> Iterator[_Block]:
    reader = _Reader()
    for line in lines_of(document):
        if block := reader.take(line):
            yield block
    if block := reader.block():
        yield block


def _events(document: Document, block: _Block) -> Iterator[Event]:
    block.lines[-1].must_be_whole()
    texts = [line.text.strip() for line in block.lines]
    if not any(_TOLD.search(text) for text in texts):
        return  # an assertion that failed below the table, a duration
    name, outcome = _outcome(texts, is_short=block.is_short)
    if not name:
        raise ValueError("the benchmark has no name")
    yield ResultRecorded(
        **provenance(document, NAME, VERSION),
        source_locator=block.where,
        subject_kind="test",
        subject=name,
        condition={"test_case": block.title} if block.title else {},
        **outcome,
    )


def _outcome(texts: Sequence[str], *, is_short: bool) -> tuple[str, dict[str, Any]]:
    """The name, and what became of it."""
    place, first = _matching(_FIRST, texts)
    failed_at, failed = _matching(_FAILED, texts)
    if failed:
        if not texts[-1].endswith(")"):
            raise ValueError("what failed has no end: another benchmark's numbers stand in its lines")
        named = [*texts[:place], first["name"]] if first else [*texts[:failed_at], failed["name"]]
        return " ".join(filter(None, named)), {
            "status": "failed",
            "basis": "measured",
            "error_class": "other",
            "error_message": " ".join([failed["message"], *texts[failed_at + 1 :]]),
        }
    if first is None:
        raise ValueError("has no line of samples, iterations and time: was the file cut off?")
    name = " ".join(filter(None, [*texts[:place], first["name"]]))
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


def _matching(pattern: re.Pattern[str], texts: Sequence[str]) -> tuple[int, re.Match[str] | None]:
    """Place and match of the first of `texts` that fits."""
    matches = ((place, pattern.fullmatch(text)) for place, text in enumerate(texts))
    return next(((place, match) for place, match in matches if match), (len(texts), None))


def _measured(attributes: dict[str, str], metrics: list[Metric]) -> dict[str, Any]:
    if metrics[0].value == 0:
        return {**ZERO_TIME, "attributes": attributes}
    return {"status": "ok", "basis": "measured", "attributes": attributes, "metrics": metrics}


def _metric(name: str, text: str) -> Metric:
    value, unit = text.split(" ")
    return Metric(name, TIMES[unit], not_negative(value))


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
