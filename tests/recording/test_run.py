"""`Run`: what is recorded is stored, and what would not make a result is refused at once."""

import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from benchmart import Run, catalogue
from benchmart.config import Home
from benchmart.errors import EventError, UsageError
from benchmart.event_log.events import EnvironmentObserved, HardwareObserved
from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import HARDWARE_OBSERVED

Read = Callable[[], list[dict[str, Any]]]


def test_a_result_is_stored_with_its_metrics_and_what_the_run_says_of_all(home: Path, results: Read) -> None:
    with Run(home, condition={"scenario": "offline"}, device="Toaster 9", runtime="pytorch") as run:
        run.record(
            "resnet50",
            metrics={"latency_mean": (12.5, "millisecond", [12, 13]), "throughput": (640, "item/second")},
            batch_size=8,
            condition={"threads": 4, "is_pinned": True},
            attributes={"note": "warm"},
        )
    (row,) = results()
    assert (row["subject_kind"], row["subject"], row["status"]) == ("model", "resnet50", "ok")
    assert (row["basis"], row["device"], row["runtime"]) == ("measured", "Toaster 9", "pytorch")
    assert row["batch_size"] == 8
    assert row["condition"] == {"scenario": "offline", "threads": "4", "is_pinned": "true"}
    assert row["attributes"] == {"note": "warm"}
    assert [(each["name"], each["unit"], each["value"], each["samples"]) for each in row["metrics"]] == [
        ("latency_mean", "millisecond", 12.5, [12.0, 13.0]),
        ("throughput", "item/second", 640.0, None),
    ]
    assert row["run_id"] == run.run_id
    assert abs((datetime.now(UTC) - row["occurred_at"]).total_seconds()) < 60


def test_everything_of_a_run_is_one_batch_a_kind(home: Path) -> None:
    with Run(home) as run:
        for number in range(50):
            run.record_test(f"test_{number}", "passed", duration_seconds=0.1)
    assert sorted(file.kind for file in run.log.files()) == ["environment_observed", "result_recorded"]


def test_equal_results_of_one_run_are_two_facts(home: Path, results: Read) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    with Run(home) as run:
        for _ in range(2):
            run.record("m", metrics={"load_time": (1, "second")}, occurred_at=at)
    assert len({row["event_id"] for row in results()}) == 2


def test_more_than_the_buffer_holds_is_stored_before_the_end(home: Path, results: Read) -> None:
    with Run(home, max_buffered=3) as run:
        for number in range(7):
            run.record_test(f"test_{number}", "passed")
        assert len(results()) == 6
    assert len(results()) == 7


def test_flush_stores_what_waits(home: Path, results: Read) -> None:
    with Run(home) as run:
        run.record_test("test_a", "passed")
        run.flush()
        assert len(results()) == 1
    assert len(results()) == 1


@pytest.mark.parametrize(
    ("word", "status", "attributes"),
    [
        ("passed", "ok", {"outcome": "passed"}),
        ("failed", "failed", {"seconds_until_failure": "0.5"}),
        ("error", "failed", {"outcome": "error", "seconds_until_failure": "0.5"}),
        ("skip", "skipped", {"outcome": "skip"}),
        ("xfailed", "skipped", {"outcome": "xfailed"}),
        ("xpassed", "ok", {"outcome": "xpassed"}),
    ],
)
def test_the_words_of_test_tools_become_statuses(
    home: Path, results: Read, word: str, status: str, attributes: dict[str, str]
) -> None:
    with Run(home) as run:
        run.record_test("test_a", word, duration_seconds=0.5)
    (row,) = results()
    assert (row["subject_kind"], row["status"], row["attributes"]) == ("test", status, attributes)
    durations = [(each["name"], each["unit"], each["value"]) for each in row["metrics"]]
    assert durations == ([("duration", "second", 0.5)] if status == "ok" else [])


