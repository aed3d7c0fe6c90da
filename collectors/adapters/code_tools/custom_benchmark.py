"""A list of `{name, unit, value, range, extra}`, which github-action-benchmark takes from tools of any kind.

Which direction is better is told to the action, not written into the file: by its name (`...BiggerIsBetter...`) or not
at all. Then a unit that is known tells what the number is, and a number of another unit is not taken.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

from benchmart.event_log.events import Event, Metric, ResultRecorded
from collectors.adapters.code_tools.parts import Element, elements_of, findings
from collectors.adapters.code_tools.units import CENTRE_NOT_STATED, SIZES, SPEEDS, TIMES
from collectors.adapters.contract import Adapter, Findings, provenance
from collectors.adapters.document import Document
from collectors.adapters.json_values import as_attributes, number, text
from collectors.adapters.numbers import finite

NAME = "custom_benchmark"
VERSION = "2"

_TELLING = {"name", "unit", "value"}
_KNOWN_KEYS = _TELLING | {"range", "extra", "biggerIsBetter"}


def _recognises(document: Document) -> bool:
    value = document.json
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(one, dict) and one.keys() <= _KNOWN_KEYS for one in value)
        and any(one.keys() >= _TELLING for one in value)
    )


def _read(document: Document) -> Findings:
    direction = _direction(document.name)
    return findings(elements_of("$", document.json), partial(_events, document, direction))


def _direction(name: str) -> str | None:
    """The metric that the file's name tells; None when it tells none, or both."""
    is_bigger, is_smaller = "bigger" in name.lower(), "smaller" in name.lower()
    if is_bigger == is_smaller:
        return None
    return "bigger_is_better" if is_bigger else "smaller_is_better"


def _events(document: Document, direction: str | None, element: Element) -> Iterator[Event]:
    entry: dict[str, Any] = element.value
    unit = text(entry, "unit").strip()
    metric = _metric(unit, _value(entry), direction)
    centre = CENTRE_NOT_STATED if metric.name == "latency_mean" else {}
    yield ResultRecorded(
        **provenance(document, NAME, VERSION),
        source_locator=element.where,
        subject_kind="test",
        subject=text(entry, "name"),
        status="ok",
        basis="measured",
        condition={"unit": unit},
        attributes=as_attributes(entry, "range", "extra") | centre,
        metrics=(metric,),
    )


def _value(entry: dict[str, Any]) -> float:
    """The number; shell scripts write it as a text."""
    value = entry.get("value")
    return finite(value.strip()) if isinstance(value, str) else number(entry, "value")


def _metric(unit: str, value: float, direction: str | None) -> Metric:
    if direction is not None:
        return Metric(direction, "unstated", value)
    if value < 0:
        raise ValueError(f"value: {value!r} {unit} is below zero")
    plain = unit.removesuffix("/iter").removesuffix("/op")
    for name, units in (
        ("latency_mean", TIMES),
        ("memory_allocated", SIZES),
        ("operation_throughput", SPEEDS),
    ):
        if plain in units:
            return Metric(name, units[plain], value)
    raise ValueError(f"unit: {unit!r} does not tell whether more is better, and neither does the file's name")


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
