"""The predictor's module of the old framework: its functions, the keys of both versions, and its command line."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import rated_models

import model_performance_predictor as old
from benchmart.config import Home
from benchmart.errors import PredictionRefused, UsageError
from interfaces.performance_predictor import answers
from interfaces.performance_predictor.command import main
from predictors.registry import store

_PROJECT = Path(__file__).parents[2]
_ASKED = ("anet_8", None, "rtx4090", 64, "fp16")
_FIRST = {
    "throughput", "latency_mean", "memory_usage", "model", "hardware", "batch_size", "precision", "mode",
    "is_predicted", "timestamp",
}  # fmt: skip
_SECOND = {
    "model", "model_size_estimate", "model_category", "hardware", "batch_size", "precision", "mode", "gpu_count",
    "is_distributed", "sequence_length", "predictions", "uncertainties", "confidence_score", "is_predicted",
    "prediction_model_version", "timestamp", "explanation",
}  # fmt: skip


@pytest.fixture(scope="module")
def rated(built_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The small log and the rates of 24 models on three devices, built; what serves comes with the package."""
    return rated_models.rated(built_home, tmp_path_factory.mktemp("rated"))


@pytest.fixture
def models(rated: Home):
    return old.load_prediction_models(str(rated.root))


@pytest.fixture
def printed(rated: Home, capsys):
    """What the command line prints, and how it ends."""

    def _printed(*words: str) -> tuple[int, str, str]:
        code = main([*words, "--model-dir", str(rated.root)])
        told = capsys.readouterr()
        return code, told.out, told.err

    return _printed


def test_an_answer_has_the_keys_of_both_versions_and_they_agree(models) -> None:
    found = old.predict_performance(models, *_ASKED)
    assert found.keys() >= _FIRST | _SECOND
    assert {key: found[key] for key in found["predictions"]} == found["predictions"]
    assert found["latency_mean"] == pytest.approx(64 / found["throughput"] * 1000)
    for metric, bounds in found["uncertainties"].items():
        assert bounds["value"] == pytest.approx(found[metric], rel=1e-9)
        assert bounds["lower_bound"] < bounds["value"] < bounds["upper_bound"]
    assert "uncertainties" not in old.predict_performance(models, *_ASKED, calculate_uncertainty=False)


def test_memory_has_an_upper_bound_and_none_is_invented_where_no_predictor_serves(
    models, monkeypatch
) -> None:
    found = old.predict_performance(models, *_ASKED)
    told = found["uncertainties"]["memory_usage"]
    assert 0 < found["memory_usage"] == found["predictions"]["memory_usage"] < told["upper_bound"]
    assert told["confidence"] == 0.95
    monkeypatch.setattr(store, "packaged", lambda name: None)
    found = old.predict_performance(models, *_ASKED)
    assert (found["memory_usage"], found["predictions"]["memory_usage"]) == (None, None)
    assert "memory_usage" not in found["uncertainties"]
    assert "memory is not predicted" in found["explanation"]


@pytest.mark.parametrize("several", [{"gpu_count": 2}, {"is_distributed": True}])
def test_several_devices_are_refused_with_the_reason(models, several) -> None:
    with pytest.raises(PredictionRefused, match="how they scale"):
        old.predict_performance(models, *_ASKED, **several)


def test_a_matrix_is_predicted_in_one_call_and_says_why_a_cell_is_empty(
    models, monkeypatch, tmp_path: Path
) -> None:
    calls = []
    kind, ask = type(models["predictor"]), type(models["predictor"]).predict
    monkeypatch.setattr(kind, "predict", lambda self, asked: calls.append(len(asked)) or ask(self, asked))
    file = tmp_path / "matrix.json"
    configs = [{"name": "anet_8", "category": "vision"}, {"name": "bnet_1"}]
    found = old.generate_prediction_matrix(
        models, configs, ["rtx4090", "nowhere"], [1, 64], ["fp16"], output_file=str(file)
    )
    assert calls == [4]
    assert json.loads(file.read_text()) == found
    cell = found["models"]["anet_8"]["predictions"]["rtx4090"]["64"]["fp16"]
    said = old.predict_performance(models, *_ASKED)
    assert cell == pytest.approx(said["predictions"])
    told = found["models"]["anet_8"]["uncertainties"]["rtx4090"]["64"]["fp16"]
    assert {metric: pytest.approx(numbers) for metric, numbers in said["uncertainties"].items()} == told
    empty = found["models"]["bnet_1"]["predictions"]["nowhere"]["1"]["fp16"]
    assert empty == {"throughput": None, "latency_mean": None, "memory_usage": None}
    assert len(found["refused"]) == 4
    assert all("nowhere" in each["reason"] for each in found["refused"])


def test_without_a_wish_the_matrix_has_what_was_measured_most(models) -> None:
    found = old.generate_prediction_matrix(models)
    assert set(found["hardware_platforms"]) >= {"rtx-4090", "rtx-3090"}
    assert len(found["models"]) == 10
    assert (found["batch_sizes"], found["precision_options"]) == ([1, 8, 32], ["fp32", "fp16"])


def test_one_that_is_refused_by_the_predictor_does_not_take_the_others_along() -> None:
    def halved(numbers):
        if 3 in numbers:
            raise PredictionRefused("3 is odd")
        return [number / 2 for number in numbers]

    first, second, third = answers._all_or_each(halved, [2, 3, 4])
    assert (first, third) == (1, 2)
    assert isinstance(second, PredictionRefused)


