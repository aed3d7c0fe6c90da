"""Ways of training that ran under torchrun on two cores, with the memory of their neediest rank.

`benchmarks/training_memory_outcomes.csv` is what the mart of that name held after `benchmart train-bench --suite cpu`,
and after the same ways with two other models.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

from collectors.training.configuration import TrainingConfiguration, configuration_from
from interfaces.training_predictions import setup_of
from predictors.training_memory.trials import trial_of

PROJECT = Path(__file__).parents[2]
_FILE = PROJECT / "benchmarks" / "training_memory_outcomes.csv"
_NUMBERS = ("ranks", "micro_batch", "sequence_length", "accumulation_steps", "lora_rank")
_WORDS = ("model", "strategy", "precision", "optimizer", "checkpointing", "offload_optimizer")
_MEBIBYTE = 1024**2


@dataclass(frozen=True)
class Run:
    """One of them; memory in MiB above what the process took before the model."""

    configuration: TrainingConfiguration
    measured: float
    predicted: float
    """As the memory model says now."""

    @property
    def error(self) -> float:
        """Predicted over measured, minus 1."""
        return self.predicted / self.measured - 1


def own_runs(model: str | None = None) -> list[Run]:
    """All of them, or those of a model."""
    with _FILE.open(newline="") as file:
        runs = [_run(row) for row in csv.DictReader(file)]
    return [run for run in runs if model in (None, run.configuration.model)]


def _run(row: dict[str, str]) -> Run:
    numbers = {name: int(row[name]) for name in _NUMBERS if row[name]}
    words = {name: row[name] for name in _WORDS}
    configuration = configuration_from(
        {**words, **numbers, "reshards_after_forward": row["reshards_after_forward"] != "false"}
    )
    predicted = trial_of(setup_of(configuration), is_on_cpu=True).value
    return Run(configuration, int(float(row["measured_bytes"])) / _MEBIBYTE, predicted / _MEBIBYTE)
