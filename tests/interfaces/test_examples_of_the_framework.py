"""The usage examples of the older framework run as they were published, in an empty folder."""

import json
import os
import subprocess
import sys
from pathlib import Path

_PROJECT = Path(__file__).parents[2]
_SELECTING = """
from hardware_selector import HardwareSelector
selector = HardwareSelector()
result = selector.select_hardware(model_family="text_generation", model_name="llama-7b", batch_size=1, mode="inference")
print(result['primary_recommendation'], result['fallback_options'])
config = selector.get_distributed_training_config(model_family="text_generation", model_name="llama-7b",
                                                  gpu_count=8, batch_size=4, max_memory_gb=24)
print(config['distributed_strategy'], config['global_batch_size'], config.get('memory_optimizations', []))
"""


def run(folder: Path, *arguments: str) -> str:
    """What Python prints there."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("BENCHMART")}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env={**outside, "PYTHONPATH": str(_PROJECT)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_device_and_a_plan_are_chosen_where_nothing_was_measured(tmp_path: Path) -> None:
    chosen, planned = run(tmp_path, "-c", _SELECTING).splitlines()
    assert chosen.startswith("cuda [")
    strategy, batch, optimizations = planned.split(maxsplit=2)
    assert (strategy, int(batch)) == ("FSDP", 32)
    assert "FSDP Full Sharding" in optimizations
    assert list(tmp_path.iterdir()) == []


def test_training_to_be_measured_is_planned_into_a_file(tmp_path: Path) -> None:
    words = (
        "--model",
        "bert-base-uncased",
        "--distributed",
        "--max-gpus",
        "4",
        "--output",
        "benchmark_bert.json",
    )
    run(tmp_path, str(_PROJECT / "run_training_benchmark.py"), *words)
    written = json.loads((tmp_path / "benchmark_bert.json").read_text())
    assert (written["model_name"], written["parameters"]["max_gpus"]) == ("bert-base-uncased", 4)
    assert max(each["gpu_count"] for each in written["distributed"]["cuda"]) == 4


def test_models_are_listed(tmp_path: Path) -> None:
    assert "bert-base-uncased" in run(tmp_path, str(_PROJECT / "run_training_benchmark.py"), "--list-models")
