"""Predictions are asked for by name, answered with an interval, noted, and held against what is measured later."""

import json
from pathlib import Path

import pytest
import small_log
from click.testing import CliRunner, Result

from benchmart.build import build
from benchmart.config import Home
from benchmart.connection import open_warehouse
from benchmart.errors import BenchmartError
from benchmart.event_log.events import Metric, ResultRecorded
from benchmart.event_log.log import EventLog
from interfaces.cli.main import cli

_DEVICES = {
    "NVIDIA GeForce RTX 4090": 165.2e12,
    "NVIDIA GeForce RTX 3090": 71.2e12,
    "NVIDIA A100-SXM4-80GB": 312e12,
}
_MODELS = 24
_WRONG = 40
"""This result is a third of what it should be."""


def rate(number: int, **changes) -> ResultRecorded:
    model, device = number // len(_DEVICES), list(_DEVICES)[number % len(_DEVICES)]
    work = 1e9 * 1.2**model
    noise = 1 + 0.01 * (number * 7 % 5 - 2)
    value = 0.4 * _DEVICES[device] / (2 * work) * noise * (1 / 3 if number == _WRONG else 1)
    usual = {
        "subject": f"{'abcdefgh'[model % 8]}net_{model}",
        "device": device,
        "precision": "fp16",
        "batch_size": 64,
        "run_id": "rates",
        "metrics": [Metric("throughput", "item/second", value), Metric("macs_per_item", "mac/item", work)],
    }
    return small_log.result(1000 + number, **(usual | changes))


@pytest.fixture(scope="module")
def rated(built_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The small log, the rates of 24 models on three devices, and a predictor trained on them."""
    import shutil

    root = tmp_path_factory.mktemp("rated") / "home"
    shutil.copytree(built_home.root, root, symlinks=True)
    home = Home(root)
    EventLog(home.events).append([rate(number) for number in range(_MODELS * len(_DEVICES))])
    build(home)
    assert ask(home, "train").exit_code == 0
    return home


def ask(home: Home, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["predict", *arguments, "--home", str(home.root)])


def answer(home: Home, *arguments: str):
    done = ask(home, *arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def refusal(home: Home, *arguments: str) -> str:
    error = ask(home, *arguments).exception
    assert isinstance(error, BenchmartError)
    return str(error)


def test_a_model_is_predicted_with_an_interval_and_its_case(rated: Home) -> None:
    asked = ("anet_8", "rtx4090", "--precision", "fp16", "--batch-size", "64", "--dry-run")
    row = answer(rated, "one", *asked)
    assert row["value"] == pytest.approx(0.4 * 165.2e12 / (2e9 * 1.2**8), rel=0.15)
    assert row["low"] < row["value"] < row["high"]
    assert (row["case"], row["basis"], row["hardware_id"]) == ("seen", "predicted", "rtx-4090")


def test_names_that_mean_nothing_are_answered_with_the_nearest_and_what_to_give_by_hand(rated: Home) -> None:
    assert "benchmart profile anett_8" in refusal(rated, "one", "anett_8", "rtx4090")
    assert "anet_8" in refusal(rated, "one", "anett_8", "rtx4090")
    assert "--peak-flops by hand" in refusal(rated, "one", "anet_8", "rtx4091")


def test_a_model_and_a_device_given_by_hand_are_predicted_as_unseen(rated: Home) -> None:
    row = answer(
        rated, "one", "mine", "next-year", "--precision", "fp16", "--dry-run", "--flops", "4e9", "--parameters", "1e7",
        "--peak-flops", "1e15", "--memory-bandwidth", "3e12",
    )  # fmt: skip
    assert row["case"] == "unseen hardware, 0 probes"


def test_a_matrix_has_every_model_on_every_device(rated: Home) -> None:
    rows = answer(
        rated, "matrix", "--model", "anet_0", "--model", "bnet_1", "--hardware", "rtx4090", "--hardware", "rtx3090",
        "--precision", "fp16", "--dry-run",
    )  # fmt: skip
    assert {(row["model_id"], row["hardware_id"]) for row in rows} == {
        (model, device) for model in ("anet_0", "bnet_1") for device in ("rtx-4090", "rtx-3090")
    }


def test_evaluation_probes_and_importance_answer_in_json(rated: Home) -> None:
    timed, refused = answer(rated, "evaluate", "--suite", "speed")
    assert (timed["split"], timed["n"]) == ("one prediction, warm", 50)
    assert 0 < timed["others"]["median_seconds"] <= timed["others"]["slowest_seconds"]
    assert "fewer than a matrix of 100 x 20" in refused["not_run"]
    assert len(answer(rated, "probes", "--count", "3")) == 3
    assert "log_bound" in {row["feature"] for row in answer(rated, "importance", "--limit", "200")}


def test_a_home_where_nothing_was_trained_is_served_by_the_package(built_home: Home) -> None:
    row = answer(built_home, "one", "mine", "rtx4090", "--flops", "8e9", "--dry-run")
    assert row["low"] < row["value"] < row["high"]


def test_files_never_seen_are_scored_by_file_family_and_case(rated: Home, tmp_path: Path) -> None:
    file = tmp_path / "benchmark-infer-amp-nchw-pt240-cu124-rtx4090.csv"
    file.write_text(
        "model,infer_samples_per_sec,infer_step_time,infer_batch_size,infer_img_size,infer_gmacs,infer_macts,"
        "param_count\nzeta_small,2000.0,32.0,64,224,4.0,10.0,25.0\nzeta_large,500.0,128.0,64,224,16.0,20.0,90.0\n"
    )
    parts = answer(rated, "score", str(file))
    assert {part["by"] for part in parts} == {"all", "file", "family", "case"}
    assert {part["result_count"] for part in parts if part["by"] == "all"} == {2}


def test_a_prediction_is_held_against_what_is_measured_later_and_next_runs_are_what_was_not(
    rated: Home,
) -> None:
    for model in ("anet_0", "anet_8"):
        answer(rated, "one", model, "rtx4090", "--precision", "fp16", "--batch-size", "32")
    build(rated)
    assert {run["model_id"] for run in answer(rated, "next")} == {"anet_0", "anet_8"}
    EventLog(rated.events).append([rate(0, batch_size=32, source_locator="later")])
    build(rated)
    (run,) = answer(rated, "next")
    assert run["model_id"] == "anet_8"
    with open_warehouse(rated) as connection:
        outcome = connection.execute("select model_id, is_held, error from prediction_outcomes").fetchall()
        calibration = connection.execute(
            "select outcome_count, coverage, is_drifting from prediction_calibration"
        ).fetchall()
        version = connection.execute("select predictor, is_champion from predictor_versions").fetchall()
    assert [row[:2] for row in outcome] == [("anet_0", True)]
    assert calibration == [(1, 1.0, False)]
    assert version == [("performance", True)]
