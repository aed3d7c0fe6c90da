"""Published MLPerf results, when they are at hand: every file is read, and a second reading agrees.

They are `mlperf_*` and `formats/mlperf_summary_results` of the folder named by BENCHMART_TEST_DATA, else of
`shared/data` beside the checkout.
"""

import csv
import json
import math
import os
import re
import statistics
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from benchmart.event_log.events import ResultRecorded
from collectors.adapters.registry import ADAPTERS
from collectors.importing.reading import Reading, read_path
from collectors.importing.report import Outcome

_DATA = Path(os.environ.get("BENCHMART_TEST_DATA") or Path(__file__).parents[3] / "shared" / "data")
_TABLES = sorted(_DATA.glob("mlperf_inference_*/*_results.csv"))
_TRAINING_TABLES = sorted(_DATA.glob("mlperf_training_*/*_results.csv"))
_CURVES = sorted(_DATA.glob("mlperf_training_*/*_throughput_curves.csv"))
_LOGS = sorted(_DATA.glob("mlperf_inference_*/raw_logs/**/mlperf_log_summary.txt"))
_SYSTEMS = sorted(_DATA.glob("mlperf_*/systems/**/*.json"))
_SUMMARIES = sorted(_DATA.glob("formats/mlperf_summary_results/*.json"))
_FILES = [*_TABLES, *_TRAINING_TABLES, *_CURVES, *_LOGS, *_SYSTEMS, *_SUMMARIES]

pytestmark = pytest.mark.skipif(
    not _FILES, reason=f"no published results at {_DATA}; name their folder with BENCHMART_TEST_DATA"
)


@cache
def _read(path: Path) -> Reading:
    return read_path(path, ADAPTERS)


def _results(path: Path) -> list[ResultRecorded]:
    return [record for record in _read(path).records if isinstance(record, ResultRecorded)]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def _values(result: ResultRecorded) -> dict[str, float]:
    return {metric.name: metric.value for metric in result.metrics}


@pytest.mark.parametrize(
    ("paths", "adapter", "outcome"),
    [
        (_TABLES, "mlperf_inference_csv", Outcome.TAKEN),
        (_TRAINING_TABLES, "mlperf_training_csv", Outcome.TAKEN),
        (_CURVES, "mlperf_curves_csv", Outcome.UNTOUCHED),
        (_LOGS, "mlperf_inference_log", Outcome.TAKEN),
        (_SYSTEMS, "mlperf_system", Outcome.UNTOUCHED),
        (_SUMMARIES, "mlperf_summary", Outcome.TAKEN),
    ],
)
def test_every_file_is_known_and_nothing_in_it_is_refused(
    paths: list[Path], adapter: str, outcome: Outcome
) -> None:
    for path in paths:
        reading = _read(path)
        assert reading.adapter is not None, path
        assert (reading.adapter.name, reading.outcome, list(reading.quarantined)) == (adapter, outcome, []), (
            path
        )
        assert reading.document is not None
        assert [one.name for one in ADAPTERS if one.recognises(reading.document)] == [adapter], path


def test_every_row_is_a_record_with_the_numbers_of_the_row() -> None:
    columns = {
        "samples_per_second": "throughput",
        "tokens_per_second": "token_throughput",
        "mean_latency_ns": "latency_mean",
        "p50_latency_ns": "latency_p50",
        "p90_latency_ns": "latency_p90",
        "p99_latency_ns": "latency_p99",
        "p99_ttft_ns": "ttft_p99",
        "p99_tpot_ns": "tpot_p99",
    }
    for path in _TABLES:
        rows, results = _rows(path), _results(path)
        assert len(rows) == len(results) > 0
        for row, result in zip(rows, results, strict=True):
            assert result.subject == row["benchmark"]
            assert result.condition["scenario"].lower() == row["scenario"].lower()
            assert _values(result) == {name: float(row[one]) for one, name in columns.items() if row[one]}
            assert result.basis == {"VALID": "measured", "INVALID": "suspect"}[row["valid"]]


def test_devices_are_those_of_the_whole_system_and_processors_where_there_is_no_accelerator() -> None:
    for path in _TABLES:
        for row, result in zip(_rows(path), _results(path), strict=True):
            has_none = row["accelerator"] in {"", "N/A"}
            name, count = (
                ("host_processor", "host_processors_per_node")
                if has_none
                else ("accelerator", "accelerators_per_node")
            )
            assert result.device == row[name]
            assert (result.device_kind == "cpu") is has_none
            assert result.device_count == int(row[count]) * int(row["number_of_nodes"])


