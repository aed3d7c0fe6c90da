"""Training and taking in from questions and their answers, the form that results have outside of this package."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from benchmart.errors import PredictionRefused
from predictors.contract import HardwareFacts, Question
from predictors.performance.adapt import with_results
from predictors.performance.calibration import CASES
from predictors.performance.intervals import Errors
from predictors.performance.predictor import PerformancePredictor, fit, replace_sizes
from predictors.performance.prepared import Profiles
from predictors.performance.questions import rows_of
from predictors.performance.rows import Rows

Floats = npt.NDArray[np.float64]


def train_on(
    questions: Sequence[Question], throughputs: Floats, *, seed: int = 1, cases: Sequence[str] = CASES
) -> tuple[PerformancePredictor, dict[str, Errors]]:
    """A predictor from what was asked and measured, and its errors on what was hidden from it, by case.

    Args:
        questions: What was measured; those whose profile has no operators are not learned from.
        throughputs: Items a second, shape (questions,).
        seed: Of training.
        cases: Those that intervals are learned for; others take the nearest of them.

    Raises PredictionRefused when too little is left to learn from.
    """
    return fit(*columns(questions, throughputs), seed=seed, cases=cases)


def take_in(
    predictor: PerformancePredictor, questions: Sequence[Question], throughputs: Floats, *, seed: int = 1
) -> PerformancePredictor:
    """The predictor with more known results. Raises PredictionRefused when none of them can be used."""
    return with_results(predictor, *columns(questions, throughputs), seed=seed)


def columns(
    questions: Sequence[Question], throughputs: Floats
) -> tuple[Rows, Profiles, Mapping[str, HardwareFacts]]:
    """Rows of the questions that have operators, their profiles by model and size, and their devices."""
    with_operators = [number for number, each in enumerate(questions) if each.profile.operators]
    if not with_operators:
        raise PredictionRefused("no model has traced operators", hint="Trace models with `benchmart profile`")
    asked = [questions[number] for number in with_operators]
    rows = replace_sizes(rows_of(asked, [each.profile for each in asked]))
    rows = replace(rows, throughput=np.asarray(throughputs, dtype=float)[with_operators])
    keys = zip(rows.model, rows.image_size, strict=True)
    profiles = {key: each.profile for key, each in zip(keys, asked, strict=True)}
    return rows, profiles, {each.hardware.hardware_id: each.hardware for each in asked}
