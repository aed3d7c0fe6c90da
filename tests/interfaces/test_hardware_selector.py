"""The selector's module of the old framework: its class, its keys, and its command line, from an empty folder on."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from made_up_selection import architecture_of

import hardware_selector
from benchmart.errors import UsageError
from interfaces.hardware_selector.command import main
from interfaces.hardware_selector.words import MODELS, batch_category, size_category
from predictors.selector.request import FAMILIES

_PROJECT = Path(__file__).parents[2]
_KEYS = {
    "model_family", "model_name", "model_size", "model_size_category", "batch_size", "batch_category",
    "sequence_length", "precision", "mode", "primary_recommendation", "fallback_options", "all_scores",
    "compatible_hardware", "prediction_source", "explanation",
}  # fmt: skip
_SCORES = {
    "score", "latency_score", "throughput_score", "compatibility_score", "memory_factor", "preference_factor",
}  # fmt: skip


@pytest.fixture
def selector(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> hardware_selector.HardwareSelector:
    """In an empty folder, with nothing built."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BENCHMART_HOME", str(tmp_path / "home"))
    made = hardware_selector.HardwareSelector()
    made._known.architecture_of = architecture_of
    return made


def test_a_7b_model_gets_a_gpu_with_the_frameworks_keys(selector) -> None:
    found = selector.select_hardware(
        model_family="text_generation", model_name="llama-7b", batch_size=1, mode="inference"
    )
    assert found.keys() >= _KEYS
    assert found["primary_recommendation"] == "cuda"
    assert found["primary_recommendation"] not in found["fallback_options"]
    assert len(found["fallback_options"]) == 2
    assert (found["model_size"], found["model_size_category"]) == (6_738_415_616, "large")
    assert found["all_scores"]["cuda"].keys() >= _SCORES
    assert list(found["all_scores"]) == found["compatible_hardware"]
    assert "nothing was measured yet" in found["explanation"]
    assert "the smallest device of that kind that holds it is" in found["explanation"]
    assert list(Path().iterdir()) == []
    json.dumps(found)


def test_predictions_stand_beside_the_scores_in_milliseconds_and_mebibytes(selector) -> None:
    found = selector.select_hardware(
        "vision", "resnet50", 8, precision="amp_fp16", available_hardware=["rtx-4090"]
    )
    said = found["all_scores"]["rtx-4090"]["predictions"]
    assert said["latency"] == pytest.approx(8 / said["throughput"] * 1000)
    assert 100 < said["memory_usage"] < 24 * 1024
    assert (found["basis"], found["prediction_source"]) == ("predicted", "external")


def test_only_what_is_available_is_recommended_and_the_rest_says_why_not(selector) -> None:
    found = selector.select_hardware(
        "text_generation",
        "llama-7b",
        precision="fp16",
        available_hardware=["p4", "cpu", "rtx-4090", "webgpu"],
    )
    assert found["compatible_hardware"] == ["rtx-4090", "cpu"]
    assert "does not fit" in found["rejected"]["p4"]
    assert found["rejected"]["webgpu"] == "no device of that kind is catalogued"
    huge = selector.select_hardware("text_generation", "huge-9t", available_hardware=["cuda"])
    assert (huge["primary_recommendation"], huge["fallback_options"], huge["all_scores"]) == (None, [], {})
    assert "no device takes huge-9t as asked; the nearest is" in huge["explanation"]


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"model_family": "langauge"}, "There are: embedding"),
        ({"mode": "trainign"}, "Did you mean: training"),
        ({"batch_size": 0}, "batch size of 0"),
        ({"available_hardware": []}, "is empty"),
        ({"available_hardware": ["webnn"]}, "interfaces of browsers"),
        ({"available_hardware": ["cudda"]}, "Did you mean: cuda"),
        ({"sequence_length": 0}, "sequence length of 0"),
        ({"precision": "fp17"}, "Did you mean: fp16"),
        ({"available_hardware": "cuda"}, "Give a list: ['cuda']"),
    ],
)
def test_bad_input_is_refused(selector, changes, part) -> None:
    with pytest.raises(UsageError) as refused:
        selector.select_hardware(**({"model_family": "vision", "model_name": "resnet50"} | changes))
    assert part in str(refused.value)


