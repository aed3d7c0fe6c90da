"""Published results of asv, Google Benchmark and pytest-benchmark, when they are at hand: a second way agrees.

They are `formats/` of the folder named by BENCHMART_TEST_DATA, else of `shared/data` beside the checkout.
"""

import itertools
import json
import math
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmart.event_log.events import ResultRecorded
from collectors.adapters.registry import ADAPTERS
from collectors.importing.reading import Reading, read_path
from collectors.importing.report import Outcome

_DATA = (
    Path(os.environ.get("BENCHMART_TEST_DATA") or Path(__file__).parents[3] / "shared" / "data") / "formats"
)
_INPUTS = _DATA / "github_action_benchmark_inputs"
_FILES = sorted(
    [
        path
        for folder in ("asv", "google_benchmark", "pytest_benchmark")
        for path in (_DATA / folder).rglob("*.json")
    ]
    + [path for pattern in ("pytest_*.json", "googlecpp_*.json") for path in _INPUTS.glob(pattern)]
)

pytestmark = pytest.mark.skipif(
    not _FILES, reason=f"no published results at {_DATA}; name their folder with BENCHMART_TEST_DATA"
)

_Number = tuple[str, str, float]


def _of(name: str) -> Iterator[tuple[Reading, Any]]:
    for path in _FILES:
        reading = read_path(path, ADAPTERS)
        if reading.adapter is not None and reading.adapter.name == name and reading.records:
            yield reading, json.loads(path.read_bytes())


def _numbers(reading: Reading, *metrics: str) -> list[_Number]:
    results = [record for record in reading.records if isinstance(record, ResultRecorded)]
    return [
        (one.subject, metric.unit, metric.value)
        for one in results
        for metric in one.metrics
        if metric.name in metrics
    ]


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.name[:40])
def test_every_file_is_claimed_by_one_adapter_and_understood_or_kept(path: Path) -> None:
    reading = read_path(path, ADAPTERS)
    assert reading.document is not None
    claiming = [adapter.name for adapter in ADAPTERS if adapter.recognises(reading.document)]
    assert len(claiming) == 1
    assert reading.outcome is (Outcome.UNTOUCHED if path.name == "machine.json" else Outcome.TAKEN)


def test_only_rows_without_a_time_are_refused() -> None:
    refused = [bad for path in _FILES for bad in read_path(path, ADAPTERS).quarantined]
    assert {bad.reason for bad in refused} <= {"real_time is missing"}


def test_times_of_google_benchmark_are_those_of_the_runs_and_of_lone_aggregates() -> None:
    units = {"ns": "nanosecond", "us": "microsecond", "ms": "millisecond", "s": "second"}
    readings = list(_of("google_benchmark"))
    assert readings
    for reading, value in readings:
        rows = [row for row in value["benchmarks"] if "real_time" in row]
        for metric, key in (("latency_mean", "real_time"), ("cpu_time", "cpu_time")):
            told = [(row["name"], units[row["time_unit"]], float(row[key])) for row in rows]
            assert _numbers(reading, metric) == told


def test_times_of_pytest_benchmark_are_those_of_its_stats() -> None:
    named = {"latency_mean": "mean", "latency_p50": "median", "latency_min": "min", "latency_max": "max"}
    readings = list(_of("pytest_benchmark"))
    assert readings
    for reading, value in readings:
        for metric, key in named.items():
            told = [(one["fullname"], "second", one["stats"][key]) for one in value["benchmarks"]]
            assert _numbers(reading, metric) == told


def test_results_of_asv_are_those_of_the_product_of_their_parameters() -> None:
    readings = list(_of("asv"))
    assert readings
    for reading, value in readings:
        records = [record for record in reading.records if isinstance(record, ResultRecorded)]
        found = [(one.subject, one.status, [metric.value for metric in one.metrics]) for one in records]
        assert found == list(_told_by_asv(value))


def _told_by_asv(value: dict[str, Any]) -> Iterator[tuple[str, str, list[float]]]:
    place: Callable[[str], int] = value["result_columns"].index
    for name, row in value["results"].items():
        row = row + [None] * len(value["result_columns"])  # noqa: PLW2901 - short rows leave out the tail
        combinations = list(itertools.product(*(row[place("params")] or [])))
        for one in row[place("result")] or [None] * len(combinations):
            if one is None:
                yield name, "failed", []
            elif math.isnan(one):
                yield name, "skipped", []
            else:
                yield name, "ok", [float(one)]
