"""Every golden document, cut off, with bytes flipped and with fields removed: no traceback, nothing invented."""

import json
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from random import Random
from typing import Any

import pytest

from benchmart.event_log.events import Event, ResultRecorded
from benchmart.event_log.tables import to_table
from collectors.adapters.registry import ADAPTERS
from collectors.importing.reading import Reading, understand
from collectors.importing.report import Outcome

_HERE = Path(__file__).parent
_DOCUMENTS = sorted(
    path for path in _HERE.glob("*/*/*") if path.name != "expected.json" and "__pycache__" not in path.parts
)
_PLACES = 50
_OF_THE_BYTES = ("run_id", "source_digest")
"""These differ because the bytes do."""


def _name(path: Path) -> str:
    return str(path.relative_to(_HERE))


def _read(path: Path, data: bytes) -> Reading:
    reading = understand(path, data, ADAPTERS)
    assert not re.search(r"the adapter \w+ failed: ", reading.reason or ""), reading.reason
    by_kind: dict[str, list[Event]] = {}
    for record in reading.records:
        by_kind.setdefault(record.kind.name, []).append(record)
    for records in by_kind.values():
        to_table(records)
    return reading


def _told(event: Event) -> set[tuple[str, str]]:
    """What an event says, field by field; a document that was cut off may say less, and nothing else."""
    told: set[tuple[str, str]] = set()
    for field in fields(event):
        value = getattr(event, field.name)
        if isinstance(value, dict):
            told |= {(f"{field.name}.{key}", str(inner)) for key, inner in value.items()}
        elif value is not None and field.name not in _OF_THE_BYTES:
            told.add((field.name, repr(value)))
    return told


@pytest.mark.parametrize("path", _DOCUMENTS, ids=_name)
def test_a_document_cut_off_anywhere_gives_only_records_that_the_whole_one_gives(path: Path) -> None:
    whole = path.read_bytes()
    reading = _read(path, whole)
    if reading.outcome is not Outcome.TAKEN:
        return  # what is wrong with it may stand in the part that was cut off
    expected = [_told(record) for record in reading.records]
    dice = Random(_name(path))
    for end in sorted(dice.sample(range(len(whole)), min(_PLACES, len(whole)))):
        if not whole[end:].strip():
            continue
        for record in _read(path, whole[:end]).records:
            told = _told(record)
            assert any(told <= known for known in expected), f"cut at byte {end}: {record}"


@pytest.mark.parametrize("path", _DOCUMENTS, ids=_name)
def test_a_document_with_bytes_flipped_is_read_or_refused_without_a_traceback(path: Path) -> None:
    whole = path.read_bytes()
    dice = Random(_name(path))
    for _ in range(_PLACES):
        damaged = bytearray(whole)
        for _ in range(dice.choice((1, 1, 1, 8))):
            damaged[dice.randrange(len(whole))] ^= 1 << dice.randrange(8)
        _read(path, bytes(damaged))


@pytest.mark.parametrize("path", [path for path in _DOCUMENTS if path.suffix == ".json"], ids=_name)
def test_a_document_that_lost_a_field_gives_no_number_that_it_did_not_hold(path: Path) -> None:
    try:
        whole = json.loads(path.read_bytes())
    except ValueError:
        return
    expected = _numbers(_read(path, path.read_bytes()))
    places = [place for place in _keys(whole) if isinstance(place[-1], str)]
    for place in Random(_name(path)).sample(places, min(_PLACES, len(places))):
        found = _numbers(_read(path, json.dumps(_without(whole, place)).encode()))
        assert found <= expected, f"without {place}: {sorted(found - expected)[:3]}"


@pytest.mark.parametrize("path", [path for path in _DOCUMENTS if path.suffix == ".json"], ids=_name)
def test_a_document_whose_fields_are_of_other_types_is_read_or_refused_without_a_traceback(
    path: Path,
) -> None:
    try:
        whole = json.loads(path.read_bytes())
    except ValueError:
        return
    places = list(_keys(whole))
    dice = Random(_name(path))
    others = (None, True, -1, 1e308, "", "x", [], [1], {}, {"a": None}, 10**400, float("nan"), "9" * 5000)
    for place in dice.sample(places, min(_PLACES, len(places))):
        _read(path, json.dumps(_replaced(whole, place, dice.choice(others))).encode())


def _numbers(reading: Reading) -> set[tuple[str, str, float]]:
    records = [record for record in reading.records if isinstance(record, ResultRecorded)]
    return {(metric.name, metric.unit, metric.value) for record in records for metric in record.metrics}


def _keys(value: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield (*place, key)
        yield from _keys(inner, (*place, key))


def _without(value: Any, place: tuple[str | int, ...]) -> Any:
    copy = json.loads(json.dumps(value))
    parent = copy
    for key in place[:-1]:
        parent = parent[key]
    del parent[place[-1]]
    return copy


def _replaced(value: Any, place: tuple[str | int, ...], other: object) -> Any:
    copy = json.loads(json.dumps(value))
    parent = copy
    for key in place[:-1]:
        parent = parent[key]
    parent[place[-1]] = other
    return copy
