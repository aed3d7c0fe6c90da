"""Declarations that nothing was measured hold for the record they are made of, in files that hold both kinds."""

import json
from typing import Any

import pytest

from benchmart.event_log.events import ResultRecorded
from collectors.adapters.contract import BadRow
from collectors.adapters.document import Document
from collectors.adapters.registry import ADAPTERS, recognise

_STAMP = {
    "simulated_hardware": ["webgpu", "webnn", "rocm", "mps", "qnn", "openvino"],
    "warnings": ["stamped"],
}


def _bases(value: Any, name: str = "document.json") -> dict[str, str]:
    """Basis by JSON path."""
    document = Document(name, json.dumps(value).encode())
    adapter = recognise(document, ADAPTERS, lambda one, error: pytest.fail(f"{one.name}: {error}"))
    assert adapter is not None
    found = list(adapter.read(document))
    assert not [one for one in found if isinstance(one, BadRow)]
    return {one.source_locator: one.basis for one in found if isinstance(one, ResultRecorded)}


def test_a_stamp_on_a_whole_file_holds_for_the_hardware_in_it_only() -> None:
    devices = ("cpu", "cuda", "OpenVINO", "qualcomm", "Apple MPS", "rocm:0")
    tests = [{"model": "example/hop", "hardware": one, "success": True} for one in devices]
    bases = _bases({"detailed_results": tests, "model_results": {}, "stats": {}, **_STAMP})
    assert list(bases.values()) == ["measured", "measured", *["simulated"] * 4]


def test_timed_runs_of_a_stamped_file_stay_measured_on_the_processor() -> None:
    run = {"status": "completed", "latencies": [0.5], "avg_latency": 0.5, "throughput": 2.0}
    entry = {"status": "completed", "benchmark_results": {"batch_1_seq_8": run}}
    benchmarks = {"embedding": {"example/hop": {"cpu": entry, "mps": entry}}}
    value = {"benchmarks": benchmarks, "hardware_info": {}, "system_info": {}, **_STAMP}
    assert list(_bases(value).values()) == ["measured", "simulated"]


def test_a_suite_that_was_stamped_flags_its_tests_by_their_own_hardware_not_by_the_key_above() -> None:
    blocks = {
        "openvino": {"detailed_results": [{"model": "hop", "hardware": "cpu", "success": True}]},
        "cpu": {"detailed_results": [{"model": "hop", "hardware": "openvino", "success": True}]},
    }
    keys = {"performance_benchmarks": {}, "models": {}, "hardware_detected": {}}
    bases = _bases({"functionality_verification": blocks, **keys, **_STAMP})
    assert list(bases.values()) == ["measured", "simulated"]


def test_a_cell_of_a_stamped_matrix_is_simulated_on_the_listed_hardware_only() -> None:
    cell = {"compatible": True, "benchmark_results": [], "performance_rating": None}
    families = {"embedding": {"hardware_compatibility": {"cpu": cell, "webgpu": cell}}}
    value = {"model_families": families, "hardware_types": ["cpu", "webgpu"], **_STAMP}
    assert list(_bases(value).values()) == ["measured", "simulated"]


def test_a_mock_on_one_platform_says_nothing_of_the_others() -> None:
    status = {
        "cpu_init": "Success (REAL)",
        "cuda_init": "Success (REAL)",
        "cuda_output_example": {"elapsed_time": 0.5, "implementation": "REAL", "is_simulated": True},
        "openvino_handler": "Success (MOCK)",
    }
    bases = _bases({"status": status, "examples": [{"platform": "CPU", "elapsed_time": 0.5}], "metadata": {}})
    assert bases == {
        "$.status.cpu*": "measured",
        "$.status.cuda*": "measured",
        "$.status.openvino*": "simulated",
        "$.status.cuda_output_example": "simulated",
        "$.examples[0]": "measured",
    }


def test_a_real_label_does_not_hide_that_a_page_was_simulated() -> None:
    one = {
        "model_key": "hop",
        "platform": "webgpu",
        "status": "success",
        "implementation_type": "REAL_WEBGPU",
        "metrics": {"inference_time_ms": 8},
    }
    simulated = [{**one, "is_simulation": True}, {**one, "platform_support": {"simulated": True}}]
    bases = _bases({"models_tested": ["hop"] * 3, "results": [{**one, "is_simulation": False}, *simulated]})
    assert list(bases.values()) == ["measured", "simulated", "simulated"]


def test_an_answer_of_a_mock_is_simulated_and_the_next_request_is_not() -> None:
    requests = [
        {"success": True, "content": "This is a mock response", "time_taken": 0.1},
        {"success": True, "content": "Hello", "time_taken": 0.1},
    ]
    bases = _bases({"total_requests": 2, "model": "hop", "results": {"basic": requests}})
    assert list(bases.values()) == ["simulated", "measured"]


def test_what_a_run_printed_does_not_flag_it() -> None:
    one = {"model": "example/hop", "hardware": "cpu", "success": True, "stdout": "cuda: Success (MOCK)"}
    bases = _bases({"detailed_results": [one], "model_results": {}, "stats": {}})
    assert list(bases.values()) == ["measured"]


def test_a_warning_on_a_file_that_has_results_after_all_does_not_flag_them() -> None:
    value = {
        "completed_benchmarks": [],
        "failed_benchmarks": [{"model": "hop", "hardware": "cpu", "error": "no"}],
        "skipped_benchmarks": [],
        "WARNING": "This file contains simulated results",
    }
    assert list(_bases(value).values()) == ["measured"]


def test_one_batch_that_follows_the_formula_is_computed_and_one_that_does_not_is_not() -> None:
    sizes = {
        "1": {"throughput": 50, "latency_ms": 20, "success": True},
        "2": {"throughput": 80, "latency_ms": 25, "success": True},
    }
    bases = _bases({"hardware_key": "cpu", "model_path": "example/hop", "batch_sizes": sizes})
    assert list(bases.values()) == ["simulated", "measured"]


def test_times_of_the_processor_under_the_name_of_a_card_are_suspect_and_the_processor_is_not() -> None:
    def entry(factor: float) -> dict[str, Any]:
        seconds = {f"batch_1_seq_{length}": factor * length / 64 for length in (8, 16, 32, 64)}
        runs = {
            key: {"status": "completed", "avg_latency": one, "throughput": 1 / one}
            for key, one in seconds.items()
        }
        return {"status": "completed", "benchmark_results": runs}

    devices = {"cpu": entry(1), "cuda": entry(1.02), "mps": entry(0.2)}
    value = {"benchmarks": {"embedding": {"example/hop": devices}}, "hardware_info": {}, "system_info": {}}
    assert list(_bases(value).values()) == [*["measured"] * 4, *["suspect"] * 4, *["measured"] * 4]


def test_an_item_whose_numbers_contradict_each_other_is_suspect_and_its_neighbour_is_not() -> None:
    one = {"model_name": "example/hop", "hardware_type": "cpu", "batch_size": 2, "average_latency_ms": 500.0}
    sound = {**one, "throughput_items_per_second": 4.0, "iterations": 10, "total_time_seconds": 5.0}
    bases = _bases(
        [sound, {**sound, "total_time_seconds": 50.0}, {**sound, "throughput_items_per_second": 2.0}]
    )
    assert list(bases.values()) == ["measured", "suspect", "suspect"]
