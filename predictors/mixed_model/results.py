"""The mixed model of a warehouse's results, and as a baseline beside predictors."""

from collections.abc import Sequence

import duckdb
import numpy as np
import numpy.typing as npt

from benchmart.errors import PredictionRefused
from predictors.contract import Question
from predictors.measured import Measured, read_measured
from predictors.mixed_model.model import MixedModel, fit_mixed
from predictors.performance.from_questions import columns
from predictors.performance.prepared import prepare

Floats = npt.NDArray[np.float64]


def model_of_warehouse(connection: duckdb.DuckDBPyConnection) -> MixedModel:
    """Fitted to all measured rates of traced models; simulated and estimated ones are left out.

    Raises PredictionRefused when there are none, and for the reasons of `fit_mixed`.
    """
    measured = read_measured(connection).learnable()
    if not measured.questions:
        raise PredictionRefused(
            "there are no measured rates of models whose work is known",
            hint="Import or collect results, or trace models with `benchmart profile`, and run `benchmart build`",
        )
    return fit_mixed(prepare(*columns(measured.questions, measured.values)))


def rates_by_mixed_model(known: Measured, asked: Sequence[Question]) -> Floats | None:
    """Items a second by fixed effects and what is known of device, family and model; None where nothing can be fitted.

    Args:
        known: Results to learn from.
        asked: Questions of profiles with operators; shape of the answer.
    """
    try:
        model = fit_mixed(prepare(*columns(known.questions, known.values)))
    except PredictionRefused:
        return None
    return np.exp(-model.predict(prepare(*columns(asked, np.ones(len(asked))))))
