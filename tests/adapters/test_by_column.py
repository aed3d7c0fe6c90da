"""Long tables are read in columns: whatever they hold, the results are those of reading their rows one by one."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmart.catalogue import known_names
from benchmart.errors import DocumentRejected
from benchmart.event_log.events import Event
from benchmart.event_log.identity import event_ids
from benchmart.event_log.tables import to_table
from collectors.adapters import mapping, rows, timm_csv
from collectors.adapters.contract import Adapter, BadRow, EventTable, NotResults
from collectors.adapters.document import Document
from collectors.adapters.mapping.adapter import adapter_of
from collectors.adapters.mapping.parse import parse_mapping

_MAPPING = """
description = ""
[table]
delimiters = ["SIGN"]
DECIMAL

[[patterns]]
column = "device"
required = false
pattern = '(?P<card>.+?)(?: \\* (?P<count>[0-9]+))?'

[fields]
subject_kind = { value = "model" }
subject = "model"
device = { column = "card", otherwise = "device of {model}" }
device_count = { column = "count", otherwise = "1" }
batch_size = "batch"
occurred_at = "when"
status = { column = "state", values = { done = "ok", gone = "skipped", "" = "ok" }, otherwise = "ok" }

[condition]
device = "device"
both = { text = "{model}/{batch}" }

[[metrics]]
column = "ms"
metric = "latency_mean"
unit = "millisecond"

[[metrics]]
column = "rate"
metric = "throughput"
unit_column = "unit"
units = { a = "item/second", b = "item/minute" }

[[rules]]
column = "ms"
zero = true
then = { status = "untested", basis_reason = "0" }

[[rules]]
column = "ms"
above = 100
then = { basis = "suspect", basis_reason = "{cell} is much" }

