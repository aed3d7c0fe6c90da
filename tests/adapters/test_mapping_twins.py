"""A table that lies there in two formats is read once."""

import json

import pytest

from benchmart.catalogue import known_names
from benchmart.event_log.events import ResultRecorded
from collectors.adapters.contract import NotResults
from collectors.adapters.document import Document
from collectors.adapters.mapping import adapter_of
from collectors.adapters.mapping.parse import parse_mapping

_MAPPING = """version = "1"
[fields]
subject_kind = { value = "model" }
subject = "model"
[[metrics]]
column = "ms"
metric = "latency_mean"
unit = "millisecond"
"""
_TABLE = "model,ms,note\nhop,1.50,\nskip,2,x\njump,3.0,\n"
_SAME = [{"model": "skip", "ms": 2.0, "note": "x"}, {"model": "hop", "ms": 1.5, "note": None}]


def _read(rows: object, beside: dict[str, str], name: str = "table.json") -> list[ResultRecorded]:
    files = {file: text.encode() for file, text in beside.items()}
    document = Document(name, json.dumps(rows).encode(), files.get)
    findings = list(adapter_of(parse_mapping("mine.toml", _MAPPING, known_names())).read(document))
    return [finding for finding in findings if isinstance(finding, ResultRecorded)]


def test_a_table_whose_every_row_also_stands_in_its_twin_beside_it_is_not_read_again() -> None:
    with pytest.raises(NotResults, match=r"every row also stands in table\.csv beside it"):
        _read(_SAME, {"table.csv": _TABLE})


@pytest.mark.parametrize(
    ("rows", "beside"),
    [
        ([*_SAME, {"model": "new", "ms": 4.0, "note": None}], {"table.csv": _TABLE}),
        ([{"model": "hop", "ms": 1.75, "note": None}], {"table.csv": _TABLE}),
        (_SAME, {"other.csv": _TABLE}),
        (_SAME, {"table.csv": _TABLE[:30]}),
        (_SAME, {"table.csv": "model,ms,ms\nhop,1.5,1.5\n"}),
        (_SAME, {}),
    ],
)
def test_a_table_that_says_anything_else_or_has_no_whole_twin_is_read(
    rows: list[object], beside: dict[str, str]
) -> None:
    assert len(_read(rows, beside)) == len(rows)


def test_of_two_twins_the_one_in_the_format_that_is_named_first_is_read() -> None:
    files = {"table.json": json.dumps(_SAME).encode()}
    document = Document("table.csv", _TABLE.encode(), files.get)
    findings = list(adapter_of(parse_mapping("mine.toml", _MAPPING, known_names())).read(document))
    assert len(findings) == 3
