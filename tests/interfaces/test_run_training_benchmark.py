"""`run_training_benchmark.py`: its flags, what it writes, and which architecture a published name trains."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmart.errors import UsageError
from interfaces.training_benchmark import benchmark
from interfaces.training_benchmark.command import main

_PLAN = {"model_family": "text_generation", "single_device": {"cpu": [{"batch_size": 1}]}, "distributed": {}}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What the planner was asked."""
    calls: list[tuple[Any, ...]] = []

    def plan(model: str, mode: str, hardware: Any, *, is_distributed: bool, max_gpus: int) -> dict[str, Any]:
        calls.append((model, mode, hardware, is_distributed, max_gpus))
        return {"model_name": model, "mode": mode, **_PLAN}

    monkeypatch.setattr(benchmark, "_plan", plan)
    return calls


def test_the_plan_is_written_with_what_was_asked(asked: list[Any], tmp_path: Path, capsys: Any):
    path = tmp_path / "new" / "plan.json"
    flags = ["--model", "gpt2", "--distributed", "--max-gpus", "4", "--hardware", "cpu", "cuda"]
    assert main([*flags, "--output", str(path)]) == 0
    assert asked == [("gpt2", "training", ["cpu", "cuda"], True, 4)]
    written = json.loads(path.read_text())
    assert set(_PLAN) | {"model_name", "mode", "timestamp", "parameters"} == set(written)
    assert written["parameters"] == {
        "model_name": "gpt2",
        "available_hardware": ["cpu", "cuda"],
        "include_distributed": True,
        "max_gpus": 4,
        "mode": "training",
    }
    assert "cpu: 1 on one device" in capsys.readouterr().out


def test_without_a_file_the_folder_gets_one(asked: list[Any], tmp_path: Path):
    benchmark.run_training_benchmark("meta/llama 7b", str(tmp_path))
    assert asked
    assert [path.name[:34] for path in tmp_path.iterdir()] == ["training_benchmark_meta_llama_7b_2"]


def test_run_puts_what_was_measured_beside(
    asked: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
):
    row = {
        "status": "failed",
        "error_message": "no memory",
        "metrics": {},
        "condition": {"strategy": "ddp", "ranks": "2"},
    }
    monkeypatch.setattr(benchmark, "measure", lambda model, home, ranks: [row | {"asked": [model, ranks]}])
    assert main(["--model", "gpt2", "--run", "--output", str(tmp_path / "a.json")]) == 3
    assert json.loads((tmp_path / "a.json").read_text())["measured"][0]["asked"] == ["gpt2", 1]
    assert "measured: ddp, ranks 2: no memory" in capsys.readouterr().out


def test_inference_is_planned_but_not_run(asked: list[Any], tmp_path: Path):
    with pytest.raises(UsageError, match="benchmart collect"):
        benchmark.run_training_benchmark("gpt2", str(tmp_path), mode="inference", is_run=True)


@pytest.mark.parametrize(
    ("published", "trained"),
    [
        ("bert-base-uncased", "bert-base"),
        ("openai-community/gpt2", "gpt2"),
        ("vit-base-patch16-224", "vit-base"),
        ("clip-vit-base-patch32", "clip-vit-base-patch32"),
        ("meta-llama/Llama-7b", "llama-7b"),
    ],
)
def test_a_published_name_leads_to_what_is_trained(published: str, trained: str):
    assert benchmark.trainable_name(published) == trained


def test_a_model_that_cannot_be_built_is_refused_with_those_that_can():
    with pytest.raises(UsageError, match="bert-base"):
        benchmark.trainable_name("t5-small")


def test_one_rank_is_measured_alone_and_several_together():
    assert [each.strategy for each in benchmark.configurations_here("gpt2", "cpu", 1)] == ["single"]
    assert [each.strategy for each in benchmark.configurations_here("gpt2", "cpu", 8)][:1] == ["single"]


def test_the_samples_are_five_families_of_four(capsys: Any):
    assert main(["--list-models"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 25
    assert "  bert-base-uncased" in lines
