"""How well predictions do on what was not seen."""

from collections.abc import Callable, Sequence

import numpy as np

from benchmart.event_log.events import SplitScore
from predictors.contract import Prediction, Predictor
from predictors.measured import Measured
from predictors.performance.splits import SPLITS, folds

Fit = Callable[[Measured], Predictor]


def evaluate(measured: Measured, fit: Fit, splits: Sequence[str] = SPLITS) -> list[SplitScore]:
    """Fit anew for every fold of every split, and score what was held out; splits of one group only are left out."""
    found = []
    for split in splits:
        said: list[Prediction] = []
        true: list[float] = []
        for train, test in folds(measured.questions, split):
            held_out = measured.part(test)
            said += fit(measured.part(train)).predict(held_out.questions)
            true += held_out.values.tolist()
        if said:
            found.append(score(split, said, true))
    return found


def score(split: str, said: Sequence[Prediction], true: Sequence[float]) -> SplitScore:
    """Errors relative to what was measured, and the share that intervals held."""
    errors = np.array([abs(each.value / value - 1) for each, value in zip(said, true, strict=True)])
    held = [each.low <= value <= each.high for each, value in zip(said, true, strict=True)]
    return SplitScore(
        split, len(errors), float(np.median(errors)), float(errors.mean()), float(np.mean(held))
    )
