"""A drafted mapping says what the headers say, and reads the table it was drafted from as it stands."""

import io
import tomllib
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmart.catalogue import known_names
from benchmart.errors import UsageError
from collectors.adapters.contract import BadRow, Finding
from collectors.adapters.document import Document
from collectors.adapters.mapping.adapter import adapter_of
from collectors.adapters.mapping.headers import Meaning, meaning_of
from collectors.adapters.mapping.parse import parse_mapping
from collectors.adapters.mapping.suggest import suggest


def _drafted(data: str | bytes, name: str = "table.csv") -> tuple[str, list[Finding]]:
    """The draft, and what the draft, unchanged, reads in the same document."""
    document = Document(name, data.encode() if isinstance(data, str) else data)
    draft = suggest(document)
    adapter = adapter_of(parse_mapping("draft.toml", draft, known_names()))
    assert adapter.recognises(document), draft
    return draft, list(adapter.read(document))


def _told(findings: list[Finding]) -> list[tuple[str, dict[str, tuple[float, str]]]]:
    return [
        (event.subject, {metric.name: (metric.value, metric.unit) for metric in event.metrics})
        for event in findings
        if not isinstance(event, BadRow)
    ]


@pytest.mark.parametrize(
    ("header", "metric", "unit"),
    [
        ("latency_ms", "latency_mean", "millisecond"),
        ("Latency (ms)", "latency_mean", "millisecond"),
        ("latencyMs", "latency_mean", "millisecond"),
        ("p99 latency [us]", "latency_p99", "microsecond"),
        ("latency_p99.9_s", "latency_p99_9", "second"),
        ("stats.median_ms", "latency_p50", "millisecond"),
        ("µs/op", "latency_mean", "microsecond"),
        ("latency (parsecs)", "latency_mean", None),
        ("latency (GB)", "latency_mean", None),
        ("time", "latency_mean", None),
        ("total_time_seconds", "duration", "second"),
        ("TTFT p99 (ms)", "ttft_p99", "millisecond"),
        ("ttft_std_ms", None, None),
        ("Peak Memory (MiB)", "memory_peak", "mebibyte"),
        ("tokens/s", "token_throughput", "token/second"),
        ("tokensPerSec", "token_throughput", "token/second"),
        ("img/sec", "throughput", "item/second"),
        ("samples_per_second", "throughput", "item/second"),
        ("batches/s", None, None),
        ("memory bandwidth (GB/s)", "memory_bandwidth", "gigabyte/second"),
        ("disk (MB/s)", None, None),
        ("energy_j", "energy", "joule"),
        ("power_w", "power_mean", "watt"),
        ("accuracy (%)", "score", "percent"),
        ("score", "score", None),
        ("speedup", "speedup", "ratio"),
        ("steps", None, None),
        ("", None, None),
    ],
)
def test_a_header_says_the_metric_and_the_unit(header: str, metric: str | None, unit: str | None) -> None:
    meaning = meaning_of(header)
    assert (meaning.metric, meaning.unit) == (metric, unit)
    names = known_names()
    assert metric is None or metric in names.metrics
    assert unit is None or names.units[unit] == names.metrics[str(metric)]


def test_gigabytes_may_be_meant_otherwise() -> None:
    assert meaning_of("mem_GB") == Meaning("memory_peak", "gigabyte", "or gibibyte, if 1024 is meant")


def test_units_in_headers_are_taken_and_a_metric_only_once() -> None:
    draft, findings = _drafted(
        "Model Name,GPU,Batch Size,Latency (ms),latency_us,mem_GB,img/sec,precision\n"
        "hopnet,Card X,8,12.5,12500,3.2,640,fp16\n"
    )
    assert _told(findings) == [
        (
            "hopnet",
            {
                "latency_mean": (12.5, "millisecond"),
                "memory_peak": (3.2, "gigabyte"),
                "throughput": (640, "item/second"),
            },
        )
    ]
    (event,) = findings
    assert not isinstance(event, BadRow)
    assert (event.device, event.batch_size, event.precision) == ("Card X", 8, "fp16")
    assert '"Latency (ms)" is latency_mean already; a record has it once.' in draft


@pytest.mark.parametrize(
    ("table", "layout"),
    [
        ("# model,latency_ms\nhopnet,12.5\n", {"comment": "#", "header_is_commented": True}),
        ("# made today\n# by me\nmodel,latency_ms\nhopnet,12.5\n", {"comment": "#"}),
        ("#,model,latency_ms\n1,hopnet,12.5\n", {}),
        ("model;latency_ms\nhopnet;12,5\n", {"delimiters": [";"], "decimal": ",", "thousands": "."}),
        ("model\tlatency_ms\r\nhopnet\t12.5\r\n", {"delimiters": ["\t"]}),
        ("\ufeffmodel|latency_ms\nhopnet|12.5\n", {"delimiters": ["|"]}),
        ('model,"latency\n(ms)",note\nhopnet,12.5,"two\nlines"\n', {}),
        ('{"model": "hopnet", "latency_ms": 12.5}\n', {}),
        ('{"model": "hopnet",\n "latency_ms": 12.5}', {}),
    ],
)
def test_how_a_table_is_written_is_found_out(table: str, layout: dict[str, Any]) -> None:
    draft, findings = _drafted(table)
    assert _told(findings) == [("hopnet", {"latency_mean": (12.5, "millisecond")})]
    assert {key: value for key, value in tomllib.loads(draft)["table"].items() if key != "formats"} == layout


