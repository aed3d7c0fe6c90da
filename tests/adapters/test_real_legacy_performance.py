"""The upstream project's historical files with times, when they are at hand: conditions and bases read a second time.

Records and values of all shapes are compared by tests/importing/test_real_legacy.py.

They are `legacy_json/` of the folder named by BENCHMART_TEST_DATA, else of `shared/data` beside the checkout; without
them these tests are skipped.
"""

import json
import math
from collections import Counter, defaultdict
from statistics import median

import pytest
from legacy_counts import default_folder
from legacy_reading import shape_of

from collectors.adapters.contract import NotResults
from collectors.adapters.document import Document
from collectors.adapters.registry import ADAPTERS, recognise

_DATA = default_folder()

pytestmark = pytest.mark.skipif(
    not _DATA.is_dir(), reason=f"no historical files at {_DATA}; name their folder with BENCHMART_TEST_DATA"
)


def _runs(value):
    return [
        (family, model, device, key, run)
        for family, models in value["benchmarks"].items()
        for model, devices in models.items()
        for device, entry in devices.items()
        for key, run in entry["benchmark_results"].items()
    ]


def _findings(path):
    document = Document(str(path), path.read_bytes())
    adapter = recognise(document, ADAPTERS, lambda one, error: pytest.fail(f"{one.name}: {error}"))
    assert adapter is not None, path
    try:
        return list(adapter.read(document))
    except NotResults:
        return []


@pytest.fixture(scope="module")
def files():
    """Shape, JSON value and findings of every file."""
    found = []
    for path in sorted(_DATA.rglob("*.json")):
        try:
            value = json.loads(path.read_bytes())
        except json.JSONDecodeError:
            continue
        if shape := shape_of(value):
            found.append((shape.name, value, _findings(path)))
    return found


def _of(files, shape):
    return [(value, findings) for name, value, findings in files if name == shape]


def _only_card(value):
    cards = value["system_info"].get("cuda_devices") or []
    return cards[0]["name"] if len(cards) == 1 else None


def _value(event, name):
    return next((one.value for one in event.metrics if one.name == name), None)


def test_runs_have_the_batch_the_length_and_the_seconds_of_their_files(files) -> None:
    for value, findings in _of(files, "benchmark_results"):
        for (family, model, device, key, run), event in zip(_runs(value), findings, strict=True):
            assert (event.family, event.subject) == (family, model)
            assert event.device in {device, _only_card(value) if device == "cuda" else device}
            words = key.split("_")
            told = dict(zip(words[::2], words[1::2], strict=True))
            assert str(event.batch_size) == told["batch"]
            assert event.sequence_length == (int(told["seq"]) if "seq" in told else None)
            image = event.image_size and f"{event.image_size}x{event.image_size}"
            assert image == told.get("img")
            assert event.condition.get("audio_length") == told.get("audio")
            assert (event.status == "ok") is (run["status"] == "completed")
            assert _value(event, "latency_mean") == run.get("avg_latency")
            assert _value(event, "throughput") == run.get("throughput")
            if event.status == "ok":
                assert list(event.metrics[0].samples) == run["latencies"]
                assert event.metrics[0].unit == "second"
                latency, rate = _value(event, "latency_mean"), _value(event, "throughput")
                assert rate * latency == pytest.approx(event.batch_size, rel=0.1)


def test_devices_with_the_times_of_the_processor_are_suspect_and_the_processor_never_is(files) -> None:
    for value, findings in _of(files, "benchmark_results"):
        ratios = defaultdict(list)
        times = {(m, d, k): run.get("avg_latency") for _, m, d, k, run in _runs(value)}
        for (model, device, key), own in times.items():
            if device != "cpu" and own and times.get((model, "cpu", key)):
                ratios[device].append(own / times[model, "cpu", key])
        same = {device for device, all_of_it in ratios.items() if abs(median(all_of_it) - 1) < 0.05}
        for event in findings:
            assert event.basis == ("suspect" if event.device in same else "measured")


def test_direct_runs_on_the_processor_are_measured_in_milliseconds_and_failures_below_a_success_fail(
    files,
) -> None:
    for value, findings in _of(files, "direct_benchmark"):
        for one, event in zip(value["batch_results"].values(), findings, strict=True):
            assert event.basis == "measured"
            assert event.status == ("ok" if one["success"] else "failed")
            assert _value(event, "latency_mean") == one.get("avg_latency_ms")
            assert {metric.unit for metric in event.metrics} <= {"millisecond", "item/second", "megabyte"}


def test_numbers_that_follow_the_formula_or_the_constants_are_simulated(files) -> None:
    for value, findings in _of(files, "hw_benchmark"):
        for key, event in zip(value["batch_sizes"], findings, strict=True):
            row, size = value["batch_sizes"][key], int(key)
            pair = row["throughput"] / size, (row["latency_ms"] - 10) / size
            assert (event.basis == "simulated") is (pair in {(100, 2), (50, 10), (75, 5)})
    for value, findings in _of(files, "skill_perf_results"):
        timed = [one for one in value["performance"].values() if "min_time" in one]
        spreads = [one["max_time"] / one["avg_time"] for one in timed]
        is_made_up = len(spreads) > 1 and all(math.isclose(spread, 1.1) for spread in spreads)
        assert {event.basis == "simulated" for event in findings} <= {is_made_up}


def test_nothing_in_a_browser_is_called_measured(files) -> None:
    shapes = ("web_result", "web_batch", "web_comparison", "browser_compare")
    bases = Counter(event.basis for shape in shapes for _, found in _of(files, shape) for event in found)
    assert bases.total() > 50
    assert set(bases) <= {"simulated", "suspect"}


def test_lists_whose_totals_cannot_be_are_suspect(files) -> None:
    for value, findings in _of(files, "perf_list"):
        for row, event in zip(value, findings, strict=True):
            took = row["iterations"] * row["average_latency_ms"] / 1e3
            assert (event.basis == "suspect") is (abs(row["total_time_seconds"] / took - 1) > 0.1)


def test_the_list_of_simulated_hardware_holds_for_the_hardware_in_it_only(files) -> None:
    for value, findings in _of(files, "model_functionality"):
        listed = set(value.get("simulated_hardware", []))
        for row, event in zip(value["detailed_results"], findings, strict=True):
            assert event.device == row["hardware"]
            assert event.status == ("ok" if row["success"] else "failed")
            assert (event.basis == "simulated") is (row["hardware"] in listed)


def test_cells_of_a_matrix_without_runs_are_untested(files) -> None:
    for value, findings in _of(files, "compat_matrix"):
        cells = [
            cell
            for family in value["model_families"].values()
            for cell in family["hardware_compatibility"].values()
        ]
        statuses = [
            event.status for event in findings if event.source_locator.count("benchmark_results") == 0
        ]
        for cell, status in zip(cells, statuses, strict=True):
            tried = "failed" if cell["benchmark_results"] else "untested"
            assert status == ("ok" if cell["compatible"] else tried)
