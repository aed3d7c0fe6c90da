"""Training with what the extra `train` brings: DeepSpeed (compiled first, a minute or more), peft, bitsandbytes."""

from pathlib import Path
from typing import Any

import pytest

from collectors.runner.verdict import Limits
from collectors.training.configuration import TrainingConfiguration
from collectors.training.launch import launch, mean_losses

pytest.importorskip("transformers")
pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("package", "way"),
    [
        ("deepspeed", {"strategy": "zero2", "ranks": 2}),
        ("peft", {"strategy": "single", "ranks": 1, "lora_rank": 2}),
        ("bitsandbytes", {"strategy": "single", "ranks": 1, "optimizer": "adamw_8bit"}),
    ],
)
def test_what_the_extra_train_brings_trains_here(package: str, way: dict[str, Any], tmp_path: Path):
    pytest.importorskip(package, reason="the extra train is not installed")
    tiny = {"model": "decoder:layers=1,hidden=64,heads=2,vocabulary=512", "sequence_length": 16, "threads": 1}
    outcome = launch(TrainingConfiguration(**tiny, **way, steps=2), Limits(300), tmp_path)
    assert outcome.failure is None, outcome.output_tail
    assert mean_losses(outcome.ranks)[-1] < mean_losses(outcome.ranks)[0]
