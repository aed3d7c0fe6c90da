"""Events to append: one of every kind, and arbitrary ones."""

from datetime import UTC, datetime

import pyarrow.parquet as pq
from hypothesis import strategies as st

from benchmart.event_log.change_events import BaselineMarked, ChangeAcknowledged, ChangeNotified
from benchmart.event_log.events import (
    DocumentImported,
    DocumentQuarantined,
    EnvironmentObserved,
    Event,
    HardwareObserved,
    Metric,
    ModelProfiled,
    OutlierJudged,
    PredictionIssued,
    PredictorTrained,
    ProfiledOperator,
    ResultRecorded,
    ResultRetracted,
    ResultsJudged,
    SplitScore,
    ViolationAcknowledged,
)
from benchmart.event_log.log import EventLog
from benchmart.event_log.selection_events import SelectionCandidate, SelectionMade

_ENVELOPE = {
    "collector": "adapter:example",
    "collector_version": "1.2",
    "occurred_at": datetime(2025, 3, 4, 5, 6, 7, 891, tzinfo=UTC),
    "run_id": "run-1",
    "source_uri": "results/speed.csv",
    "source_digest": "ab" * 32,
    "source_locator": "line 17",
}


def result(**changes) -> ResultRecorded:
    """A result with a value in every kind of column, but for the changes."""
    fields = {
        **_ENVELOPE,
        "subject_kind": "model",
        "subject": "resnet50",
        "status": "ok",
        "basis": "measured",
        "device": "rtx4090",
        "device_count": 2,
        "batch_size": 8,
        "condition": {"threads": "16", "weights": "random"},
        "attributes": {"empty": ""},
        "metrics": (
            Metric("latency_mean", "millisecond", 2.5, [2.0, 3.0], [9.0]),
            Metric("throughput", "item/second", 400.0, []),
        ),
    }
    return ResultRecorded(**{**fields, **changes})


def results(count: int) -> list[ResultRecorded]:
    """So many different results."""
    return [result(source_locator=f"line {number}") for number in range(count)]