def test_a_task_infers_and_distributed_training_has_its_keys(selector) -> None:
    plain = selector.select_hardware_for_task("vision", "resnet50", "classification", batch_size=4)
    assert (plain["mode"], "distributed" in plain) == ("inference", False)
    with pytest.raises(UsageError, match="0 GPUs"):
        selector.select_hardware_for_task("vision", "resnet50", "training", gpu_count=0)
    with pytest.raises(UsageError, match="is empty"):
        selector.select_hardware_for_task(
            "vision", "resnet50", "training", distributed=True, gpu_count=2, available_hardware=[]
        )
    found = selector.select_hardware_for_task(
        "vision", "resnet50", "training", 16, distributed=True, gpu_count=4,
        training_config={"mixed_precision": True, "other": 1},
    )  # fmt: skip
    assert (found["mode"], found["distributed"], found["gpu_count"]) == ("training", True, 4)
    assert found["training_params"] == {"mixed_precision": True}
    assert found["distributed_strategy"] == "DDP"


def test_a_7b_model_is_trained_on_8_gpus_of_24_gb_by_a_plan_that_fits(selector) -> None:
    config = selector.get_distributed_training_config(
        model_family="text_generation", model_name="llama-7b", gpu_count=8, batch_size=4, max_memory_gb=24
    )
    assert config.keys() >= {
        "model_family", "model_name", "distributed_strategy", "gpu_count", "per_gpu_batch_size", "global_batch_size",
        "mixed_precision", "gradient_accumulation_steps", "estimated_memory",
    }  # fmt: skip
    assert (config["fits"], config["model_name"], config["gpu_count"]) == (True, "llama-7b", 8)
    assert config["distributed_strategy"] in {"FSDP", "DeepSpeed"}
    steps = config["gradient_accumulation_steps"]
    assert config["global_batch_size"] == config["per_gpu_batch_size"] * 8 * steps == 32
    assert 0 < config["estimated_memory"]["per_gpu_gb"] <= 24
    assert config["memory_optimizations"]


def test_training_that_fits_nowhere_is_said_and_bad_counts_are_refused(selector) -> None:
    config = selector.get_distributed_training_config("text_generation", "llama-7b", 1, 1, max_memory_gb=2)
    assert config["fits"] is False
    assert "does not fit" in config["memory_warning"]
    free = selector.get_distributed_training_config("text_generation", "llama-7b", 12, 1)
    assert "no memory was given" in free["assumptions"][0]
    for changes, part in (
        ({"gpu_count": 0}, "0 GPUs"),
        ({"batch_size": 0}, "batch of 0"),
        ({"strategy": "FSPD"}, "Did you mean: FSDP"),
        ({"max_memory_gb": 0}, "hold nothing"),
        ({"model_family": "txt"}, "no model family"),
    ):
        asked = {"model_family": "text_generation", "model_name": "llama-7b", "gpu_count": 2} | changes
        with pytest.raises(UsageError) as refused:
            selector.get_distributed_training_config(**asked)
        assert part in str(refused.value)


def test_what_to_benchmark_has_single_devices_and_plans(selector) -> None:
    found = selector.select_hardware_for_training_benchmark(
        "llama-7b", available_hardware=["cuda", "rocm", "cpu"], batch_sizes=[1, 2], max_gpus=4
    )
    assert found.keys() == {"model_name", "model_family", "mode", "single_device", "distributed"}
    assert (found["model_family"], found["mode"]) == ("text_generation", "training")
    assert [row["batch_size"] for row in found["single_device"]["cuda"]] == [1, 2]
    assert [row["gpu_count"] for row in found["distributed"]["cuda"]] == [2, 4]
    row = found["distributed"]["cuda"][0]
    assert row["global_batch_size"] == 2 * 8
    assert row["estimated_memory_gb"] > 0
    assert (
        selector.select_hardware_for_training_benchmark("llama-7b", "inference", ["cuda"], [1])["distributed"]
        == {}
    )


def test_the_map_has_every_size_and_batch_and_is_written_where_it_is_told(selector, monkeypatch) -> None:
    monkeypatch.setattr(selector, "select_hardware", _first_of(selector.select_hardware))
    found = selector.create_hardware_selection_map(["vision"])
    of_vision = found["model_families"]["vision"]
    assert of_vision["model_sizes"].keys() == {"small", "medium", "large"}
    assert of_vision["inference"]["batch_sizes"].keys() == {"1", "4", "8", "16", "32"}
    assert of_vision["training"]["batch_sizes"]["8"].keys() == {"primary", "fallbacks"}
    assert selector.get_hardware_recommendations("vision", "small", 8, "inference")["primary"] == "cuda"
    selector.save_selection_map("map.json")
    assert json.loads(Path("map.json").read_text())["model_families"].keys() == set(FAMILIES)
    assert [path.name for path in Path().iterdir()] == ["map.json"]


