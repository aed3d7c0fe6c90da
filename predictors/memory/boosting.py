"""What physics gets wrong, learned from features of models: gradient boosting on intervals."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from predictors.memory.design import Targets
from predictors.memory.facts import Floats
from predictors.memory.likelihood import slopes

PARAMETERS: Mapping[str, Any] = {
    "learning_rate": 0.05,
    "num_leaves": 15,
    "min_data_in_leaf": 10,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 1.0,
    "max_bin": 127,
}
ROUNDS = 400
QUANTILE_ROUNDS = 150
FIXED: Mapping[str, Any] = {"num_threads": 1, "verbosity": -1, "deterministic": True, "force_row_wise": True}


def fit_correction(features: Floats, offset: Floats, targets: Targets, seed: int) -> Any:
    """A LightGBM booster for what has to be added to `offset`, the logarithm physics gives."""
    import lightgbm

    def objective(added: Floats, _: Any) -> tuple[Floats, Floats]:
        gradient, curvature = slopes(offset + added, targets.low, targets.high, targets.scale)
        return gradient * _UNIT, curvature * _UNIT

    data = lightgbm.Dataset(features, label=np.zeros(len(offset)), free_raw_data=True)
    parameters = {**PARAMETERS, **FIXED, "objective": objective, "seed": seed}
    return lightgbm.train(parameters, data, num_boost_round=ROUNDS)


def fit_quantile(features: Floats, values: Floats, quantile: float, seed: int) -> Any:
    """A LightGBM booster for a quantile of `values`."""
    import lightgbm

    parameters = {
        **PARAMETERS, **FIXED, "objective": "quantile", "alpha": quantile, "seed": seed,
        "num_leaves": 7, "min_data_in_leaf": 40, "learning_rate": 0.03,
    }  # fmt: skip
    data = lightgbm.Dataset(features, label=values, free_raw_data=True)
    return lightgbm.train(parameters, data, num_boost_round=QUANTILE_ROUNDS)


_UNIT = 0.04**2
"""Gradients are in units of the finest scale, so that regularisation means the same whatever the scales are."""