ONE_OF_EVERY_KIND: tuple[Event, ...] = (
    result(),
    HardwareObserved(
        **_ENVELOPE,
        device_kind="cpu",
        device_index=0,
        device="AMD EPYC",
        l2_cache_bytes=2**20,
        max_frequency_hertz=3.7e9,
        vector_extensions=["avx2", "avx512f"],
        attributes={"socket": "SP5"},
    ),
    EnvironmentObserved(**_ENVELOPE, os_name="Linux", git_is_dirty=False, packages={"torch": "2.9.1"}),
    ModelProfiled(
        **_ENVELOPE,
        subject="resnet50",
        parameter_count=25_557_032,
        flops_per_item=8.2e9,
        saved_elements_per_item=2.1e7,
        saved_other_bytes_per_item=1.6e6,
        peak_live_elements_per_item=2.8e6,
        operators=[
            ProfiledOperator(
                "conv", "aten.convolution", (3, 64, 7, 7, 2, 1, 112, 112), 1, 2.4e8, 1.5e5, 8e5, 9408
            ),
            ProfiledOperator("activation", "aten.relu_", (802_816,), 1, 0, 802_816, 802_816, 0),
        ],
    ),
    ResultRetracted(**_ENVELOPE, target_event_id="0" * 32, action="retract", reason="wrong clock"),
    ViolationAcknowledged(
        **_ENVELOPE,
        target_event_id="0" * 32,
        rule="sizes_are_positive",
        action="acknowledge",
        reason="so it is",
    ),
    ChangeAcknowledged(
        **_ENVELOPE,
        target_event_id="0" * 32,
        comparability_id="1" * 32,
        metric="latency_mean",
        action="acknowledge",
        category="expected",
        reason="the new kernels are exact",
        issue="https://tracker.example/17",
    ),
    BaselineMarked(**_ENVELOPE, target_run_id="run-1", action="mark", reason="release 1.0"),
    ChangeNotified(
        **_ENVELOPE,
        target_event_id="0" * 32,
        comparability_id="1" * 32,
        metric="latency_mean",
        verdict="regression",
        channel="webhook",
        receiver="hooks.example",
        receiver_digest="ab" * 32,
    ),
    PredictorTrained(
        **_ENVELOPE,
        predictor="roofline",
        predictor_version="1",
        data_digest="cd" * 32,
        weights_digest="ef" * 32,
        result_count=100,
        scores=(SplitScore("unseen model", 100, 0.2, 0.3, 0.91),),
        is_champion=True,
        reason="the first",
    ),
    PredictionIssued(
        **_ENVELOPE,
        predictor="roofline",
        predictor_version="1",
        model_id="resnet50",
        hardware_id="rtx-4090",
        mode="inference",
        precision="fp32",
        batch_size=8,
        metric="throughput",
        unit="item/second",
        value=700.0,
        low=500.0,
        high=900.0,
        level=0.9,
        case_name="unseen model",
    ),
    SelectionMade(
        **_ENVELOPE,
        model_id="resnet50",
        family="vision",
        mode="inference",
        precision="fp32",
        batch_size=8,
        hardware_id="rtx-4090",
        basis="measured",
        equally_good=["rtx-4090"],
        candidates=(
            SelectionCandidate("rtx-4090", 1, 0.9, "measured", 700.0, 690.0, 710.0, 3),
            SelectionCandidate("t4", reason="may not fit"),
        ),
        weights={"throughput": "1.0"},
    ),
    OutlierJudged(
        **_ENVELOPE,
        target_event_id="0" * 32,
        judged_collector="adapter:example",
        metric="throughput",
        verdict="odd",
        value=200.0,
        expected_value=400.0,
        deviations=12.5,
        witness_count=3,
        witnesses=["1" * 32, "2" * 32],
        relatives=["resnet34", "resnet101"],
        judge_version="1",
        data_digest="ab" * 16,
    ),
    ResultsJudged(
        **_ENVELOPE,
        judged_collector="adapter:example",
        metric="throughput",
        judge_version="1",
        data_digest="ab" * 16,
        result_count=100,
        judged_count=90,
        odd_count=1,
    ),
    DocumentQuarantined(**_ENVELOPE, reason="not recognised", document=b"\x00\xff\n", document_bytes=3),
    DocumentImported(
        **_ENVELOPE, path="a.json", outcome="taken", format="x", records=3, quarantined=0, not_measured=1
    ),
)


def overwrite(log: EventLog, relative: str, content: bytes) -> None:
    """Change a file of the log, as nobody should."""
    path = log.root / relative
    path.chmod(0o644)
    path.write_bytes(content)


def bytes_of(log: EventLog, relative: str) -> bytes:
    return (log.root / relative).read_bytes()


def append_as_newer_version(log: EventLog, version: int) -> str:
    """A batch that claims to have been written with another schema version; returns its path in the log."""
    file = log.append([result()]).file
    path = file.below(log.root)
    table = pq.read_table(path, partitioning=None)
    place = table.schema.get_field_index("schema_version")
    claimed = table.column(place).to_numpy() * 0 + version
    changed = table.set_column(place, table.schema.field(place), [claimed])
    path.unlink()
    pq.write_table(changed, path)
    return file.relative


_TEXTS = st.one_of(st.just(""), st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
_NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
_SAMPLES = st.none() | st.lists(_NUMBERS, max_size=4)
_METRICS = st.builds(Metric, _TEXTS, _TEXTS, _NUMBERS, _SAMPLES, _SAMPLES)
_MAPS = st.dictionaries(_TEXTS, _TEXTS, max_size=3)

CHANGES = {
    "subject": _TEXTS,
    "status": _TEXTS,
    "family": st.none() | _TEXTS,
    "mode": st.none() | _TEXTS,
    "run_id": st.none() | _TEXTS,
    "collector": _TEXTS,
    "source_locator": st.none() | _TEXTS,
    "occurred_at": st.none()
    | st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    "device_count": st.none() | st.integers(0, 2**31 - 1),
    "batch_size": st.none() | st.integers(-(2**63), 2**63 - 1),
    "condition": _MAPS,
    "attributes": _MAPS,
    "metrics": st.lists(_METRICS, max_size=3).map(tuple),
}
"""Arbitrary values of the fields that are content."""

ARBITRARY_RESULTS = st.fixed_dictionaries({}, optional=CHANGES).map(lambda changes: result(**changes))
