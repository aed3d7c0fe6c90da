"""Published results of benchmark tools for code, when they are at hand: every file is read, and a second way agrees.

They are `formats/` of the folder named by BENCHMART_TEST_DATA, else of `shared/data` beside the checkout.
"""

import gzip
import json
import math
import os
import re
from pathlib import Path
from typing import Any

import pytest

from benchmart.event_log.events import ResultRecorded
from collectors.adapters.code_tools import ADAPTERS as CODE_TOOLS
from collectors.adapters.registry import ADAPTERS
from collectors.importing.reading import Reading, read_path
from collectors.importing.report import Outcome

_DATA = (
    Path(os.environ.get("BENCHMART_TEST_DATA") or Path(__file__).parents[3] / "shared" / "data") / "formats"
)
_FOLDERS = ("pyperf", "github_action_benchmark_inputs")
_READ_ELSEWHERE = re.compile(r"pytest_|googlecpp_")
_FILES = sorted(
    path for folder in _FOLDERS for path in (_DATA / folder).glob("*") if not _READ_ELSEWHERE.match(path.name)
)
_SECONDS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}
_UNIT_SECONDS = {"nanosecond": 1e-9, "microsecond": 1e-6, "millisecond": 1e-3, "second": 1.0}

pytestmark = pytest.mark.skipif(
    not _FILES, reason=f"no published results at {_DATA}; name their folder with BENCHMART_TEST_DATA"
)


def _read(path: Path) -> Reading:
    return read_path(path, ADAPTERS)


def _results(reading: Reading) -> list[ResultRecorded]:
    return [record for record in reading.records if isinstance(record, ResultRecorded)]


def _of(name: str) -> list[tuple[Path, Reading]]:
    readings = [(path, _read(path)) for path in _FILES]
    return [(path, one) for path, one in readings if one.adapter is not None and one.adapter.name == name]


def _seconds(result: ResultRecorded) -> float | None:
    return next(
        (one.value * _UNIT_SECONDS[one.unit] for one in result.metrics if one.name == "latency_mean"), None
    )


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.name)
def test_every_file_is_taken_by_one_adapter_and_no_other_claims_it(path: Path) -> None:
    reading = _read(path)
    assert reading.outcome is Outcome.TAKEN
    assert reading.document is not None
    claiming = [adapter.name for adapter in ADAPTERS if adapter.recognises(reading.document)]
    assert claiming == [reading.adapter.name if reading.adapter else ""]


def test_nothing_in_them_is_refused() -> None:
    assert {path.name: one.reason for path in _FILES for one in _read(path).quarantined} == {}


def test_pyperf_means_are_those_of_all_values_of_the_runs() -> None:
    readings = _of("pyperf")
    assert readings
    for path, reading in readings:
        data = path.read_bytes()
        value = json.loads(gzip.decompress(data) if path.suffix == ".gz" else data)
        expected: list[Any] = []
        for benchmark in value["benchmarks"]:
            values = [one for run in benchmark["runs"] for one in run.get("values", ())]
            expected.append((math.fsum(values) / len(values), len(values)))
        found = [(one.metrics[0].value, len(one.metrics[0].samples or ())) for one in _results(reading)]
        assert [count for _, count in found] == [count for _, count in expected]
        assert [mean for mean, _ in found] == pytest.approx([mean for mean, _ in expected]), path.name


def test_cargo_and_go_times_are_the_numbers_before_their_units() -> None:
    for name, pattern in (("cargo_bench", r"bench: +([\d,.]+) ns/iter"), ("go_bench", r"([\d.]+) ns/op")):
        readings = _of(name)
        assert readings
        for path, reading in readings:
            told = [
                float(number.replace(",", "")) * 1e-9
                for number in re.findall(pattern, path.read_text("utf-8"))
            ]
            found = [seconds for one in _results(reading) if (seconds := _seconds(one)) is not None]
            assert found == pytest.approx(told), path.name


def test_catch2_means_are_the_first_numbers_of_the_lines_above_the_deviations() -> None:
    for path, reading in _of("catch2"):
        value = r"([\d.]+) (ns|us|ms|s)"
        lines = re.findall(rf"^ +{value} +{value} +{value} *\r?$", path.read_text("utf-8"), re.MULTILINE)
        told = [float(number) * _SECONDS[unit] for number, unit, *_ in lines[::2]]
        found = [_seconds(one) or 0.0 for one in _results(reading)]
        assert found == pytest.approx(told), path.name


def test_scores_of_jmh_are_the_means_of_their_raw_data() -> None:
    for _, reading in _of("jmh"):
        for result in _results(reading):
            (metric,) = result.metrics
            assert metric.samples
            assert metric.value == pytest.approx(math.fsum(metric.samples) / len(metric.samples))


def test_most_of_the_formats_are_among_the_published_files() -> None:
    found = {adapter.name for adapter in CODE_TOOLS if _of(adapter.name)}
    assert found >= {adapter.name for adapter in CODE_TOOLS} - {"benchmarkdotnet", "catch2_xml", "junit_xml"}
