"""The published tables of timm, when they are at hand: what their description says is what the log holds.

The tables are not part of the project. They are `timm/` of the folder named by BENCHMART_TEST_DATA, else of
`shared/data` beside the checkout; without them these tests are skipped.
"""

import csv
import os
import re
from pathlib import Path
from typing import Any

import pytest

from benchmart.errors import ExitCode
from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import DOCUMENT_QUARANTINED, RESULT_RECORDED
from collectors.importing import FileReport, ImportReport, Outcome, import_paths

_DATA = Path(os.environ.get("BENCHMART_TEST_DATA") or Path(__file__).parents[3] / "shared" / "data") / "timm"
_OTHER_TABLES = {"results-imagenet.csv", "model_metadata-in1k.csv"}

pytestmark = pytest.mark.skipif(
    not _DATA.is_dir(), reason=f"no published tables at {_DATA}; name their folder with BENCHMART_TEST_DATA"
)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> EventLog:
    return EventLog(tmp_path_factory.mktemp("timm") / "events")


@pytest.fixture(scope="module")
def report(log: EventLog) -> ImportReport:
    return import_paths(log, [_DATA])


@pytest.fixture(scope="module")
def results(log: EventLog, report: ImportReport) -> list[dict[str, Any]]:
    assert report.added
    rows: list[dict[str, Any]] = log.read(RESULT_RECORDED).to_pylist()
    return rows


def _speed_tables(report: ImportReport) -> list[FileReport]:
    return [file for file in report.files if file.format == "timm_csv"]


def _value(result: dict[str, Any], metric: str) -> float | None:
    return next((one["value"] for one in result["metrics"] if one["name"] == metric), None)


def _measured(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [result for result in results if result["status"] == "ok"]


def test_sixteen_speed_tables_are_taken_and_the_other_tables_are_kept_but_not_taken(
    report: ImportReport,
) -> None:
    assert len(_speed_tables(report)) == 16
    assert all(file.outcome is Outcome.TAKEN for file in _speed_tables(report))
    others = {Path(file.path).name: file.outcome for file in report.files if file.format is None}
    assert others == dict.fromkeys(_OTHER_TABLES, Outcome.QUARANTINED)
    assert report.exit_code is ExitCode.PARTIAL


def test_every_row_of_every_speed_table_is_a_record_or_quarantined(report: ImportReport) -> None:
    for file in _speed_tables(report):
        with Path(file.path).open(newline="", encoding="utf-8-sig") as lines:
            rows = sum(1 for _ in csv.DictReader(lines))
        assert file.records + file.quarantined == rows, file.path
    assert sum(file.records + file.quarantined for file in _speed_tables(report)) == 17_483


def test_nothing_is_quarantined_without_a_reason(log: EventLog, report: ImportReport) -> None:
    quarantined = log.read(DOCUMENT_QUARANTINED, ["reason"]).column(0).to_pylist()
    assert len(quarantined) == sum(file.quarantined for file in report.files) >= len(_OTHER_TABLES)
    assert all(quarantined)


def test_importing_them_again_adds_nothing(log: EventLog, report: ImportReport) -> None:
    files = log.files()
    again = import_paths(log, [_DATA])
    assert again.added == 0
    assert [file.known for file in again.files] == [file.records for file in report.files]
    assert log.files() == files


def test_throughput_times_step_time_over_batch_size_stays_within_the_described_bounds(
    results: list[dict[str, Any]],
) -> None:
    for result in _measured(results):
        throughput, step_time = _value(result, "throughput"), _value(result, "latency_mean")
        assert throughput is not None
        assert step_time is not None
        ratio = round(throughput * step_time / 1e3 / result["batch_size"], 2)
        assert 0.97 <= ratio <= 1.06, (result["subject"], result["device"], ratio)
        assert result["basis"] == "measured"


def test_a_processor_is_measured_one_image_at_a_time_and_a_card_never_is(
    results: list[dict[str, Any]],
) -> None:
    by_kind = {
        kind: {result["batch_size"] for result in _measured(results) if result["device_kind"] == kind}
        for kind in ("cpu", "cuda")
    }
    assert by_kind["cpu"] == {1}
    assert max(by_kind["cuda"]) == 2048


def test_devices_are_kept_as_their_files_spell_them(results: list[dict[str, Any]]) -> None:
    named = {re.sub(r"-dynamo$", "", path.stem).rpartition("-")[2] for path in _DATA.glob("benchmark-*.csv")}
    assert {result["device"] for result in results} == named
    assert {"rtx3090", "pro6000maxq", "i9_10940x"} <= named
    assert {"rtx4090", "4090"} & named


def test_conditions_are_those_of_the_file_names(results: list[dict[str, Any]]) -> None:
    stacks = {
        (one["runtime_version"], one["compute_platform"], one["compute_platform_version"]) for one in results
    }
    assert {
        ("1.13", "cuda", "11.7"),
        ("2.1.0", "cuda", "12.1"),
        ("2.4.0", "cuda", "12.4"),
        ("2.9.1", "cuda", "13.0"),
        ("2.2.1", "cpu", None),
    } <= stacks
    assert {one["memory_format"] for one in results} == {"nchw", "nhwc"}
    assert {one["mode"] for one in results} == {"inference", "training"}
    assert {one["precision"] for one in results} == {"amp", "amp_bf16", "bf16", "fp32"}
    assert {one["compiler"] for one in results} == {"eager", "dynamo"}


def test_rows_without_a_measurement_are_few_and_are_no_failures(results: list[dict[str, Any]]) -> None:
    untested = [result for result in results if result["status"] != "ok"]
    assert 1 <= len(untested) <= 2 * 2
    assert {(one["status"], one["runtime_version"]) for one in untested} == {("untested", "2.1.0")}


def test_work_is_counted_where_the_tables_have_it(results: list[dict[str, Any]]) -> None:
    uncounted = [result for result in results if _value(result, "macs_per_item") is None]
    in_tables_with_counts = {
        result["subject"]
        for result in uncounted
        if result["mode"] == "inference"
        and (result["device_kind"], result["runtime_version"]) != ("cpu", "2.2.1")
    }
    assert in_tables_with_counts <= {"mobilenetv3_large_150d"}
    tables = {(result["mode"], result["device_kind"], result["runtime_version"]) for result in uncounted}
    assert {("training", "cuda", "1.12"), ("inference", "cpu", "2.2.1")} <= tables
