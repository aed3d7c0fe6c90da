"""The timm adapter under documents nobody thought of."""

import string
from contextlib import suppress
from hashlib import sha256

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from benchmart.errors import DocumentRejected
from benchmart.event_log.events import ResultRecorded
from benchmart.event_log.tables import to_table
from collectors.adapters import timm_csv
from collectors.adapters.contract import BadRow
from collectors.adapters.document import Document
from collectors.adapters.timm_name import condition_of, platform_version, torch_version

_NAME = "benchmark-infer-amp-nchw-pt240-cu124-rtx9999.csv"
_COLUMNS = (
    "model,infer_img_size,infer_samples_per_sec,infer_step_time,infer_batch_size,"
    "param_count,infer_gmacs,infer_macts"
)
_HEADER = _COLUMNS.encode() + b"\n"
_CELLS = st.one_of(
    st.floats().map(str),
    st.integers().map(str),
    st.text(st.sampled_from(string.printable + '"éﬁ\0\ufeff'), max_size=12),
)
_LINES = st.lists(_CELLS, min_size=1, max_size=10).map(lambda cells: ",".join(cells).encode())


def _findings(data: bytes, name: str = _NAME) -> list[object]:
    return list(timm_csv.ADAPTER.read(Document(name, data)))


def _rows(*rows: str) -> bytes:
    return _HEADER + "".join(f"{row}\n" for row in rows).encode()


@given(st.one_of(st.binary(max_size=300), st.lists(_LINES, max_size=6).map(b"\n".join)))
@example(b"hopnet,160,1,1000,1,1e300,0,0\n")
@example(b"hopnet,160,1,1000,1,1e305,0,0\n")
@example(b"hopnet,9007199254740993,1,1000,1,1,0,0\n")
@example(b"hopnet,160,5e-324,5e-324,1,1,0,0\n")
@example(_HEADER.replace(b"\n", b"\r"))
def test_any_bytes_below_the_header_give_events_bad_rows_or_a_rejection(rows: bytes) -> None:
    try:
        findings = _findings(_HEADER + rows)
    except DocumentRejected:
        return
    events = [finding for finding in findings if isinstance(finding, ResultRecorded)]
    assert all(isinstance(finding, ResultRecorded | BadRow) for finding in findings)
    assert len(findings) == sum(1 for line in rows.split(b"\n") if line.strip())
    assert not events or len(to_table(events)) == len(events)


@given(st.binary(max_size=60))
@example(b"\r")
@example(b'"')
@example(b",infer_gmacs")
def test_any_bytes_inside_the_header_are_understood_refused_or_not_recognised(added: bytes) -> None:
    document = Document(_NAME, _COLUMNS.encode() + added + b"\nhopnet,160,1,1000,1,1,0,0\n")
    assert timm_csv.ADAPTER.recognises(document) or document.first_line == ""
    with suppress(DocumentRejected):
        assert list(timm_csv.ADAPTER.read(document))


@given(st.text(max_size=60))
@example("benchmark-infer-fp32-nchw-pt240-mpſ-m9.csv")  # noqa: RUF001 - matches `s` where case is ignored beyond ASCII
@example("benchmark-infer-fp32-nchw-pt...-cpu-i9.csv")
@example("benchmark-infer-fp32-nchw-pt240-cu.-rtx9999.csv")
def test_any_file_name_tells_a_condition_or_is_refused(name: str) -> None:
    with suppress(DocumentRejected):
        assert condition_of(name).torch_version.replace(".", "").isdigit()


@given(
    batch_size=st.integers(1, 4096),
    step_time=st.floats(0.01, 1e5).map(lambda value: round(value, 3)),
)
def test_throughput_times_step_time_is_the_batch_size_in_the_units_of_the_events(
    batch_size: int, step_time: float
) -> None:
    throughput = batch_size / (step_time / 1e3)
    (event,) = _findings(_rows(f"hopnet,160,{throughput!r},{step_time!r},{batch_size},1.5,0.25,0.5"))
    assert isinstance(event, ResultRecorded)
    metrics = {metric.name: metric for metric in event.metrics}
    assert (metrics["latency_mean"].unit, metrics["throughput"].unit) == ("millisecond", "item/second")
    latency_seconds = metrics["latency_mean"].value / 1e3
    assert metrics["throughput"].value * latency_seconds == pytest.approx(event.batch_size)
    assert (event.batch_size, event.basis) == (batch_size, "measured")


def test_counts_are_per_image_and_parameters_are_whole() -> None:
    (event,) = _findings(_rows("hopnet,160,1000,1,1,1.5,0.25,0.5"))
    assert isinstance(event, ResultRecorded)
    counts = {metric.name: (metric.value, metric.unit) for metric in event.metrics[2:]}
    assert counts == {
        "macs_per_item": (0.25, "gigamac"),
        "activations_per_item": (0.5, "million_activations"),
    }
    assert event.parameter_count == 1_500_000


def test_events_carry_the_digest_of_the_bytes_and_the_place_in_the_file() -> None:
    data = _rows("hopnet,160,1000,1,1,1.5,0.25,0.5")
    (event,) = _findings(data, f"elsewhere/{_NAME}")
    assert isinstance(event, ResultRecorded)
    assert event.source_digest == sha256(data).hexdigest()
    assert event.run_id == event.source_digest[:32]
    assert (event.source_uri, event.source_locator) == (f"elsewhere/{_NAME}", "line 2")
    assert event.occurred_at is None


@pytest.mark.parametrize(
    "first_line",
    ["model,top1,top1_err,top5", "model,pretrain", "time,model", "", "infer_gmacs,infer_macts"],
)
def test_another_table_is_not_taken_for_a_speed_table(first_line: str) -> None:
    assert not timm_csv.ADAPTER.recognises(Document(_NAME, f"{first_line}\nhopnet,1\n".encode()))


@pytest.mark.parametrize(
    ("digits", "version"),
    [
        ("113", "1.13"),
        ("1121", "1.12.1"),
        ("110", "1.10"),
        ("181", "1.8.1"),
        ("19", "1.9"),
        ("210", "2.1.0"),
        ("240", "2.4.0"),
        ("2101", "2.10.1"),
        ("2.10.1", "2.10.1"),
    ],
)
def test_torch_versions_get_their_dots_back(digits: str, version: str) -> None:
    assert torch_version(digits) == version


@pytest.mark.parametrize(
    ("digits", "version"), [("117", "11.7"), ("92", "9.2"), ("130", "13.0"), ("62", "6.2"), ("12.4", "12.4")]
)
def test_platform_versions_get_their_dot_back(digits: str, version: str) -> None:
    assert platform_version(digits) == version


@pytest.mark.parametrize("digits", ["", "2", "24000", "2..4", ".", "2.", "1.2.3.4"])
def test_what_is_no_version_is_refused(digits: str) -> None:
    with pytest.raises(DocumentRejected, match="is not a torch version"):
        torch_version(digits)
