"""What `benchmart plan search` prints: the trials, the choice, and how it goes on stderr."""

import time
from typing import TYPE_CHECKING, Any

import click

from interfaces.cli.tables import number, print_json, print_table

if TYPE_CHECKING:
    from benchmart.event_log.events import ResultRecorded
    from collectors.runner.run import Labelled
    from collectors.training.configuration import TrainingConfiguration
    from interfaces.training_search.running import Searched
    from predictors.training_search.trials import Space, Trial

_MIB = 2**20
_COLUMNS = (
    "micro-batch",
    "accumulation",
    "checkpointing",
    "step s",
    "noise",
    "items/s",
    "peak MiB",
    "predicted MiB",
)


class Narration:
    """One line on stderr for each trial."""

    def __init__(self) -> None:
        self._started_at, self._label = 0.0, ""

    def started(self, configuration: "Labelled") -> None:
        """Remember what the result will belong to."""
        self._started_at, self._label = time.monotonic(), configuration.label

    def recorded(self, result: "ResultRecorded") -> None:
        """Print the line."""
        from collectors.runner.progress import summary

        click.echo(
            f"{self._label}: {summary(result)} ({time.monotonic() - self._started_at:.1f} s)", err=True
        )


def print_searched(
    base: "TrainingConfiguration", space: "Space", found: "Searched", run_id: str, *, as_json: bool
) -> None:
    """Trials and choice on stdout."""
    if as_json:
        print_json(searched_document(base, space, found, run_id))
        return
    rows = [_row(base, space, found, each) for each in found.trials]
    print_table((*_COLUMNS, ""), rows, [*_COLUMNS[:2], *_COLUMNS[3:]])
    click.echo()
    for reason in found.reasons:
        click.echo(f"ended        {reason}")
    click.echo(f"choice       {_choice(base, space, found)}")


def searched_document(
    base: "TrainingConfiguration", space: "Space", found: "Searched", run_id: str
) -> dict[str, Any]:
    """The same as one document. Seconds, bytes of the neediest rank, items a second of all ranks."""
    return {
        "run_id": run_id,
        "base": {name: value for name, value in base.as_dict().items() if name not in _SEARCHED},
        "batch": None if space.batch is None else space.batch * base.ranks,
        "memory_bytes": space.memory_bytes,
        "seconds": found.seconds,
        "trials": [_document(base, space, found, each) for each in found.trials],
        "choice": None if found.chosen is None else _settings(space, found.chosen),
        "reasons": [*found.reasons],
    }


_SEARCHED = ("micro_batch", "accumulation_steps", "checkpointing")


def _document(
    base: "TrainingConfiguration", space: "Space", found: "Searched", trial: "Trial"
) -> dict[str, Any]:
    ran = bool(trial.step_seconds)
    return {
        "micro_batch": trial.way.micro_batch,
        "accumulation_steps": trial.way.accumulation_steps,
        "checkpointing": trial.way.checkpointing,
        "step_seconds": trial.seconds if ran else None,
        "noise": trial.noise if ran else None,
        "items_per_second": trial.items_per_second * base.ranks if ran else None,
        "peak_bytes": trial.peak_bytes,
        "predicted_bytes": space.predicted(trial.way),
        "error": trial.error,
        "basis": "measured",
        "is_earlier": trial.way in found.earlier,
    }


def _settings(space: "Space", trial: "Trial") -> dict[str, Any]:
    """The choice as a plan has it: with a batch, passes follow from it."""
    steps = space.batch // trial.way.micro_batch if space.batch else trial.way.accumulation_steps
    return {
        "micro_batch": trial.way.micro_batch,
        "accumulation_steps": steps,
        "checkpointing": trial.way.checkpointing,
    }


def _row(base: "TrainingConfiguration", space: "Space", found: "Searched", trial: "Trial") -> list[str]:
    told = _document(base, space, found, trial)
    noise = told["noise"]
    return [
        str(told["micro_batch"]),
        str(told["accumulation_steps"]),
        told["checkpointing"],
        number(told["step_seconds"]),
        "" if noise is None else f"{noise:.1%}",
        number(told["items_per_second"]),
        _mebibytes(told["peak_bytes"]),
        _mebibytes(told["predicted_bytes"]),
        told["error"] or ("measured before" if told["is_earlier"] else ""),
    ]


def _choice(base: "TrainingConfiguration", space: "Space", found: "Searched") -> str:
    chosen = found.chosen
    if chosen is None:
        return "none: nothing ran in the memory and time there is"
    settings = _settings(space, chosen)
    best = max(each.items_per_second for each in found.trials if each.step_seconds)
    words = [f"micro-batch {settings['micro_batch']}", f"{settings['accumulation_steps']} accumulated"]
    if settings["checkpointing"] != "none":
        words.append("checkpointing")
    share = chosen.items_per_second / best
    why = "the fastest" if share == 1 else f"{share:.1%} of the fastest, which noise may be, and does less"
    return f"{', '.join(words)}: {number(chosen.items_per_second * base.ranks)} items/s, {why} (measured)"


def _mebibytes(size: float | None) -> str:
    return "" if size is None else f"{size / _MIB:,.0f}"
