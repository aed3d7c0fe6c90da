"""The questions that a predictor is looked at with: what was measured here, else what could be asked of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import duckdb
import numpy as np
import numpy.typing as npt

from benchmart.errors import PredictionRefused
from predictors.contract import HardwareFacts, ModelProfile, Question
from predictors.measured import read_measured
from predictors.performance.hardware import load_hardware
from predictors.performance.kernels import Configuration
from predictors.performance.predictor import PerformancePredictor
from predictors.performance.questions import check
from predictors.profiles import all_profiles

MOST = 1_000
"""Questions at most: more of them change shares and ranks by less than folds differ."""
_BATCH_SIZE = 64
"""Where configurations are asked for that nobody measured: a batch that keeps a GPU busy."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Questions that a predictor can answer."""

    questions: Sequence[Question]
    values: npt.NDArray[np.float64] | None
    """What was measured, items a second; None when nothing was."""
    described: str
    """What they are, such as `1,000 of 17,405 measured results`."""


def typical_questions(
    connection: duckdb.DuckDBPyConnection, predictor: PerformancePredictor, *, most: int = MOST, seed: int = 1
) -> Sample:
    """A seeded sample of the results of this warehouse; without any, its models in what the predictor learned from.

    Raises PredictionRefused when there are neither.
    """
    measured = read_measured(connection)
    places = [number for number, each in enumerate(measured.questions) if _can_be_answered(each)]
    if places:
        chosen = [places[number] for number in _chosen(len(places), most, seed)]
        part = measured.part(chosen)
        return Sample(part.questions, part.values, _said(len(chosen), len(places), "measured results"))
    made = [each for each in _unmeasured(connection, predictor) if _can_be_answered(each)]
    if not made:
        raise PredictionRefused(
            "there are no results and no profiles of models to look at the predictor with",
            hint="Import or collect results, or trace models with `benchmart profile`, and run `benchmart build`",
        )
    chosen = _chosen(len(made), most, seed)
    questions = [made[number] for number in chosen]
    return Sample(questions, None, _said(len(chosen), len(made), "configurations, none of them measured"))


def _chosen(count: int, most: int, seed: int) -> list[int]:
    """So many numbers below `count`, in order."""
    if count <= most:
        return list(range(count))
    return sorted(np.random.default_rng(seed).choice(count, most, replace=False).tolist())


def _said(chosen: int, of: int, what: str) -> str:
    return f"{of:,} {what}" if chosen == of else f"{chosen:,} of {of:,} {what}"


def _can_be_answered(question: Question) -> bool:
    """Whether enough is known of it; one question that is refused would refuse all."""
    try:
        check(question)
    except PredictionRefused:
        return False
    return bool(question.profile.operators)


def _unmeasured(connection: duckdb.DuckDBPyConnection, predictor: PerformancePredictor) -> list[Question]:
    """Every traced model in every configuration that the predictor learned from."""
    hardware = load_hardware(connection)
    known = [each for each in predictor.engine.field.configurations if each.hardware in hardware]
    return [
        _question(profile, hardware[configuration.hardware], configuration)
        for profile, configuration in product(all_profiles(connection), known)
    ]


def _question(profile: ModelProfile, hardware: HardwareFacts, configuration: Configuration) -> Question:
    return Question(
        "throughput",
        profile,
        hardware,
        configuration.mode,
        configuration.precision,
        _BATCH_SIZE,
        runtime_version=_version(configuration.version),
        compiler=configuration.compiler or None,
        memory_format=configuration.memory_format or None,
    )


def _version(number: float) -> str | None:
    """`2.4` for 2.04, the other way round than `version_number`."""
    return f"{int(number)}.{round(number % 1 * 100)}" if np.isfinite(number) else None
