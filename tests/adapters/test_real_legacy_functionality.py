"""Real historical JSON on what works, when it is at hand: counted and read a second time, without the adapters' help.

The files are not part of the project. They are `legacy_json/` of the folder named by BENCHMART_TEST_DATA, else of
`shared/data` beside the checkout; without them these tests are skipped.
"""

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from benchmart.event_log.events import ResultRecorded
from collectors.adapters.registry import ADAPTERS
from collectors.importing.reading import Reading, understand

_DATA = (
    Path(os.environ.get("BENCHMART_TEST_DATA") or Path(__file__).parents[3] / "shared" / "data")
    / "legacy_json"
)
pytestmark = pytest.mark.skipif(
    not _DATA.is_dir(), reason=f"no historical JSON at {_DATA}; name its folder with BENCHMART_TEST_DATA"
)

_PLATFORM_KEY = re.compile(r"(cpu|cuda|openvino|apple|mps|rocm|qualcomm|webnn|webgpu)(?:_.*)?")


@cache
def _readings() -> tuple[Reading, ...]:
    paths = sorted(path for path in _DATA.rglob("*") if path.is_file())
    return tuple(understand(path, path.read_bytes(), ADAPTERS) for path in paths)


def _of(shape: str) -> Iterator[tuple[Reading, Any]]:
    for reading in _readings():
        if reading.adapter and reading.adapter.name == f"legacy_{shape}":
            yield reading, json.loads(reading.path.read_bytes())


def _results(shape: str) -> Iterator[ResultRecorded]:
    for reading, _ in _of(shape):
        for record in reading.records:
            assert isinstance(record, ResultRecorded)
            yield record


def _skill(document: Any) -> int:
    """Platforms by the beginnings of keys, and examples: counted from the words of the format's description."""
    status = document["status"] if isinstance(document.get("status"), dict) else document
    platforms = {match[1] for key in status if (match := _PLATFORM_KEY.fullmatch(key))}
    examples = sum(key.endswith("_example") and isinstance(status[key], dict) for key in status)
    listed = document["examples"] if isinstance(document.get("examples"), list) else []
    count: int = len(platforms) + examples + sum(isinstance(one, dict) for one in listed)
    return max(1, count)


def _run(test: Any) -> int:
    return 1 + (_skill(test["json_result"]) if isinstance(test.get("json_result"), dict) else 0)


def _items(value: Any) -> int:
    return len(value) if isinstance(value, list) else sum(map(_items, value.values()))


def _exits(value: Any) -> int:
    if not isinstance(value, dict):
        return 0
    return 1 if "exit_code" in value else sum(map(_exits, value.values()))


_RULES: dict[str, Callable[[Any], int]] = {
    "skill_perf": lambda document: _skill(document["results"]),
    "skill_status_ems": _skill,
    "skill_status_flat": _skill,
    "skill_tests": lambda document: sum(map(_run, document["skill_tests"].values())),
    "skill_test_run": _run,
    "skill_platform_tests": lambda document: len(document["tests"]),
    "queue_requests": lambda document: _items(document["results"]),
    "backoff_queue_test": lambda document: len(document["backoff_test"]) + len(document["queue_test"]),
    "queue_backoff": lambda document: _exits(document["tests"]),
    "api_status": lambda document: len(document["apis"]),
    "fix_analysis": lambda document: len(document["files_analyzed"]),
    "fix_report": lambda document: len(document["files_details"]),
    "generation_summary": lambda document: (
        len(document["generation_results"]) + len(document["execution_results"])
    ),
    "new_models": lambda document: len(document["tests"]),
    "critical_models": lambda document: len(document["model_results"]),
    "validation_list": len,
    "api_model_perf": lambda document: len(document["models"]),
    "api_exploration": lambda document: (
        sum(len(document[f"{key}_results"]) for key in ("temperature", "system_prompt"))
        + len(document["model_comparison"])
        + 1
    ),
    "simple_test": lambda document: len(document["results"]),
    "hw_test": lambda _document: 1,
    "real_vs_sim": lambda _document: 1,
}


@pytest.mark.parametrize("shape", _RULES)
def test_every_file_of_a_shape_gives_as_many_records_as_its_description_says(shape: str) -> None:
    found = {str(reading.path): len(reading.records) for reading, _ in _of(shape)}
    assert found
    assert found == {str(reading.path): _RULES[shape](document) for reading, document in _of(shape)}


def test_nothing_but_the_file_that_was_cut_off_is_quarantined() -> None:
    quarantined = [reading for reading in _readings() if reading.quarantined]
    assert [(reading.path.name, reading.adapter) for reading in quarantined] == [
        ("database_metadata.json", None)
    ]


def test_times_of_examples_are_those_of_the_files_unless_the_example_failed() -> None:
    told: Counter[float] = Counter()
    for _, document in _of("skill_status_ems"):
        for example in document["examples"]:
            is_error = str(example.get("output", "")).startswith("Error") or "error" in example
            if example.get("elapsed_time") is not None and not is_error:
                told[example["elapsed_time"]] += 1
    assert told.total() > 20
    assert told == Counter(
        metric.value
        for record in _results("skill_status_ems")
        if record.condition.get("level") == "example"
        for metric in record.metrics
        if (metric.name, metric.unit) == ("duration", "second")
    )


def test_a_request_answered_with_the_text_of_an_error_has_failed_and_a_mock_answered_nothing_real() -> None:
    told: Counter[tuple[str, str]] = Counter()

    def look(value: Any) -> None:
        for one in value if isinstance(value, list) else value.values():
            if isinstance(one, dict) and "content" in one:
                text = str(one["content"])
                told[
                    "failed" if text.startswith("Error") or not one["success"] else "ok",
                    "simulated" if "mock" in text.lower() else "measured",
                ] += 1
            else:
                look(one)

    for _, document in _of("queue_requests"):
        look(document["results"])
    assert told
    assert told == Counter((record.status, record.basis) for record in _results("queue_requests"))


def test_a_platform_that_says_it_is_a_mock_is_never_called_measured() -> None:
    for shape in ("skill_perf", "skill_status_ems", "skill_status_flat", "skill_tests"):
        for record in _results(shape):
            is_log = record.condition.get("level") == "run"
            if not is_log and any("(MOCK)" in value for value in record.attributes.values()):
                assert record.basis in {"simulated", "untested"}, (record.source_uri, record.source_locator)


def test_tokens_a_second_of_the_remote_models_are_those_of_the_file() -> None:
    told = [
        (model["model"], model["response_time"], model["tokens_per_second"])
        for _, document in _of("api_model_perf")
        for model in document["models"]
        if model["success"]
    ]
    found = [
        (record.subject, *(metric.value for metric in record.metrics))
        for record in _results("api_model_perf")
        if record.status == "ok"
    ]
    assert told
    assert found == told


def test_exit_codes_and_outcomes_agree() -> None:
    for record in (*_results("skill_tests"), *_results("queue_backoff"), *_results("generation_summary")):
        code = record.attributes.get("return_code", record.attributes.get("exit_code"))
        if code is not None:
            assert (record.status == "ok") == (code == "0"), record
