"""Run a search: train what is to be tried next, record it, decide again, until nothing is left or time is over."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol

from benchmart.event_log.events import ResultRecorded
from collectors.training.configuration import TrainingConfiguration
from predictors.training_search.decisions import Done, next_trial
from predictors.training_search.trials import Space, Trial, Way, choose

_ENDING_SECONDS = 1.0
"""Kept of the time for ending the last ranks and recording them."""


class Trainer(Protocol):
    """Trains one configuration, and records what came of it."""

    def train(
        self, configuration: TrainingConfiguration, timeout_seconds: float | None = None
    ) -> ResultRecorded:
        """The result, which is in the log."""


@dataclass(frozen=True)
class Searched:
    """What a search found."""

    trials: Sequence[Trial]
    earlier: frozenset[Way]
    """Those that had been measured before."""
    chosen: Trial | None
    """The trial to take; None when nothing ran in the memory there is."""
    reasons: Sequence[str]
    """Why the search ended, in the order in which things were found."""
    seconds: float


def search(
    base: TrainingConfiguration,
    space: Space,
    before: Mapping[str, Mapping[str, Any]],
    trainer: Trainer,
    seconds: float,
) -> Searched:
    """Try ways of `base` until the search is done or its time is over.

    Args:
        base: All that the search does not vary.
        space: What may be tried.
        before: Rows of results that need not be measured again, by the key of their configuration.
        trainer: Trains.
        seconds: Of all trials together. A trial that is not expected to end in time is not begun; one that does not is
            ended.
    """
    start, earlier = time.monotonic(), known_trials(base, space, before)
    trials = list(earlier)
    while True:
        left = seconds - _ENDING_SECONDS - (time.monotonic() - start)
        step = next_trial(space, trials, left)
        if isinstance(step, Done):
            known = frozenset(each.way for each in earlier)
            return Searched(trials, known, choose(space, trials), step.reasons, time.monotonic() - start)
        result = trainer.train(configured(base, step.way), left)
        trials.append(trial_of(step.way, _as_row(result)))


def known_trials(
    base: TrainingConfiguration, space: Space, before: Mapping[str, Mapping[str, Any]]
) -> list[Trial]:
    """The beginning of the search that has been measured before."""
    trials: list[Trial] = []
    while True:
        step = next_trial(space, trials)
        row = None if isinstance(step, Done) else before.get(configured(base, step.way).key)
        if isinstance(step, Done) or row is None:
            return trials
        trials.append(trial_of(step.way, row))


def configured(base: TrainingConfiguration, way: Way) -> TrainingConfiguration:
    """The configuration of a way."""
    return replace(
        base,
        micro_batch=way.micro_batch,
        checkpointing=way.checkpointing,
        accumulation_steps=way.accumulation_steps,
    )


def trial_of(way: Way, row: Mapping[str, Any]) -> Trial:
    """What a result says of a way."""
    metrics = {each["name"]: each for each in row["metrics"] or ()}
    wall = float(row["attributes"].get("wall_seconds", 0.0))
    if row["status"] != "ok":
        return Trial(way, wall_seconds=wall, error=row["error_class"])
    peak = metrics.get("memory_peak")
    return Trial(
        way,
        step_seconds=tuple(metrics["latency_mean"]["samples"]),
        peak_bytes=peak["value"] if peak else None,
        wall_seconds=wall,
    )


def _as_row(result: ResultRecorded) -> Mapping[str, Any]:
    return {
        "status": result.status,
        "error_class": result.error_class,
        "attributes": result.attributes,
        "metrics": [asdict(each) for each in result.metrics],
    }
