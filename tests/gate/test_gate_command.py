"""`benchmart gate` on a scripted history: fails on a slowdown and names it, is silent where nothing changed."""

import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from click.testing import CliRunner, Result

from benchmart.build import build
from benchmart.config import Home
from benchmart.errors import ExitCode, UsageError
from benchmart.event_log.events import Metric, ResultRecorded
from benchmart.event_log.log import EventLog
from interfaces.cli.main import cli

START = datetime(2026, 1, 1, tzinfo=UTC)
MODELS = ("resnet50", "vit_base_patch16_224", "bert-base-uncased")


def nights(run: str, first: int, count: int, factors: dict[str, float], seed: int) -> list[ResultRecorded]:
    random = np.random.default_rng(seed)
    return [
        ResultRecorded(
            collector="test",
            collector_version="1",
            subject_kind="model",
            subject=model,
            status="ok",
            basis="measured",
            mode="inference",
            device="NVIDIA GeForce RTX 4090",
            device_kind="cuda",
            runtime="pytorch",
            precision="float32",
            batch_size=8,
            run_id=run if count < 10 else f"{run}-{night}",
            source_locator=f"{run} {night} {model}",
            occurred_at=START + timedelta(hours=12 * (first + night)),
            attributes={"branch": "main" if count >= 10 else "change"},
            metrics=[
                Metric(
                    "latency_mean",
                    "millisecond",
                    10 * factors.get(model, 1) * float(np.exp(random.normal(0, 0.015))),
                )
            ],
        )
        for night in range(count)
        for model in MODELS
    ]


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Home:
    """Forty nights on main, then three candidates: one slower by 7 %, one as before, one with a single run."""
    home = Home(tmp_path_factory.mktemp("gate"))
    log = EventLog(home.events)
    for recorded in (
        nights("main", 0, 40, {}, 1),
        nights("slow", 40, 3, {"resnet50": 1.07}, 2),
        nights("same", 43, 3, {}, 3),
        nights("once", 46, 1, {"resnet50": 1.5}, 4),
    ):
        log.append(recorded)
    build(home)
    return home


def gate(home: Home, *arguments: object) -> Result:
    return CliRunner().invoke(
        cli, ["gate", "--home", str(home.root), *map(str, arguments)], standalone_mode=False
    )


def test_a_slowdown_fails_the_gate_with_a_comment_that_names_it(home, tmp_path) -> None:
    path = tmp_path / "comment.md"
    done = gate(home, "--candidate", "run:slow", "--base", "branch:main", "--comment", path)
    assert done.return_value == ExitCode.REGRESSION
    text = path.read_text()
    assert "1 regression in 3 series" in text
    (row,) = [line for line in text.splitlines() if line.startswith("| 🔴")]
    assert all(
        part in row
        for part in ("resnet50", "batch 8", "on rtx-4090", "latency_mean", "3 against 40", " to +")
    )
    assert "Threshold 0.05" in text
    assert "vit_base" not in text
    assert "regression" in done.stdout


def test_where_nothing_changed_the_comment_is_empty(home, tmp_path) -> None:
    path = tmp_path / "comment.md"
    done = gate(home, "--candidate", "run:same", "--base", "branch:main", "--comment", path)
    assert (done.return_value, path.read_text()) == (ExitCode.OK, "")
    assert gate(home, "--candidate", "run:same", "--base", "branch:main", "--comment", "-").stdout == ""


def test_one_run_is_a_doubt_with_the_runs_that_would_settle_it(home) -> None:
    done = gate(home, "--base", "branch:main", "--json")
    told = json.loads(done.stdout)
    assert done.return_value == ExitCode.OK
    first = told["series"][0]
    assert (first["benchmark"], first["outcome"], first["is_doubtful"]) == (
        "resnet50",
        "insufficient data",
        True,
    )
    assert [each["is_doubtful"] for each in told["series"][1:]] == [False, False]
    text = gate(home, "--base", "branch:main", "--comment", "-").stdout
    assert "1 doubt in 3 series" in text
    assert first["evidence"]["more_runs"] == 1
    assert "would be settled by one more run of the candidate" in text
    assert (
        gate(home, "--base", "branch:main", "--fail-on", "insufficient").return_value == ExitCode.REGRESSION
    )


def test_the_history_is_everything_else_and_models_and_metrics_can_be_picked(home) -> None:
    done = gate(home, "--candidate", "run:slow", "--model", "resnet50", "--metric", "latency_mean", "--json")
    told = json.loads(done.stdout)
    assert [each["outcome"] for each in told["series"]] == ["regression"]
    assert told["series"][0]["evidence"]["runs"] == 3
    assert (
        gate(home, "--candidate", "run:slow", "--metric", "throughput", "--json").return_value == ExitCode.OK
    )


def test_a_base_of_runs_is_compared_as_such(home) -> None:
    done = gate(home, "--candidate", "run:slow", "--base", "run:same", "--json")
    told = json.loads(done.stdout)
    assert {each["evidence"]["mode"] for each in told["series"]} == {"base"}


def test_a_baseline_is_held_against_with_the_noise_of_the_history(home) -> None:
    asked = ("--candidate", "run:same", "--base", "baseline")
    assert "nothing is marked as a baseline" in str(gate(home, *asked).exception)
    marked = CliRunner().invoke(
        cli, ["baseline", "mark", "slow", "--reason", "release 2.0", "--home", str(home.root)]
    )
    assert marked.exit_code == 0, marked.output
    build(home)
    told = json.loads(gate(home, *asked, "--json").stdout)
    outcomes = {each["benchmark"]: each["outcome"] for each in told["series"]}
    assert outcomes["resnet50"] == "improvement"  # the marked run was slower
    assert set(outcomes.values()) == {"improvement", "no change"}
    assert {each["evidence"]["mode"] for each in told["series"]} == {"baseline"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--candidate", "run:nowhere"), "no measured result of the candidate 'run:nowhere'"),
        (("--candidate", "run:slow", "--base", "commit:abc"), "no measured result of the base 'commit:abc'"),
        (("--candidate", "yesterday"), "Name one like: last, run:ID"),
        (("--candidate", "run:slow", "--base", "run:slow"), "candidate and base are both run:slow"),
        (("--model", "resnet5000"), "resnet50"),
        (("--metric", "latency_meen"), "latency_mean"),
        (("--candidate", "since:soon"), "no moment 'soon'"),
    ],
)
def test_what_names_nothing_is_refused(home, arguments, says) -> None:
    done = gate(home, *arguments)
    assert isinstance(done.exception, UsageError)
    assert says in str(done.exception)


def test_what_came_after_a_candidate_is_no_history_of_it(home) -> None:
    told = json.loads(gate(home, "--candidate", "run:slow", "--json").stdout)
    assert {each["evidence"]["runs_before"] for each in told["series"]} == {40}
