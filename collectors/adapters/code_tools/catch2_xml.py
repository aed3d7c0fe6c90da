"""Catch2's XML reporter, versions 2 and 3: one record a benchmark, all its times in nanoseconds.

A test case without benchmarks is a record of its own, whether it passed and, when asked for, how long it took.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from xml.etree import ElementTree as ET

from benchmart.event_log.events import Event, Metric, ResultRecorded
from collectors.adapters.code_tools.parts import findings
from collectors.adapters.code_tools.units import ZERO_TIME
from collectors.adapters.code_tools.xml_tree import SEEN_BYTES, child, root_of, root_pattern, seconds_of
from collectors.adapters.contract import Adapter, Findings, NotResults, provenance
from collectors.adapters.document import Document
from collectors.adapters.numbers import not_negative

NAME = "catch2_xml"
VERSION = "1"

_TELLING = root_pattern("Catch2TestRun", "Catch")


@dataclass(frozen=True, slots=True)
class _Part:
    """A benchmark, or a test case that has none."""

    where: str
    path: tuple[str, ...]
    """Names of the test case and the sections it stands in."""
    element: ET.Element

    @property
    def raw(self) -> bytes:
        """The element for a BadRow."""
        return ET.tostring(self.element)


def _recognises(document: Document) -> bool:
    return _TELLING.match(document.data[:SEEN_BYTES]) is not None


def _read(document: Document) -> Findings:
    parts = list(_parts(root_of(document)))
    if not parts:
        raise NotResults("empty: a report without test cases")
    yield from findings(parts, partial(_events, document))


def _parts(root: ET.Element) -> Iterator[_Part]:
    benchmarks = 0
    for place, case in enumerate(root.iter("TestCase"), start=1):
        found = list(_benchmarks(case, ()))
        for path, element in found:
            benchmarks += 1
            yield _Part(f"BenchmarkResults {benchmarks}", path, element)
        if not found:
            yield _Part(f"TestCase {place}", (), case)


def _benchmarks(case: ET.Element, above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], ET.Element]]:
    """In the order of the document; sections may stand in sections."""
    open_elements = [(case, above)]
    while open_elements:
        element, path = open_elements.pop()
        if element.tag == "BenchmarkResults":
            yield path, element
        elif element.tag in {"TestCase", "Section"}:
            here = (*path, element.get("name") or "")
            open_elements += [(one, here) for one in reversed(element)]


def _events(document: Document, part: _Part) -> Iterator[Event]:
    name = part.element.get("name")
    if not name:
        raise ValueError("it has no name")
    is_benchmark = part.element.tag == "BenchmarkResults"
    yield ResultRecorded(
        **provenance(document, NAME, VERSION),
        source_locator=part.where,
        subject_kind="test",
        subject=name,
        condition={"test_case": " / ".join(part.path)} if part.path else {},
        **(_benchmark(part.element) if is_benchmark else _test_case(part.element)),
    )


def _benchmark(element: ET.Element) -> dict[str, Any]:
    counts = {key: value for key in ("samples", "iterations", "resamples") if (value := element.get(key))}
    mean, deviation = child(element, "mean"), child(element, "standardDeviation")
    failed = child(element, "failed")
    if failed is not None:
        return _failed(failed.get("message") or "the report does not say why") | {"attributes": counts}
    if mean is None:
        raise ValueError("mean is missing")
    metrics = [_time("latency_mean", mean)]
    if deviation is not None:
        metrics.append(_time("latency_stddev", deviation))
    bounds = {"mean_low": mean.get("lowerBound"), "mean_high": mean.get("upperBound")}
    attributes = counts | {key: f"{value} ns" for key, value in bounds.items() if value}
    if metrics[0].value == 0:
        return {**ZERO_TIME, "attributes": attributes}
    return {"status": "ok", "basis": "measured", "attributes": attributes, "metrics": metrics}


def _time(name: str, element: ET.Element) -> Metric:
    return Metric(name, "nanosecond", not_negative(element.get("value", "")))


def _test_case(element: ET.Element) -> dict[str, Any]:
    result = child(element, "OverallResult")
    success = None if result is None else result.get("success")
    if result is None or success not in {"true", "false"}:
        raise ValueError("does not say whether the test case passed")
    if success == "false":
        return _failed("a test case failed; its assertions stand in the report")
    seconds = seconds_of(result, "durationInSeconds")
    metrics = () if seconds is None else (Metric("duration", "second", seconds),)
    return {"status": "ok", "basis": "measured", "metrics": metrics}


def _failed(message: str) -> dict[str, Any]:
    return {"status": "failed", "basis": "measured", "error_class": "other", "error_message": message}


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
