"""Memory and the largest batch are predicted by the version that comes with the package."""

import json

import pytest
from click.testing import CliRunner

from benchmart.config import Home
from benchmart.errors import PredictionRefused
from interfaces.cli.main import cli


def ask(home: Home, *arguments: str):
    done = CliRunner().invoke(cli, ["predict", *arguments, "--home", str(home.root), "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_a_peak_has_an_upper_bound_and_terms_that_sum_up_to_it(built_home: Home) -> None:
    asked = (
        "one",
        "resnet50",
        "rtx4090",
        "--metric",
        "memory_device_peak",
        "--mode",
        "training",
        "--dry-run",
    )
    small, large = (
        ask(built_home, *asked, "--image-size", "224", "--batch-size", size) for size in ("32", "64")
    )
    assert small["predictor"] == "memory"
    assert small["unit"] == "byte"
    assert small["low"] == 0 < small["value"] < small["high"]
    assert sum(small["parts"].values()) == pytest.approx(small["value"])
    assert 1.3 < large["value"] / small["value"] < 2


def test_the_largest_batch_fits_and_a_larger_device_takes_a_larger_one(built_home: Home) -> None:
    small, large = (
        ask(built_home, "batch", "vit_base_patch16_224", device, "--precision", "amp_fp16")
        for device in ("rtx3090", "h100-sxm")
    )
    assert 0 < small["batch"] <= small["expected_batch"]
    assert small["batch"] < large["batch"]
    assert small["basis"] == "predicted"


def test_a_metric_that_is_not_predicted_is_named_with_those_that_are(built_home: Home) -> None:
    done = CliRunner().invoke(
        cli, ["predict", "one", "resnet50", "rtx4090", "--metric", "accuracy", "--home", str(built_home.root)]
    )
    assert done.exit_code == 2
    assert "memory_device_peak" in done.output


def test_training_what_has_no_results_is_refused(tmp_path, built_home: Home) -> None:
    done = CliRunner().invoke(
        cli, ["predict", "train", "--predictor", "memory", "--home", str(built_home.root)]
    )
    assert isinstance(done.exception, PredictionRefused)
