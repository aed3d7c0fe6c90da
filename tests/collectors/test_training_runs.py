"""Real training under torchrun with a tiny model: numbers, events, resume, a failure and a time limit."""

import json
import os
import time
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner, Result

from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import PREDICTION_ISSUED, RESULT_RECORDED
from collectors.runner.problems import TIMEOUT
from collectors.runner.verdict import Limits
from collectors.training.configuration import TrainingConfiguration
from collectors.training.launch import launch
from interfaces.cli.train_bench_command import command

pytest.importorskip("transformers")
pytestmark = pytest.mark.slow

_SUITE = """
[defaults]
model = "decoder:layers=1,hidden=64,heads=2,vocabulary=512"
sequence_length = 16
threads = 1
steps = 2

[[configuration]]
strategy = "fsdp2"
checkpointing = "full"
accumulation_steps = 2

[[configuration]]
strategy = "ddp"
device = "xpu"
"""


def invoke(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(
        command, ["--home", str(home), "--suite", str(home / "mine.toml"), "--json", *arguments]
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    (folder / "mine.toml").write_text(_SUITE)
    return folder


@pytest.fixture(scope="module")
def trained(home: Path) -> Result:
    """One real run of the command: two ranks."""
    return invoke(home)


def test_two_ranks_train_and_their_numbers_are_events(home: Path, trained: Result):
    assert trained.exit_code == 0, trained.output
    rows = EventLog(home / "events").read(RESULT_RECORDED).to_pylist()
    by_status = {row["status"]: row for row in rows}
    assert set(by_status) == {"ok", "untested"}
    assert by_status["untested"]["error_class"] == "device_absent"
    ok = by_status["ok"]
    metrics = {metric["name"]: metric for metric in ok["metrics"]}
    assert {"latency_mean", "throughput", "token_throughput", "memory_peak"} <= set(metrics)
    assert len(metrics["latency_mean"]["samples"]) == 2
    assert len(metrics["latency_mean"]["warmup_samples"]) == 1
    assert (ok["batch_size"], dict(ok["condition"])["ranks"]) == (4, "2")
    attributes = dict(ok["attributes"])
    assert float(attributes["last_loss"]) < float(attributes["first_loss"])
    assert len(json.loads(attributes["memory_peak_by_rank"])) == 2
    assert attributes["hidden_size"] == "64"


def test_the_memory_predicted_of_a_run_is_an_event_before_its_result(home: Path, trained: Result):
    (predicted,) = EventLog(home / "events").read(PREDICTION_ISSUED).to_pylist()
    (measured,) = (
        row for row in EventLog(home / "events").read(RESULT_RECORDED).to_pylist() if row["status"] == "ok"
    )
    assert (predicted["run_id"], predicted["source_locator"]) == (
        measured["run_id"],
        measured["source_locator"],
    )
    assert predicted["recorded_at"] < measured["recorded_at"]
    parts = json.loads(dict(predicted["attributes"])["parts"])
    assert sum(parts.values()) == pytest.approx(predicted["value"], abs=len(parts))
    shown = {row["status"]: row["memory_predicted_bytes"] for row in json.loads(trained.stdout)["results"]}
    assert shown == {"ok": predicted["value"], "untested": None}


def test_what_was_measured_is_not_measured_again(home: Path, trained: Result):
    assert trained.exit_code == 0
    again = invoke(home, "--strategy", "fsdp2")
    answer = json.loads(again.stdout)
    assert (answer["measured_before"], answer["results"]) == (1, [])


def test_a_rank_that_raises_is_a_failed_result_with_its_error(tmp_path: Path):
    configuration = TrainingConfiguration(
        "resnet18", "single", ranks=1, checkpointing="full", steps=1, threads=1
    )
    broken = TrainingConfiguration(**{**configuration.as_dict(), "model": "gpt2", "sequence_length": 1025})
    outcome = launch(broken, Limits(120), tmp_path)
    assert outcome.failure is not None
    assert outcome.failure.error_class not in {"timeout", "crash"}
    assert "started" in outcome.ranks[0]


def test_ranks_over_the_time_limit_are_killed_with_all_they_started(tmp_path: Path):
    configuration = TrainingConfiguration(
        "decoder:layers=1,hidden=64,heads=2,vocabulary=512", "ddp", steps=1_000_000, threads=1
    )
    start = time.monotonic()
    outcome = launch(configuration, Limits(6), tmp_path)
    assert outcome.failure is not None
    assert outcome.failure.error_class == TIMEOUT
    assert time.monotonic() - start < 20
    time.sleep(0.5)
    children = psutil.Process(os.getpid()).children(recursive=True)
    mine = [
        each for each in psutil.process_iter(["cmdline"]) if str(tmp_path) in (each.info["cmdline"] or [])
    ]
    assert [each for each in children if "torchrun" in " ".join(each.cmdline())] == []
    assert mine == []
