"""Gradient boosting on what physics leaves over; no model's residual comes from trees that have seen the model."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmart.errors import PredictionRefused
from predictors.performance.boosting import Boosting, fit_boosting
from predictors.performance.entities import Entities
from predictors.performance.folds import group_folds
from predictors.performance.prepared import Prepared

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]

_RECIPES: tuple[dict[str, Any], ...] = (
    {},
    {"objective": "regression", "extra_trees": True, "feature_fraction": 0.5},
)


@dataclass(frozen=True, slots=True)
class CrossFit:
    """Trees by fold. A model that was learned from is answered by the fold that has not seen it, others by the mean."""

    folds: tuple[tuple[Boosting, ...], ...]
    fold_of_key: dict[str, int]
    fold_of_name: dict[str, int]
    fold_of_signature: dict[tuple[float, ...], int]
    rounds: int | None = None
    """How many of the trees answer; all of them when it is None."""

    def predict(self, given: Prepared) -> Floats:
        """Log seconds of one item, shape (rows,). Raises PredictionRefused when it was trained on other features."""
        if self.folds[0][0].names != given.names:
            raise PredictionRefused("it was trained on other features", hint="Run `benchmart predict train`")
        return np.asarray(given.physics + self.pick(self.per_fold(given), given), dtype=float)

    def per_fold(self, given: Prepared) -> Floats:
        """Log of measured over physics' seconds as each fold says, shape (folds, rows)."""
        return np.stack(
            [
                np.mean([each.predict(given.features, self.rounds) for each in trees], axis=0)
                for trees in self.folds
            ]
        )

    def pick(self, per_fold: Floats, given: Prepared) -> Floats:
        """What is said by the fold that has not seen the model of a row, or the mean of all; shape (rows,)."""
        fold = self._folds(given.models)[given.which]
        seen = np.take_along_axis(per_fold, np.maximum(fold, 0)[None, :], axis=0)[0]
        return np.asarray(np.where(fold >= 0, seen, per_fold.mean(axis=0)), dtype=float)

    def _folds(self, models: Entities) -> Index:
        found = []
        for key, name, signature in zip(models.key, models.name, models.signature, strict=True):
            fold = self.fold_of_key.get(key, self.fold_of_name.get(name))
            found.append(self.fold_of_signature.get(tuple(signature), -1) if fold is None else fold)
        return np.array(found, dtype=np.int64)


def fit_crossfit(given: Prepared, groups: npt.NDArray[np.generic], *, count: int, seed: int) -> CrossFit:
    """Trains once a fold, each time without the groups of the fold.

    Args:
        given: Measured rows.
        groups: What lies together, shape (rows,): twins, families or devices.
        count: Folds.
        seed: Of folds and trees.
    """
    place = fold_of_rows(groups, count, seed)
    target = given.target - given.physics

    def fit(fold: int) -> tuple[Boosting, ...]:
        rest = place != fold
        return tuple(
            fit_boosting(given.features[rest], target[rest], given.names, seed=seed + number, **recipe)
            for number, recipe in enumerate(_RECIPES)
        )

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        folds = tuple(pool.map(fit, sorted(set(place.tolist()))))
    by_key: dict[str, int] = {}
    by_name: dict[str, int] = {}
    by_signature: dict[tuple[float, ...], int] = {}
    for model, fold in zip(given.which.tolist(), place.tolist(), strict=True):
        by_key[str(given.models.key[model])] = fold
        by_name[str(given.models.name[model])] = fold
        by_signature[tuple(given.models.signature[model])] = fold
    return CrossFit(folds, by_key, by_name, by_signature)


def fold_of_rows(groups: npt.NDArray[np.generic], count: int, seed: int) -> Index:
    """The folds that `fit_crossfit` makes of the same arguments."""
    return group_folds(groups.astype(object), count, seed)
