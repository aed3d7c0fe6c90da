"""Real historical JSON, when it is at hand: records and values against a second, simpler reading of the files.

The files are not part of the project. They are `legacy_json/` of the folder named by BENCHMART_TEST_DATA, else of
`shared/data` beside the checkout; without them these tests are skipped.
"""

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import RESULT_RECORDED
from collectors.importing import ImportReport, Outcome, import_paths

_DATA = (
    Path(os.environ.get("BENCHMART_TEST_DATA") or Path(__file__).parents[3] / "shared" / "data")
    / "legacy_json"
)
_CONFIGURATION = re.compile(r"batch_\d+(_\w+)?")

pytestmark = pytest.mark.skipif(
    not _DATA.is_dir(), reason=f"no historical JSON at {_DATA}; name its folder with BENCHMART_TEST_DATA"
)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> EventLog:
    return EventLog(tmp_path_factory.mktemp("legacy") / "events")


@pytest.fixture(scope="module")
def report(log: EventLog) -> ImportReport:
    return import_paths(log, [_DATA])


def _runs(value: Any) -> Iterator[dict[str, Any]]:
    """Every object under a key such as `batch_8_seq_32`, however deep."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if _CONFIGURATION.fullmatch(key) and isinstance(inner, dict):
                yield inner
            else:
                yield from _runs(inner)


def _count(value: Any) -> int:
    return sum(1 for _ in _runs(value))


_RULES: dict[str, Callable[[Any], int]] = {
    "benchmark_results": lambda document: _count(document["benchmarks"]),
    "suite_results": lambda document: (
        sum(len(block["detailed_results"]) for block in document["functionality_verification"].values())
        + sum(max(1, _count(family)) for family in document["performance_benchmarks"].values())
    ),
    "model_functionality": lambda document: len(document["detailed_results"]),
    "compat_matrix": lambda document: sum(
        1 + len(cell.get("benchmark_results") or [])
        for family in document["model_families"].values()
        for cell in family["hardware_compatibility"].values()
    ),
    "hw_benchmark": lambda document: len(document["batch_sizes"]),
    "direct_benchmark": lambda document: len(document["batch_results"]),
    "perf_list": len,
    "web_result": lambda _document: 1,
    "run_config": lambda _document: 0,
}


@pytest.mark.parametrize("shape", _RULES)
def test_every_file_of_a_shape_gives_as_many_records_as_the_rule_says(
    shape: str, report: ImportReport
) -> None:
    files = [file for file in report.files if file.format == f"legacy_{shape}"]
    assert files
    expected = {file.path: _RULES[shape](json.loads(Path(file.path).read_bytes())) for file in files}
    assert {file.path: file.records for file in files} == expected


def test_no_file_of_a_known_shape_has_parts_that_were_not_understood(report: ImportReport) -> None:
    known = [file for file in report.files if file.format and file.format.startswith("legacy_")]
    assert [file for file in known if file.quarantined or file.outcome is Outcome.FAILED] == []


def test_latency_and_throughput_of_the_real_runs_are_those_of_the_files(
    log: EventLog, report: ImportReport
) -> None:
    files = [file.path for file in report.files if file.format == "legacy_benchmark_results"]
    runs = [run for path in files for run in _runs(json.loads(Path(path).read_bytes()))]
    done = [run for run in runs if run.get("status") == "completed"]
    told = {
        name: Counter(
            round(metric["value"], 12)
            for result in log.read(RESULT_RECORDED).to_pylist()
            if result["collector"] == "adapter:legacy_benchmark_results"
            for metric in result["metrics"]
            if metric["name"] == name
        )
        for name in ("latency_mean", "throughput")
    }
    assert len(done) > 100
    assert told["latency_mean"] == Counter(round(run["avg_latency"], 12) for run in done)
    assert told["throughput"] == Counter(round(run["throughput"], 12) for run in done)


def test_nothing_a_browser_is_said_to_have_done_counts_as_measured(
    log: EventLog, report: ImportReport
) -> None:
    assert report.added
    results = log.read(RESULT_RECORDED, ["collector", "basis"]).to_pylist()
    web = {result["basis"] for result in results if result["collector"].startswith("adapter:legacy_web")}
    assert "measured" not in web


def test_a_second_import_adds_nothing(log: EventLog, report: ImportReport) -> None:
    assert report.added
    assert import_paths(log, [_DATA]).added == 0
