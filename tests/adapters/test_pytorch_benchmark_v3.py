"""The PyTorch benchmark database: units that stand in the names of metrics, and hardware that several places tell."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from benchmart.event_log.events import ResultRecorded
from collectors.adapters import pytorch_metrics
from collectors.adapters.document import Document
from collectors.adapters.pytorch_benchmark_v3 import ADAPTER
from collectors.adapters.pytorch_metrics import metric_kind

_SEEDS = Path(__file__).parents[2] / "seeds"


def _result(**over: Any) -> ResultRecorded:
    record = {
        "benchmark": {"name": "hop"},
        "model": {"name": "hopnet"},
        "metric": {"name": "latency(ms)", "benchmark_values": [2]},
    }
    (finding,) = ADAPTER.read(Document("hop.json", json.dumps([record | over]).encode()))
    assert isinstance(finding, ResultRecorded), finding
    return finding


@pytest.mark.parametrize(
    ("name", "metric", "unit"),
    [
        ("latency(us)", "latency_mean", "microsecond"),
        ("latency (ms)", "latency_mean", "millisecond"),
        ("median_itl_ms", "itl_p50", "millisecond"),
        ("p99_tpot_ms", "tpot_p99", "millisecond"),
        ("p99_e2el_ms", "request_latency_p99", "millisecond"),
        ("latency_p95_ms", "latency_p95", "millisecond"),
        ("avg_inference_latency(ms)", "latency_mean", "millisecond"),
        ("load_model_time(ms)", "load_time", "millisecond"),
        ("compile_time_sec", "compile_time", "second"),
        ("peak_inference_mem_usage(MB)", "memory_peak", "megabyte"),
        ("memory_bandwidth(GB/s)", "memory_bandwidth", "gigabyte/second"),
        ("Requests_per_second", "request_throughput", "request/second"),
        ("compression_ratio", "memory_compression", "ratio"),
    ],
)
def test_a_name_with_a_unit_is_a_metric_in_that_unit(name: str, metric: str, unit: str) -> None:
    kind = metric_kind(name)
    assert (kind.metric, kind.unit, kind.condition) == (metric, unit, {})


@pytest.mark.parametrize(
    ("name", "metric"),
    [
        ("latency", "smaller_is_better"),
        ("compilation_latency", "smaller_is_better"),
        ("throughput", "bigger_is_better"),
        ("std_ttft_ms", "other_value"),
        ("latency(GB)", "smaller_is_better"),
        ("peak_mem_usage(ms)", "smaller_is_better"),
        ("memory_bandwidth(GB)", "other_value"),
        ("p42_latency_ms", "smaller_is_better"),
        ("mean_latency_mean_ms", "smaller_is_better"),
        ("hop", "other_value"),
    ],
)
def test_a_name_without_a_unit_that_fits_is_a_number_of_its_own_kind(name: str, metric: str) -> None:
    kind = metric_kind(name)
    assert (kind.metric, kind.unit, kind.condition) == (metric, "unstated", {"metric": name})


def test_every_metric_and_unit_is_known_to_the_warehouse() -> None:
    metrics = {row["metric"]: row["unit"] for row in csv.DictReader((_SEEDS / "metrics.csv").open())}
    bases = {row["unit"]: row["base_unit"] for row in csv.DictReader((_SEEDS / "units.csv").open())}
    pairs = dict(pytorch_metrics._WITHOUT_UNIT.values())
    assert {metric: bases[unit] for metric, unit in pairs.items()} == {one: metrics[one] for one in pairs}
    assert pytorch_metrics._KNOWN_TIMES | {*pytorch_metrics._LENGTHS.values()} <= set(metrics)
    assert set(pytorch_metrics._UNITS.values()) <= set(bases)


def test_several_values_are_samples_of_their_mean() -> None:
    (metric,) = _result(metric={"name": "latency(ms)", "benchmark_values": [1, 2, 6]}).metrics
    assert (metric.value, metric.samples) == (3.0, [1.0, 2.0, 6.0])


def test_graphics_cards_of_all_runners_are_counted() -> None:
    runner = {"name": "ci", "gpu_info": "Hop GPU", "gpu_count": 4, "cpu_info": "Hop CPU"}
    result = _result(runners=[runner, runner])
    assert (result.device, result.device_count) == ("Hop GPU", 8)


def test_one_runner_that_does_not_count_leaves_the_number_open() -> None:
    assert _result(runners=[{"gpu_info": "Hop GPU"}, {"gpu_count": 1}]).device_count is None


def test_the_name_of_a_runner_is_no_device_unless_it_is_a_phone() -> None:
    assert _result(runners=[{"name": "linux.hop.large", "type": "linux"}]).device is None
    assert _result(runners=[{"name": "Hop Phone", "type": "iOS 30"}]).device == "Hop Phone"


def test_a_kind_of_processor_is_no_device() -> None:
    result = _result(benchmark={"name": "hop", "extra_info": {"device": "cpu", "arch": "x86_64"}})
    assert (result.device, result.device_kind) == (None, "cpu")


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        [1],
        {"benchmark": 1, "metric": 2},
        [{"benchmark": {}, "metric": {}}],
        [{"benchmark": {"name": 1}}],
    ],
)
def test_other_json_is_not_claimed(value: object) -> None:
    assert not ADAPTER.recognises(Document("hop.json", json.dumps(value).encode()))