def _first_of(choose):
    """The same choice, of two devices only, so that a map of sixty choices takes a moment."""
    return lambda *asked, **named: choose(*asked, **named, available_hardware=["cuda", "cpu"])


def test_settings_are_read_once_and_unknown_keys_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"deny": ["cuda"], "weights": {"throughput": 1}}')
    made = hardware_selector.HardwareSelector(config_path=str(path))
    assert made.config["deny"] == ["cuda"]
    found = made.select_hardware(
        "vision", "resnet50", 8, precision="fp16", available_hardware=["cuda", "rocm"]
    )
    assert found["compatible_hardware"] == ["rocm"]
    path.write_text('{"latency_wieght": 1}')
    with pytest.raises(UsageError, match="no setting 'latency_wieght'"):
        hardware_selector.HardwareSelector(config_path=str(path))


def test_attributes_of_the_framework_are_there(selector) -> None:
    assert selector.database_path == Path("benchmark_results")
    assert (selector.config, selector.benchmarks) == ({}, {})
    assert selector.prediction_models.keys() == {"throughput", "memory_usage"}
    matrix = selector.compatibility_matrix["model_families"]["vision"]["hardware_compatibility"]
    assert matrix["cuda"] == {"compatible": None}


def test_sizes_and_batches_have_categories_and_every_family_a_model_of_each() -> None:
    assert [size_category(count) for count in (None, 10**7, 10**8, 10**9)] == [
        None,
        "small",
        "medium",
        "large",
    ]
    assert [batch_category(size) for size in (1, 8, 32)] == ["small", "medium", "large"]
    assert set(MODELS) == set(FAMILIES)
    assert {tuple(sizes) for sizes in MODELS.values()} == {("small", "medium", "large")}


def test_the_module_is_imported_and_run_in_an_empty_folder(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "hardware_selector", "--model-family", "vision", "--model-name", "resnet50",
         "--hardware", "cuda", "cpu", "--batch-size", "8"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(_PROJECT), "BENCHMART_HOME": str(tmp_path / "home")},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(told.stdout)["primary_recommendation"] == "cuda"
    assert list(tmp_path.iterdir()) == []


def test_the_command_line_writes_a_file_and_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog
) -> None:
    monkeypatch.setenv("BENCHMART_HOME", str(tmp_path / "home"))
    written = tmp_path / "choice.json"
    asked = ["--model-family", "vision", "--model-name", "resnet50", "--hardware", "rtx-4090"]
    assert main([*asked, "--output", str(written)]) == 0
    assert json.loads(written.read_text())["primary_recommendation"] == "rtx-4090"
    assert main(["--model-family", "vision"]) == 2
    assert "--model-name is needed" in caplog.text


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["--model-family", "visoin"], "Did you mean: vision"),
        (["--mode", "serve"], "There are: inference"),
        (["--batch-size", "0"], "batch size of 0"),
        (["--sequence-length", "0"], "sequence length of 0"),
        (["--gpu-count", "0"], "0 GPUs"),
        (["--gpu-count", "0", "--max-memory-gb", "24"], "0 GPUs"),
        (["--gpu-count", "2", "--max-memory-gb", "0"], "hold nothing"),
        (["--training-benchmark", "--max-gpus", "0"], "0 GPUs"),
        (["--hardware", "cudda"], "Did you mean: cuda"),
        (["--hardware", "webgpu"], "interfaces of browsers"),
        (["--config", "missing.toml"], "cannot be read"),
        (["--config", "odd.toml"], "Did you mean: weights"),
        (["--model-name", "unheard-of"], "states no size"),
    ],
)
def test_the_command_line_refuses_what_makes_no_sense_with_the_nearest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog, words, part
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BENCHMART_HOME", str(tmp_path / "home"))
    Path("odd.toml").write_text("[wieghts]\ncost = 1\n")
    assert main(["--model-name", "resnet50", *words]) == 2
    assert part in caplog.text


def test_the_command_line_answers_a_model_too_big_for_anything_with_the_nearest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    monkeypatch.setenv("BENCHMART_HOME", str(tmp_path / "home"))
    assert main(["--model-family", "text_generation", "--model-name", "giant-9000b"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["primary_recommendation"] is None
    assert "no device takes giant-9000b as asked; the nearest is" in found["explanation"]
    assert "does not fit" in found["rejected"]["cuda"]