def test_pictures_show_every_cell_with_its_interval(models, tmp_path: Path) -> None:
    matrix = old.generate_prediction_matrix(
        models, [{"name": "anet_8"}, {"name": "a/b: c"}], ["rtx4090", "rtx3090"], [1, 64], ["fp16"]
    )
    (file,) = old.visualize_predictions(matrix, "latency_mean", str(tmp_path))
    drawing = ET.parse(file)
    assert len(drawing.findall(".//{*}circle")) == 4
    assert len(drawing.findall(".//{*}line[@class='interval']")) == 4
    assert drawing.findall(".//{*}line[@class='reference']") == []
    with pytest.raises(UsageError, match="throughput"):
        old.visualize_predictions(matrix, "speed", str(tmp_path))


def test_results_are_a_table_in_the_units_of_the_framework_and_train_a_predictor(
    rated: Home, tmp_path: Path
) -> None:
    pytest.importorskip("pandas")
    home = Home(tmp_path / "home")
    shutil.copytree(rated.root, home.root, symlinks=True)
    table = old.load_benchmark_data(str(home.root))
    row = table[(table["model_name"] == "resnet50") & (table["batch_size"] == 8)].iloc[0]
    assert row["latency_mean"] == pytest.approx(8 / row["throughput"] * 1000)
    assert set(table["status"]) == {"success"}
    kept, info = old.preprocess_data(table)
    assert info["kept_count"] == len(kept) > rated_models.COUNT
    with pytest.warns(UserWarning, match="not used: cv_folds, test_size"):
        models = old.train_prediction_models(kept, info, 0.3, cv_folds=7)
    assert models["trained"]["version"]
    folder = old.save_prediction_models(models, str(tmp_path / "saved"))
    again = old.load_prediction_models(folder)
    assert again["metrics"] == models["metrics"]
    said = [old.predict_performance(each, *_ASKED)["predictions"] for each in (models, again)]
    assert said[0] == said[1]
    assert old.save_prediction_models(models) == str(home.root)


def test_a_table_of_other_origin_is_refused() -> None:
    pandas = pytest.importorskip("pandas")
    with pytest.raises(UsageError, match="load_benchmark_data"):
        old.preprocess_data(pandas.DataFrame())


def test_the_class_around_it_predicts_for_several_devices(rated: Home, tmp_path: Path) -> None:
    predictor = old.HardwareModelPredictor(str(rated.root))
    found = predictor.predict_performance("anet_8", "vision", ["rtx4090", "rtx3090"], 64, precision="fp16")
    assert found["predictions"].keys() == {"rtx4090", "rtx3090"}
    said = old.predict_performance(predictor.prediction_models, *_ASKED)
    assert found["predictions"]["rtx4090"]["latency"] == said["latency_mean"]
    matrix = predictor.create_hardware_prediction_matrix(
        [{"name": "anet_8", "family": "vision"}], [1], ["rtx4090"], precision="fp16"
    )
    assert matrix["models"]["anet_8"]["predictions"]["rtx4090"]["1"].keys() == {"fp16"}
    assert len(predictor.visualize_matrix(matrix, str(tmp_path))) == 2


def test_the_command_line_predicts_with_a_range_and_without_a_category(printed, tmp_path: Path) -> None:
    file = tmp_path / "said.json"
    asked = ("--model", "anet_8", "--hardware", "rtx4090", "--batch-size", "64", "--precision", "fp16")
    code, out, err = printed("--predict", *asked, "--output", str(file), "--n-jobs", "4")
    assert code == 0
    assert "Memory Usage: " in out
    assert f"Throughput: {json.loads(file.read_text())['throughput']:.2f} samples/sec" in out
    assert "  Range: " in out
    assert "not used: --n-jobs" in err


def test_the_command_line_writes_a_matrix_and_pictures_of_it(printed, tmp_path: Path) -> None:
    matrix, configs = tmp_path / "matrix.json", tmp_path / "models.json"
    configs.write_text('[{"name": "anet_8"}]')
    asked = ("--custom-models", str(configs), "--hardware-platforms", "rtx4090", "--batch-sizes", "1,8")
    code, out, _ = printed("--generate-matrix", *asked, "--precisions", "fp16", "--output", str(matrix))
    assert (code, "1 models" in out) == (0, True)
    code, out, _ = printed("--visualize", "--output", str(matrix), "--output-dir", str(tmp_path))
    assert (code, len(list(tmp_path.glob("*.svg")))) == (0, 1)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--predict", "--model", "anet_8"), "--predict needs --hardware, --batch-size"),
        (
            ("--predict", "--model", "anett", "--hardware", "rtx4090", "--batch-size", "1"),
            "no profile of a model",
        ),
        (("--visualize",), "--visualize needs --output"),
        (("--visualize", "--output", __file__), "it is no matrix"),
        (("--generate-matrix", "--custom-models", "nowhere.json"), "nowhere.json"),
        (("--evaluate",), "was not trained here"),
    ],
)
def test_what_cannot_be_done_ends_with_1_and_the_reason(printed, words, reason: str) -> None:
    code, out, err = printed(*words)
    assert (code, out) == (1, "")
    assert reason in err


def test_the_module_runs_as_a_script(rated: Home) -> None:
    script = _PROJECT / "model_performance_predictor.py"
    command = [sys.executable, str(script), "--version", "--model-dir", str(rated.root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.startswith("benchmart ")) == (0, True), done.stderr