[[rules]]
column = "*"
cells = ["OOM"]
then = { status = "failed", error_class = "out_of_memory" }
"""
_WIDE = """
description = ""
[fields]
subject_kind = { value = "model" }
subject = "model"
device = "device"
batch_size = "batch"
[condition]
header = { text = "{model} {device}" }
[wide]
columns = '(?P<device>[a-z]+)_(?P<batch>[0-9]+)'
metric = "latency_mean"
unit = "millisecond"
[[rules]]
column = "*"
header = 'slow.*'
below = 1
then = { basis = "suspect", basis_reason = "{cell}" }
"""


def _adapter(text: str) -> Adapter:
    return adapter_of(parse_mapping("some_table.toml", text, known_names()))


def _told(adapter: Adapter, document: Document) -> Any:
    try:
        findings = list(adapter.read(document))
    except (DocumentRejected, NotResults) as error:
        return type(error), str(error)
    events = [one for one in findings if isinstance(one, Event)]
    tables = [to_table(events)] if events else []
    tables += [one.table for one in findings if isinstance(one, EventTable)]
    for table in tables:
        table.validate(full=True)
    ids = [one for table in tables for one in event_ids(timm_csv.ResultRecorded.kind, table).to_pylist()]
    bad = [(one.where, one.reason, one.raw) for one in findings if isinstance(one, BadRow)]
    return sorted(ids), sorted(bad)


def _is_read_alike(adapter: Adapter, document: Document) -> None:
    told = []
    for shortest in (0, 2**40):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(rows, "_LONG_TABLE_ROWS", shortest)
            told.append(_told(adapter, document))
    assert told[0] == told[1]


_cells = {
    "model": st.sampled_from(["a", "b", "", " c ", "é", '"q"', '"un', "x,y"]),
    "device": st.sampled_from(["", "gpu", "gpu * 2", "gpu * 0"]),
    "batch": st.sampled_from(["1", "8", "", "1.5", "-1", "1e2"]),
    "when": st.sampled_from(["", "2026-01-02T03:04:05Z", "2026-01-02 03:04:05", "1767312000", "soon"]),
    "state": st.sampled_from(["", "done", "gone", "lost"]),
    "ms": st.sampled_from(
        ["1.5", "20", "0", "0.0", "-1", "", "nan", "OOM", "1e3", "1,000", "120.5", "inf", "1_0"]
    ),
    "rate": st.sampled_from(["3", "", "0", "x", "666.7", "50"]),
    "unit": st.sampled_from(["a", "b", "", "c"]),
    "more": st.sampled_from(["", "kept"]),
}
_lines = st.lists(
    st.one_of(
        st.fixed_dictionaries(_cells).map(lambda cells: ";".join(cells.values())),
        st.sampled_from(["", " ", "a;b", ";".join(_cells), "a;;;;;;;;;;", ";;;;;;;;", "\r"]),
    ),
    max_size=12,
)


@given(
    lines=_lines,
    ends=st.booleans(),
    sign=st.sampled_from(";;\t§"),
    decimal=st.sampled_from(["", 'decimal = ","\nthousands = "."']),
)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_a_long_csv_table_says_what_its_rows_say(
    lines: list[str], ends: bool, sign: str, decimal: str
) -> None:
    text = "\n".join([";".join(_cells), *lines]) + ("\n" if ends else "")
    mapping_text = _MAPPING.replace("DECIMAL", decimal).replace("SIGN", sign)
    _is_read_alike(_adapter(mapping_text), Document("t.csv", text.replace(";", sign).encode()))


_numbers = st.one_of(st.none(), st.floats(), st.sampled_from([0.0, 0.5, 2.0, -1.0]))


@given(
    models=st.lists(st.sampled_from(["a", "b", None, ""]), max_size=8),
    fast=st.data(),
    columns=st.sampled_from([["fast_1", "slow_8"], ["fast_1"], ["slow_2", "other"]]),
)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_a_long_parquet_table_says_what_its_rows_say(
    models: list[str | None], fast: st.DataObject, columns: list[str]
) -> None:
    numbers = {name: [fast.draw(_numbers) for _ in models] for name in columns}
    types = {name: pa.array(values, pa.float64()) for name, values in numbers.items()}
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({"model": pa.array(models, pa.string()), **types}), sink)
    _is_read_alike(_adapter(_WIDE), Document("t.parquet", sink.getvalue().to_pybytes()))


_timm = {
    "model": st.sampled_from(["vit", "resnet50.a1", "", "no model", '"q"']),
    "infer_img_size": st.sampled_from(["224", "0", "x", "224.0"]),
    "infer_samples_per_sec": st.sampled_from(["100.0", "51200", "", "nan", "0"]),
    "infer_step_time": st.sampled_from(["20.0", "10", "", "-1"]),
    "infer_batch_size": st.sampled_from(["1024", "2", "1", ""]),
    "param_count": st.sampled_from(["1.25", "", "0", "x"]),
    "infer_gmacs": st.sampled_from(["0.5", "", "0", "-2"]),
    "note": st.sampled_from(["", "n"]),
}
_timm_lines = st.lists(st.fixed_dictionaries(_timm).map(lambda cells: ",".join(cells.values())), max_size=10)


@given(lines=_timm_lines)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_a_long_timm_table_says_what_its_rows_say(lines: list[str]) -> None:
    text = "\n".join([",".join(_timm), *lines]) + "\n"
    name = "benchmark-infer-amp-nchw-pt240-cu124-rtx9999.csv"
    _is_read_alike(timm_csv.ADAPTER, Document(name, text.encode()))


_FOLDERS = Path(__file__).parent


@pytest.mark.parametrize("adapter", [timm_csv.ADAPTER, *mapping.ADAPTERS], ids=lambda one: one.name)
def test_the_documents_of_the_other_tests_are_read_alike_in_columns(adapter: Adapter) -> None:
    documents = [
        path
        for path in (_FOLDERS / adapter.name).rglob("*")
        if path.is_file() and path.name != "expected.json"
    ]
    assert documents
    for path in documents:
        _is_read_alike(adapter, Document(str(path), path.read_bytes()))
