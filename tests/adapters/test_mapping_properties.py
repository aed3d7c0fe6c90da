"""Whatever is in a table: what a mapping takes out of it is what stands there, and all else is told of."""

import csv
import io
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmart.catalogue import known_names
from benchmart.errors import DocumentRejected, UsageError
from benchmart.event_log.events import ResultRecorded
from collectors.adapters import mapping
from collectors.adapters.contract import Adapter, BadRow
from collectors.adapters.document import Document
from collectors.adapters.mapping import adapter_of
from collectors.adapters.mapping.parse import parse_mapping

_MAPPING = """
[recognise]
columns = ["model", "ms"]

[fields]
subject_kind = { value = "model" }
subject = "model"
batch_size = "batch"

[[metrics]]
column = "ms"
metric = "latency_mean"
unit = "millisecond"
"""
_COLUMNS = ("model", "batch", "ms")
_Row = dict[str, Any]

_NAMES = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\n", exclude_categories=["Cs", "Cc"]), min_size=1
)
_MODELS = _NAMES.map(str.strip).filter(bool)
_GOOD = st.fixed_dictionaries(
    {
        "model": _MODELS,
        "batch": st.integers(1, 2**40),
        "ms": st.floats(1e-9, 1e12, allow_subnormal=False),
    }
)
_NO_TIMES = st.sampled_from([0.0, -1.0, math.nan, math.inf, -math.inf])


@pytest.fixture(scope="module")
def adapter() -> Adapter:
    return adapter_of(parse_mapping("mine.toml", _MAPPING, known_names()))


def _csv(rows: list[_Row]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _json(rows: list[_Row]) -> bytes:
    return json.dumps(rows).encode()


def _parquet(rows: list[_Row]) -> bytes:
    types = pa.schema({"model": pa.string(), "batch": pa.int64(), "ms": pa.float64()})
    buffer = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(rows, types), buffer)
    return buffer.getvalue().to_pybytes()


_Write = Callable[[list[_Row]], bytes]
_each_format = pytest.mark.parametrize("write", [_csv, _json, _parquet])


def _findings(adapter: Adapter, data: bytes) -> list[ResultRecorded | BadRow]:
    document = Document("table", data)
    assert adapter.recognises(document)
    return list(adapter.read(document))  # type: ignore[arg-type]


@_each_format
@settings(deadline=None)
@given(st.lists(_GOOD, min_size=1, max_size=8))
def test_every_row_is_read_back_in_order_and_in_its_own_unit(
    adapter: Adapter, write: _Write, rows: list[_Row]
) -> None:
    events = _findings(adapter, write(rows))
    assert [event.subject for event in events] == [row["model"] for row in rows]
    assert [event.batch_size for event in events] == [row["batch"] for row in rows]
    numbers = [[(one.name, one.unit, one.value) for one in event.metrics] for event in events]
    assert numbers == [[("latency_mean", "millisecond", row["ms"])] for row in rows]


@_each_format
@settings(deadline=None)
@given(st.lists(_GOOD, min_size=1, max_size=4), st.data())
def test_a_time_that_is_none_spoils_its_own_row_only(
    adapter: Adapter, write: _Write, rows: list[_Row], data: st.DataObject
) -> None:
    spoiled = data.draw(st.integers(0, len(rows) - 1))
    rows = [dict(row) for row in rows]
    rows[spoiled]["ms"] = data.draw(_NO_TIMES)
    findings = _findings(adapter, write(rows))
    assert len(findings) == len(rows)
    kept = [row["model"] for place, row in enumerate(rows) if place != spoiled]
    assert [finding.subject for finding in findings if isinstance(finding, ResultRecorded)] == kept
    assert all(finding.reason for finding in findings if isinstance(finding, BadRow))


@_each_format
@settings(deadline=None)
@given(st.lists(_GOOD, min_size=1, max_size=4), st.data())
def test_a_table_that_was_cut_off_never_gives_a_record_that_the_whole_does_not_give(
    adapter: Adapter, write: _Write, rows: list[_Row], data: st.DataObject
) -> None:
    whole = write(rows)
    document = Document("table", whole[: data.draw(st.integers(0, len(whole) - 1))])
    if not adapter.recognises(document):
        return
    try:
        findings = list(adapter.read(document))
    except DocumentRejected:
        return
    given_by_the_whole = {_said(event) for event in _findings(adapter, whole)}
    assert {_said(event) for event in findings if isinstance(event, ResultRecorded)} <= given_by_the_whole


@_each_format
@settings(max_examples=200, deadline=None)
@given(rows=st.lists(_GOOD, min_size=1, max_size=3), data=st.data())
def test_bytes_that_were_changed_are_taken_set_aside_or_refused(
    adapter: Adapter, write: _Write, rows: list[_Row], data: st.DataObject
) -> None:
    damaged = bytearray(write(rows))
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    document = Document("table", bytes(damaged))
    if not adapter.recognises(document):
        return
    try:
        findings = list(adapter.read(document))
    except DocumentRejected:
        return
    for event in findings:
        assert isinstance(event, ResultRecorded | BadRow)
        if isinstance(event, ResultRecorded):
            assert all(math.isfinite(one.value) and one.value > 0 for one in event.metrics)


_JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*_COLUMNS, "x"]), inner, max_size=4)
    ),
)


@given(st.lists(_JSON_VALUES, max_size=4))
def test_any_json_gives_events_bad_rows_or_a_refusal(adapter: Adapter, value: list[Any]) -> None:
    document = Document("table.json", json.dumps(value).encode())
    if not adapter.recognises(document):
        return
    try:
        findings = list(adapter.read(document))
    except DocumentRejected:
        return
    assert all(isinstance(finding, ResultRecorded | BadRow) for finding in findings)
    assert len(findings) == len(value)


def _said(event: ResultRecorded) -> tuple[object, ...]:
    numbers = tuple((one.name, one.unit, one.value) for one in event.metrics)
    return (event.source_locator, event.subject, event.batch_size, event.status, numbers)


_TABLES = sorted((Path(mapping.__file__).parent / "tables").glob("*.toml"))
_LITERALS = st.sampled_from(
    [
        *('""', '"("', '"{model"', '"(?P<a>x)"', "0", "-1", "nan", "true", "9" * 30, "1979-05-27", "", "="),
        *("[]", "[1]", '["a"]', "{}", "{ a = 1 }", '{ column = "x" }', "{ column = [1] }", "{ value = 1 }"),
    ]
)


@settings(deadline=None)
@given(st.sampled_from(_TABLES), _LITERALS, st.data())
def test_a_mapping_with_any_value_in_any_place_is_read_or_refused_with_its_file(
    path: Path, literal: str, data: st.DataObject
) -> None:
    lines = path.read_text().splitlines()
    place = data.draw(st.sampled_from([place for place, line in enumerate(lines) if " = " in line]))
    lines[place] = lines[place].partition(" = ")[0] + " = " + literal
    try:
        adapter_of(parse_mapping("mine.toml", "\n".join(lines), known_names()))
    except UsageError as refused:
        told = str(refused)
    else:
        return
    assert told.startswith("mine.toml")
