"""`benchmart collect` from end to end: a real process, resume, dry run, and its errors."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from benchmart.errors import UsageError
from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import ENVIRONMENT_OBSERVED, MODEL_PROFILED, RESULT_RECORDED
from collectors.probes.machine import machine_id
from collectors.runner import runtime as runtime_module
from collectors.runner.configuration import Configuration
from collectors.runner.measurement import Plan
from collectors.runner.resume import find_run
from collectors.runner.run import Options, collect, new_run_id
from collectors.runner.runtime import RunnerUnavailable, Runtime
from collectors.runner.verdict import Limits
from interfaces.cli.collect_command import command

pytest.importorskip("transformers")

_SUITE = """
[measurement]
iterations = 3
min_seconds = 0.0
warmup = 1

[[group]]
models = ["bert-tiny"]
batch_sizes = [1, 2]
sequence_lengths = [16]

[[group]]
models = ["bert-tiny"]
devices = ["xpu"]
"""


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    (folder / "mine.toml").write_text(_SUITE)
    return folder


@pytest.fixture(scope="module")
def collected(home: Path) -> Result:
    """One real run of the command over the suite."""
    return invoke(
        "--home",
        str(home),
        "--suite",
        str(home / "mine.toml"),
        "--device",
        "cpu",
        "--device",
        "xpu",
        "--json",
    )


@pytest.fixture(scope="module")
def document(collected: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(collected.stdout)
    return found


def _log(home: Path) -> EventLog:
    return EventLog(home / "events")


def test_what_is_printed_is_what_is_in_the_log(
    collected: Result, document: dict[str, Any], home: Path
) -> None:
    assert collected.exit_code == 0, collected.output
    rows = _log(home).read(RESULT_RECORDED).to_pylist()
    assert {row["run_id"] for row in rows} == {document["run_id"]}
    printed = {each["key"]: each["status"] for each in document["results"]}
    assert {row["source_locator"]: row["status"] for row in rows} == printed
    assert {**document["counts"]}["ok"] == 2


def test_a_built_in_model_is_measured_in_a_process_of_its_own(collected: Result, home: Path) -> None:
    rows = [row for row in _log(home).read(RESULT_RECORDED).to_pylist() if row["status"] == "ok"]
    for row in rows:
        metrics = {metric["name"]: metric for metric in row["metrics"]}
        mean = metrics["latency_mean"]
        assert len(mean["samples"]) == 3
        assert len(mean["warmup_samples"]) == 1
        assert metrics["throughput"]["value"] == pytest.approx(row["batch_size"] / mean["value"])
        assert metrics["token_throughput"]["value"] == pytest.approx(16 * row["batch_size"] / mean["value"])
        assert (
            metrics["latency_p50"]["value"]
            <= metrics["latency_p90"]["value"]
            <= metrics["latency_p99"]["value"]
        )
        assert metrics["memory_peak"]["value"] > 0
        assert row["parameter_count"] == 4_385_920
        assert (row["runtime"], row["basis"], "+" in row["runtime_version"]) == ("pytorch", "measured", False)


def test_operations_are_counted_once_for_all_batch_sizes(collected: Result, home: Path) -> None:
    profiles = _log(home).read(MODEL_PROFILED).to_pylist()
    rows = [row for row in _log(home).read(RESULT_RECORDED).to_pylist() if row["status"] == "ok"]
    counted = {
        metric["value"] for row in rows for metric in row["metrics"] if metric["name"] == "flops_per_item"
    }
    assert [profile["flops_per_item"] for profile in profiles] == list(counted)


def test_an_absent_device_asked_for_is_recorded_as_untested(collected: Result, home: Path) -> None:
    rows = _log(home).read(RESULT_RECORDED).to_pylist()
    absent = [row for row in rows if row["device_kind"] == "xpu"]
    if any(row["status"] != "untested" for row in absent):
        pytest.skip("this machine has an Intel GPU")
    assert len(absent) == 3
    assert {(row["error_class"], row["device"]) for row in absent} == {("device_absent", None)}


def test_a_dry_run_lists_the_configurations_and_appends_nothing(tmp_path: Path) -> None:
    result = invoke(
        "--home",
        str(tmp_path),
        "--suite",
        "demo",
        "--family",
        "vision",
        "--device",
        "cpu",
        "--dry-run",
        "--json",
    )
    rows = json.loads(result.stdout)["configurations"]
    assert result.exit_code == 0
    assert {row["family"] for row in rows} == {"vision"}
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_suite_is_a_usage_error_before_torch_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime_module, "describe_runtime", lambda: pytest.fail("asked"))
    assert isinstance(invoke("--suite", "nonsense").exception, UsageError)


def test_without_torch_the_error_says_which_extra_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime_module, "find_spec", lambda name: None)
    refused = invoke("--suite", "demo").exception
    assert isinstance(refused, RunnerUnavailable)
    assert "torch and transformers not installed" in str(refused)
    assert "[runner]" in str(refused)


class Interrupted(KeyboardInterrupt):
    """Somebody presses Ctrl-C."""


class Observer:
    """Notes what is tried; interrupts after the given number of results."""

    def __init__(self, interrupt_after: int | None = None) -> None:
        self.tried: list[Configuration] = []
        self._interrupt_after = interrupt_after

    def started(self, configuration: Configuration) -> None:
        self.tried.append(configuration)

    def recorded(self, result: object) -> None:
        if len(self.tried) == self._interrupt_after:
            raise Interrupted


_NOTHING = Runtime("2.13.0", "cpu", "cpu", None, 2, {})
_INT8_ONLY = Runtime("2.13.0", "cpu", "cpu", None, 2, {"cpu": {"name": None, "precisions": ["int8"]}})
_OPTIONS = Options(Plan(), Limits(timeout_seconds=10.0), "test")
_CONFIGURATIONS = [Configuration("embedding", "bert-tiny", batch_size=size) for size in (1, 2, 3)]


def test_a_run_that_was_interrupted_goes_on_with_what_is_missing(tmp_path: Path) -> None:
    log, run_id = EventLog(tmp_path), new_run_id()
    with pytest.raises(Interrupted):
        collect(log, _CONFIGURATIONS, _INT8_ONLY, _OPTIONS, Observer(interrupt_after=1), run_id=run_id)
    earlier = find_run(log, "last", machine_id())
    observer = Observer()
    collect(log, _CONFIGURATIONS, _INT8_ONLY, _OPTIONS, observer, run_id=earlier.run_id, earlier=earlier)
    assert earlier.run_id == run_id
    assert observer.tried == _CONFIGURATIONS[1:]
    keys = log.read(RESULT_RECORDED, ["source_locator"]).column(0).to_pylist()
    assert sorted(keys) == sorted(each.key for each in _CONFIGURATIONS)
    with pytest.raises(UsageError, match="no unfinished run"):
        find_run(log, "last", machine_id())


def test_what_was_untested_is_tried_again_only_when_the_device_has_come(tmp_path: Path) -> None:
    log, run_id = EventLog(tmp_path), new_run_id()
    collect(log, _CONFIGURATIONS, _NOTHING, _OPTIONS, Observer(), run_id=run_id)
    earlier = find_run(log, run_id, machine_id())
    assert [earlier.is_done(each, _NOTHING) for each in _CONFIGURATIONS] == [True] * 3
    with_cpu = Runtime("2.13.0", "cpu", "cpu", None, 2, {"cpu": {"name": None, "precisions": ["fp32"]}})
    assert [earlier.is_done(each, with_cpu) for each in _CONFIGURATIONS] == [False] * 3


def test_a_run_of_another_machine_is_not_gone_on_with(tmp_path: Path) -> None:
    log, run_id = EventLog(tmp_path), new_run_id()
    collect(log, _CONFIGURATIONS, _NOTHING, _OPTIONS, Observer(), run_id=run_id)
    with pytest.raises(UsageError, match="belongs to another machine"):
        find_run(log, run_id, "000000000000")
    with pytest.raises(UsageError, match="no run abc"):
        find_run(log, "abc", machine_id())


def test_ids_of_later_runs_sort_after_those_of_earlier_ones() -> None:
    ids = [new_run_id() for _ in range(3)]
    assert len(set(ids)) == 3
    assert [each[:12] for each in ids] == sorted(each[:12] for each in ids)
    assert all(len(each) == 32 for each in ids)


def test_a_run_tells_how_many_results_it_is_to_have(tmp_path: Path) -> None:
    log = EventLog(tmp_path)
    collect(log, _CONFIGURATIONS, _NOTHING, _OPTIONS, Observer(), run_id=new_run_id())
    (environment,) = log.read(ENVIRONMENT_OBSERVED).to_pylist()
    attributes = dict(environment["attributes"])
    assert (attributes["planned_configurations"], attributes["suite"]) == ("3", "test")
