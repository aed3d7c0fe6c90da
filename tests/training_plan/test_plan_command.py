"""`benchmart plan training`: what it prints, writes and refuses."""

import json
import xml.etree.ElementTree as ET

import pytest
from click.testing import CliRunner

from benchmart.errors import UsageError
from interfaces.cli.main import cli

LLAMA = ("llama-7b", "--gpus", "8", "--gpu-memory", "24GB", "--batch", "64", "--sequence-length", "2048")


def run(*words):
    return CliRunner().invoke(cli, ["plan", "training", *words])


def test_a_plan_shows_strategy_memory_costs_and_scaling() -> None:
    done = run(*LLAMA)
    assert done.exit_code == 0, done.output
    for word in ("strategy", "optimizer", "checkpointing_full", "█", "efficiency", "arXiv", "estimated"):
        assert word in done.stdout
    assert "assumed: no device is named" in done.stderr


def test_a_model_of_images_is_planned_in_images() -> None:
    done = run("vit_base_patch16_224", "--gpu-memory", "24GB", "--batch", "64")
    assert "images/s" in done.stdout
    assert "tokens/s" not in done.stdout
    plan = json.loads(run("vit_base_patch16_224", "--gpu-memory", "24GB", "--batch", "64", "--json").stdout)
    assert plan["setup"]["sequence_length"] == 1


def test_json_has_the_same_and_parts_add_up() -> None:
    plan = json.loads(run(*LLAMA, "--json").stdout)
    assert plan["fits"]
    assert sum(plan["memory"]["device_parts"].values()) == pytest.approx(plan["memory"]["device_bytes"])
    assert plan["memory"]["device_bytes"] <= plan["room_bytes"] == pytest.approx(21.6e9)


def test_what_does_not_fit_is_explained_and_ends_with_1() -> None:
    done = run("llama-2-70b", "--hardware", "rtx4090", "--no-offload")
    assert done.exit_code == 1
    assert "does not fit: the nearest is" in done.stdout
    assert "GB or more" in done.stdout


def test_files_and_a_picture_are_written(tmp_path) -> None:
    done = run(*LLAMA, "--output", str(tmp_path / "run"))
    assert done.exit_code == 0, done.output
    assert (tmp_path / "run" / "start.sh").exists()
    picture = ET.fromstring((tmp_path / "run" / "plan.svg").read_text())
    words = " ".join(picture.itertext())
    assert "optimizer" in words
    assert "8 devices" in words
    assert "llama-7b: zero3, mixed_bf16, 8 devices of 24 GB" in words
    assert "1 devices" not in words


def test_a_data_set_is_profiled_beside_the_plan(tmp_path) -> None:
    (tmp_path / "lengths.txt").write_text("".join(f"{each}\n" for each in (30, 60, 500, 90)))
    given = (
        "bert-base-uncased",
        "--hardware",
        "t4",
        "--batch",
        "4",
        "--dataset",
        str(tmp_path / "lengths.txt"),
    )
    done = run(*given)
    assert done.exit_code == 0, done.output
    assert "bucket by length" in done.stdout
    assert json.loads(run(*given, "--json").stdout)["dataset"]["items"] == 4


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("llama-7b",), "neither a device nor its memory"),
        (("llama-7b", "--gpu-memory", "24"), "a unit"),
        (("llama-7b", "--gpu-memory", "0GB"), "above 0"),
        (("llama-7b", "--gpu-memory", "24GB", "--gpus", "0"), "1 or more"),
        (("llama-7b", "--gpu-memory", "24GB", "--batch", "0"), "1 or more"),
        (("llama-7b", "--hardware", "a1000-90gb"), "a100"),
    ],
)
def test_what_cannot_be_meant_is_refused(words, said) -> None:
    done = run(*words)
    assert isinstance(done.exception, UsageError)
    assert said in str(done.exception)
