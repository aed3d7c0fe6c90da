"""What predictions are held against: regressions on the sizes that everybody knows of a model."""

from typing import Any

import numpy as np

from predictors.memory.boosting import FIXED
from predictors.memory.facts import Floats
from predictors.memory.features import FEATURES

COARSE = ("log_parameters", "log_flops", "log_written", "log_batch")
_COLUMNS = [FEATURES.index(name) for name in COARSE]


def least_squares(features: Floats, logarithms: Floats, asked: Floats) -> Floats:
    """Logarithms of peaks by ordinary least squares on the logarithms of COARSE."""
    known = np.column_stack([np.ones(len(features)), features[:, _COLUMNS]])
    weights, *_ = np.linalg.lstsq(known, logarithms, rcond=None)
    fitted: Floats = np.column_stack([np.ones(len(asked)), asked[:, _COLUMNS]]) @ weights
    return fitted


def coarse_boosting(features: Floats, logarithms: Floats, asked: Floats, seed: int) -> Floats:
    """Logarithms of peaks by LightGBM on COARSE."""
    import lightgbm

    parameters: dict[str, Any] = {**FIXED, "objective": "regression", "learning_rate": 0.05, "seed": seed}
    data = lightgbm.Dataset(features[:, _COLUMNS], label=logarithms)
    booster = lightgbm.train(parameters, data, num_boost_round=400)
    return np.asarray(booster.predict(asked[:, _COLUMNS], num_threads=1), dtype=np.float64)