def test_json_is_read_from_where_its_records_lie_and_keys_may_be_lacking() -> None:
    draft, findings = _drafted(
        '{"machine": {"gpu": "Card X"}, "runs": {"all": [{"model": {"name": "hopnet"}, "time": {"mean_ms": 1}},'
        ' {"model": {"name": "dropnet"}, "time": {"mean_ms": 2, "p99_ms": 3}, "env": {"gpu": "Card Y"}}]}}'
    )
    assert _told(findings) == [
        ("hopnet", {"latency_mean": (1, "millisecond")}),
        ("dropnet", {"latency_mean": (2, "millisecond"), "latency_p99": (3, "millisecond")}),
    ]
    assert tomllib.loads(draft)["table"] == {"formats": ["json"], "records": "runs.all"}
    assert '# Beside the list stands "machine.gpu". In [fields] or [condition]: { value = "Card X" }' in draft


def test_parquet_is_drafted_too() -> None:
    written = io.BytesIO()
    pq.write_table(pa.table({"model": ["hopnet"], "latency_ms": [12.5]}), written)
    _, findings = _drafted(written.getvalue())
    assert _told(findings) == [("hopnet", {"latency_mean": (12.5, "millisecond")})]


def test_cells_that_cannot_be_a_field_do_not_become_one() -> None:
    draft, findings = _drafted("model,mode,batch_size,time,latency_ms\nhopnet,offline,auto,3.5,12.5\n")
    (event,) = findings
    assert not isinstance(event, BadRow)
    assert (event.mode, event.batch_size, event.occurred_at) == (None, None, None)
    assert (event.attributes["mode"], event.attributes["batch_size"]) == ("offline", "auto")
    assert draft.count("is none of inference, training. Say what the cells mean:") == 1


def test_a_cell_that_says_out_of_memory_is_a_failure_and_others_are_asked_about() -> None:
    draft, (ok, failed, odd) = _drafted("model,latency_ms\nhopnet,12.5\ndropnet,OOM\nstopnet,n/a\n")
    assert not isinstance(failed, BadRow)
    assert (failed.status, failed.error_class) == ("failed", "out_of_memory")
    assert isinstance(odd, BadRow)
    assert not isinstance(ok, BadRow)
    assert '# then = { status = "untested", basis_reason = "n/a: it has no number" }' in draft


def test_without_a_name_for_the_subject_the_first_texts_are_taken() -> None:
    draft, findings = _drafted("what,latency_ms\nhopnet,12.5\n")
    assert _told(findings) == [("hopnet", {"latency_mean": (12.5, "millisecond")})]
    assert "# UNCERTAIN: no column looks like the name of what was measured" in draft


def test_without_a_header_the_columns_wait_for_names() -> None:
    draft = suggest(Document("table.csv", b"hopnet,12.5,8\ndropnet,9.5,8\n"))
    told = tomllib.loads(draft)
    assert told["table"]["columns"] == ["column 1", "column 2", "column 3"]
    assert told["fields"]["subject"] == "column 1"
    assert "no header says what is measured" in draft
    with pytest.raises(UsageError, match="Name at least one column"):
        parse_mapping("draft.toml", draft, known_names())


def test_rising_numbers_in_a_header_are_the_columns_of_a_wide_table() -> None:
    draft = suggest(Document("table.csv", b"model,1,2,4\nhopnet,10,20,40\n"))
    assert "columns" not in tomllib.loads(draft)["table"]
    assert "# [wide]" in draft


def test_text_of_any_kind_stays_inside_the_comments() -> None:
    table = 'model,latency_ms,"odd ""#"""\nhopnet,12.5,"a\x0bb\u2028c\x85d"\n'
    _, findings = _drafted(table)
    assert _told(findings) == [("hopnet", {"latency_mean": (12.5, "millisecond")})]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"a,a\n1,2\n", "line 1: columns named twice: a. Rename or remove one"),
        (b"[1, 2", "is not JSON"),
        (b"PAR1", "is not Parquet that can be read"),
    ],
)
def test_what_is_no_table_is_refused_with_one_hint(data: bytes, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        suggest(Document("table", data))
    assert said in str(refused.value)
    assert "?." not in str(refused.value)
