"""The framework's class that chooses hardware by its selector, from an empty folder and with evidence."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import rated_models

from benchmart.config import Home
from benchmart.errors import UsageError
from hardware_model_predictor import HardwareModelPredictor
from interfaces import hardware_here
from interfaces.hardware_selector.words import BROWSERS, HARDWARE
from interfaces.performance_predictor.hardware_model_command import main

_PROJECT = Path(__file__).parents[2]
_KEYS = {
    "model_family", "model_name", "model_size", "model_size_category", "batch_size", "sequence_length", "precision",
    "mode", "primary_recommendation", "fallback_options", "compatible_hardware", "explanation", "prediction_source",
}  # fmt: skip


@pytest.fixture(autouse=True)
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In an empty folder, with nothing built."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BENCHMART_HOME", str(tmp_path / "home"))


@pytest.fixture(scope="module")
def rated(built_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    return rated_models.rated(built_home, tmp_path_factory.mktemp("rated"))


def test_in_an_empty_folder_a_7b_model_gets_a_gpu_with_the_reason_and_nothing_is_written() -> None:
    found = HardwareModelPredictor().predict_optimal_hardware(
        "llama-7b", precision="fp16", available_hardware=["cpu", "cuda", "rocm"]
    )
    assert found.keys() >= _KEYS
    assert (found["model_family"], found["model_size_category"]) == ("text_generation", "large")
    assert found["primary_recommendation"] in {"cuda", "rocm"}
    assert found["fallback_options"][-1] == "cpu"
    assert "nothing was measured yet" in found["explanation"]
    assert list(Path().iterdir()) == []
    json.dumps(found)


def test_it_answers_as_the_selector_does(rated: Home) -> None:
    predictor = HardwareModelPredictor(str(rated.root))
    asked = {"batch_size": 64, "precision": "fp16", "available_hardware": ["rtx-4090", "rtx-3090"]}
    found = predictor.predict_optimal_hardware("anet_8", "vision", **asked)
    assert found == predictor.hardware_selector.select_hardware("vision", "anet_8", **asked)
    assert found["basis"] == "measured"
    assert found["primary_recommendation"] == "rtx-4090"
    assert found["all_scores"]["rtx-4090"]["evidence_count"] == 1


def test_a_database_path_leads_to_the_home_beside_it(rated: Home) -> None:
    by_path = HardwareModelPredictor("nowhere", str(rated.warehouse), None)
    assert by_path.hardware_selector.benchmarks
    assert by_path.prediction_models["home"].root == rated.root


def test_without_a_list_the_kinds_of_this_machine_are_chosen_from(monkeypatch) -> None:
    monkeypatch.setattr(hardware_here, "hardware_here", lambda: ("rtx-4090", "mps"))
    predictor = HardwareModelPredictor()
    there = {word for word, is_here in predictor.available_hardware.items() if is_here}
    assert there == {"cuda", "mps", "cpu"}
    assert predictor.available_hardware.keys() == {*HARDWARE, *BROWSERS}
    found = predictor.predict_optimal_hardware("resnet50", "vision", 8, precision="fp16")
    assert set(found["compatible_hardware"]) <= there
    assert found["primary_recommendation"] == "cuda"


def test_settings_reach_the_selector_and_the_length_counts_where_the_family_is_looked_up(tmp_path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"deny": ["cuda"]}')
    found = HardwareModelPredictor(config_path=str(path)).predict_optimal_hardware(
        "bert-base-uncased", sequence_length=512, available_hardware=["cuda", "cpu"]
    )
    assert (found["primary_recommendation"], found["sequence_length"]) == ("cpu", 512)
    assert "ruled out by 'cuda'" in found["rejected"]["cuda"]


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"model_family": "visoin"}, "Did you mean: vision"),
        ({"mode": "serve"}, "There are: inference"),
        ({"batch_size": 0}, "batch size of 0"),
        ({"sequence_length": 0}, "sequence length of 0"),
        ({"available_hardware": []}, "is empty"),
        ({"available_hardware": ["cudda"]}, "Did you mean: cuda"),
    ],
)
def test_bad_input_is_refused_and_not_answered_with_a_guess(changes, part) -> None:
    with pytest.raises(UsageError) as refused:
        HardwareModelPredictor().predict_optimal_hardware(**({"model_name": "resnet50"} | changes))
    assert part in str(refused.value)


def test_the_command_line_recommends_predicts_and_says_what_is_missing(rated: Home, capsys, caplog) -> None:
    asked = ("--model", "anet_8", "--family", "vision", "--batch-size", "64", "--precision", "fp16")
    place = ("--benchmark-dir", str(rated.root))
    assert main([*asked, *place, "--hardware", "rtx-4090", "rtx-3090"]) == 0
    told = capsys.readouterr().out
    assert "Primary Recommendation: rtx-4090" in told
    assert "Throughput: " in told
    assert main(["--detect-hardware"]) == 0
    assert "  - webgpu: not available" in capsys.readouterr().out
    assert main([]) == 2
    assert "--model is needed" in caplog.text
    assert main([*asked, "--hardware", "cudda"]) == 2
    matrix = Path("matrix.json")
    assert main(["--generate-matrix", *place, "--hardware", "rtx-4090", "--output-file", str(matrix)]) == 0
    assert json.loads(matrix.read_text())["hardware_platforms"] == ["rtx-4090"]


def test_the_module_is_run_in_an_empty_folder(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "hardware_model_predictor", "--model", "llama-7b", "--hardware", "cuda", "cpu"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(_PROJECT)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "Primary Recommendation: cuda" in told.stdout
    assert "No performance prediction available" in told.stdout
    assert list(tmp_path.iterdir()) == []
