"""Real historical JSON on what works, when it is at hand: outcomes read a second time, without the adapters' help.

Records and values of all shapes are compared by tests/importing/test_real_legacy.py.

The files are not part of the project. They are `legacy_json/` of the folder named by BENCHMART_TEST_DATA, else of
`shared/data` beside the checkout; without them these tests are skipped.
"""

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from legacy_counts import default_folder

from benchmart.event_log.events import ResultRecorded
from collectors.adapters.registry import ADAPTERS
from collectors.importing.reading import Reading, understand

_DATA = default_folder()
pytestmark = pytest.mark.skipif(
    not _DATA.is_dir(), reason=f"no historical JSON at {_DATA}; name its folder with BENCHMART_TEST_DATA"
)


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