def test_a_skipped_test_is_not_measured_and_says_why(home: Path, results: Read) -> None:
    with Run(home) as run:
        run.record_test("test_a", "skipped", basis_reason="no GPU here")
    (row,) = results()
    assert (row["basis"], row["basis_reason"]) == ("untested", "no GPU here")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"metrics": {"latency_men": (1.0, "second")}}, "Did you mean latency_mean"),
        ({"metrics": {"latency_mean": (1.0, "byte")}}, "It has: second, millisecond"),
        ({"metrics": {"latency_mean": 1.0}}, "Give (value, unit)"),
        ({"metrics": {"latency_mean": ("1", "second")}}, "is not a number"),
        ({"metrics": {"latency_mean": (float("nan"), "second")}}, "nan is not a measurement"),
        ({"metrics": {"latency_mean": (float("inf"), "second")}}, "inf is not a measurement"),
        ({"metrics": {"latency_mean": (1.0, "second", [1.0, None])}}, "None is not a number"),
        ({"status": "passed"}, "It is one of: ok, failed, skipped, untested"),
        ({"basis": "guessed"}, "It is one of: measured"),
        ({"basis": "simulated"}, "Give basis_reason"),
        ({"status": "untested"}, "Give basis_reason"),
        ({"error_class": "crash"}, "status is ok, with an error"),
        ({"subject_kind": "toaster"}, "It is one of: model, test"),
        ({"batchsize": 8}, "Did you mean batch_size"),
        ({"condition": {"a": ["list"]}}, "condition['a']: is a list"),
        ({"condition": {1: "a"}}, "has a key that is no text"),
        ({"occurred_at": datetime(2026, 1, 1)}, "no time zone"),  # noqa: DTZ001
    ],
)
def test_a_mistake_is_told_where_it_is_made(home: Path, results: Read, given: dict, said: str) -> None:
    with Run(home) as run, pytest.raises(UsageError) as caught:
        run.record("m", **given)
    assert said in str(caught.value)
    assert results() == []


@pytest.mark.parametrize("given", [{"batch_size": "eight"}, {"family": "\ud800"}, {"batch_size": 2**70}])
def test_a_value_that_its_column_cannot_hold_costs_only_its_own_record(
    home: Path, results: Read, given: dict
) -> None:
    with Run(home) as run:
        run.record("before")
        with pytest.raises(EventError):
            run.record("m", **given)
        run.record("after")
    assert [row["subject"] for row in results()] == ["before", "after"]


@pytest.mark.parametrize("subject", ["", "  ", None])
def test_a_result_has_a_subject(home: Path, subject: Any) -> None:
    with Run(home) as run, pytest.raises(UsageError, match="Name the model or test"):
        run.record(subject)


def test_a_metric_without_a_unit_of_its_own_takes_any(home: Path, results: Read) -> None:
    with Run(home) as run:
        run.record("m", metrics={"bigger_is_better": (3.0, "frames a lap")})
    assert results()[0]["metrics"][0]["unit"] == "frames a lap"


def test_events_of_others_are_stored_under_the_run(home: Path, ends: Read) -> None:
    by: dict[str, Any] = {"collector": "probe", "collector_version": "1"}
    with Run(home, "nightly") as run:
        run.add(
            HardwareObserved(**by, device_kind="cpu", device_index=0, device="Toaster 9"),
            EnvironmentObserved(**by, git_commit="abc", attributes={"threads": "4"}),
        )
    hardware = run.log.read(HARDWARE_OBSERVED).to_pylist()
    assert [(row["device"], row["run_id"]) for row in hardware] == [("Toaster 9", run.run_id)]
    (end,) = ends()
    assert (end["run_id"], end["git_commit"]) == (run.run_id, "abc")
    assert end["attributes"] == {
        "threads": "4",
        "run_name": "nightly",
        "run_outcome": "finished",
        "run_records": "1",
    }


def test_after_its_end_a_run_takes_nothing(home: Path, results: Read) -> None:
    with Run(home) as run:
        pass
    with pytest.raises(UsageError, match="the run is closed"):
        run.record("m")
    run.close()
    assert results() == []


def test_importing_benchmart_loads_nothing_of_it() -> None:
    code = "import benchmart, sys; print('benchmart.recording' in sys.modules, 'pyarrow' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.split() == ["False", "False"]


def test_many_results_that_wait_stay_in_order(home: Path, results: Read) -> None:
    with Run(home) as run:
        for number in range(200):
            run.record(f"m{number}")
    assert [row["subject"] for row in results()] == [f"m{number}" for number in range(200)]
    assert len(EventLog(Home(home).events).files("result_recorded")) == 1


def test_results_do_not_wait_for_long(home: Path, results: Read) -> None:
    with Run(home, max_seconds=0.2) as run:
        run.record("first")
        assert results() == []
        time.sleep(0.2)
        run.record("second")
        assert len(results()) == 2
        run.record("third")
        assert len(results()) == 2


def test_numbers_of_other_libraries_are_numbers(home: Path, results: Read) -> None:
    half = Fraction(1, 2)  # a Real that is no float, as numpy's float32 is
    with Run(home) as run:
        run.record("m", metrics={"latency_mean": (half, "second", [half, 1])})  # type: ignore[dict-item]
    (metric,) = results()[0]["metrics"]
    assert (metric["value"], metric["samples"]) == (0.5, [0.5, 1])


def test_a_program_whose_folder_is_gone_records_all_the_same(
    home: Path, results: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue.known_names.cache_clear()
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with Run(home) as run:
        run.record("m", metrics={"latency_mean": (1, "second")})
    assert len(results()) == 1