def test_streams_have_a_latency_and_no_throughput_and_all_else_has_one() -> None:
    for path in [*_TABLES, *_LOGS]:
        for result in _results(path):
            is_stream = result.condition["scenario"] in {"SingleStream", "MultiStream"}
            assert ("throughput" in _values(result)) is not is_stream
            assert (result.batch_size is not None) is is_stream


def test_repeats_are_records_of_their_own() -> None:
    for path in _TABLES:
        places = Counter(
            (
                one.attributes["submitter"],
                one.attributes["system"],
                one.subject,
                *sorted(one.condition.items()),
                one.attributes["run"],
            )
            for one in _results(path)
        )
        assert set(places.values()) == {1}


def test_logs_say_what_the_table_says_of_them() -> None:
    told = {
        (
            row["division"],
            row["submitter"],
            row["system"],
            row["benchmark"],
            row["scenario"],
            row["run"],
        ): result
        for path in _TABLES
        for row, result in zip(_rows(path), _results(path), strict=True)
    }
    found = 0
    for path in _LOGS:
        division, submitter, _, system, benchmark, scenario, _, run = path.parts[-9:-1]
        (log,) = _results(path)
        table = told.get((division, submitter, system, benchmark, scenario, run))
        if table is None:
            continue
        found += 1
        assert (log.subject, log.condition, log.batch_size) == (
            table.subject,
            table.condition,
            table.batch_size,
        )
        both = {name: value for name, value in _values(log).items() if name in _values(table)}
        assert both == _values(table), path
    assert found == len(_LOGS)


def test_logs_hold_the_latencies_a_plain_search_finds() -> None:
    for path in _LOGS:
        text = path.read_text()
        (log,) = _results(path)
        for name, pattern in (
            ("latency_mean", r"^Mean latency \(ns\) *: (\d+)$"),
            ("latency_p97", r"^97\.00 percentile latency \(ns\) *: (\d+)$"),
            ("latency_p99_9", r"^99\.90 percentile latency \(ns\) *: (\d+)$"),
        ):
            (number,) = re.findall(pattern, text, re.MULTILINE)
            assert _values(log)[name] == int(number), path


def test_every_training_run_is_a_record_and_only_successes_have_a_time_to_train() -> None:
    for path in _TRAINING_TABLES:
        rows, results = _rows(path), _results(path)
        assert len(rows) == len(results) > 0
        for row, result in zip(rows, results, strict=True):
            values = _values(result)
            assert result.status == {"success": "ok", "aborted": "failed", "": "untested"}[row["status"]]
            assert values.get("time_to_train") == (
                float(row["minutes_to_train"]) if row["status"] == "success" else None
            )
            expected = float(row["throughput_median"]) if row["throughput_median"] and row["status"] else None
            if row["benchmark"] == "ssd" and expected:
                expected = expected * (result.device_count or 1) if row["status"] == "success" else None
            assert values.get("throughput") == expected
            assert result.batch_size == int(row["global_batch_size"])
            assert result.device_count == int(row["accelerators_per_node"]) * int(row["number_of_nodes"])
            assert result.occurred_at is not None
            assert round(result.occurred_at.timestamp() * 1000) == int(row["run_start_ms"])


def test_successes_train_about_as_many_samples_whatever_the_cluster() -> None:
    """Throughput x time, that is: a rate of one accelerator under the name of all would fall with their number."""
    for path in _TRAINING_TABLES:
        worked: dict[str, list[tuple[float, float]]] = {}
        for row, result in zip(_rows(path), _results(path), strict=True):
            values = _values(result)
            if {"throughput", "time_to_train"} <= values.keys() and result.device_count:
                done = math.log(values["throughput"] * values["time_to_train"])
                worked.setdefault(row["benchmark"], []).append((math.log(result.device_count), done))
        for benchmark, points in worked.items():
            counts, done = zip(*points, strict=True)
            if len(set(counts)) > 1:
                assert abs(statistics.linear_regression(counts, done).slope) < 0.5, benchmark


def test_official_results_keep_their_numbers_and_inferred_ones_are_estimates() -> None:
    metrics = {
        "Tokens/s": {"token_throughput"},
        "Samples/s": {"throughput"},
        "Queries/s": {"throughput"},
        "Latency (ms)": {"latency_p90", "latency_p99"},
    }
    for path in _SUMMARIES:
        records, results = json.loads(path.read_text()), _results(path)
        assert len(records) == len(results) > 0
        for record, result in zip(records, results, strict=True):
            (metric,) = result.metrics
            assert metric.value == record["Performance_Result"]
            assert metric.name in metrics[record["Performance_Units"]]
            assert (result.basis == "estimated") is (record["inferred"] == 1)
            assert result.device_count == (record["a#"] or record["p#"]) * record["Nodes"]
            assert result.device == (record["Accelerator"] or record["Processor"])
