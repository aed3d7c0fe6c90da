"""Training from questions and their answers, the form that results have outside of this package."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from benchmart.errors import PredictionRefused
from predictors.contract import Question
from predictors.performance.predictor import PerformancePredictor, replace_sizes, train
from predictors.performance.questions import rows_of


def train_on(
    questions: Sequence[Question], throughputs: npt.NDArray[np.float64], *, seed: int = 1
) -> PerformancePredictor:
    """A predictor from what was asked and measured.

    Args:
        questions: What was measured; those whose profile has no operators are not learned from.
        throughputs: Items a second, shape (questions,).
        seed: Of training.

    Raises PredictionRefused when too little is left to learn from.
    """
    with_operators = [number for number, each in enumerate(questions) if each.profile.operators]
    if not with_operators:
        raise PredictionRefused("no model has traced operators", hint="Trace models with `benchmart profile`")
    asked = [questions[number] for number in with_operators]
    rows = replace_sizes(rows_of(asked, [each.profile for each in asked]))
    rows = replace(rows, throughput=np.asarray(throughputs, dtype=float)[with_operators])
    keys = zip(rows.model, rows.image_size, strict=True)
    profiles = {key: each.profile for key, each in zip(keys, asked, strict=True)}
    hardware = {each.hardware.hardware_id: each.hardware for each in asked}
    return train(rows, profiles, hardware, seed=seed)
