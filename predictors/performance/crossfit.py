"""Gradient boosting on what physics leaves over; no model's residual comes from trees that have seen the model."""

import os
from collections.abc import Callable
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
Mask = npt.NDArray[np.bool_]

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

        def by_trees(fold: int, rows: Mask) -> Floats:
            features = given.features[rows]
            said = [each.predict(features, self.rounds) for each in self.folds[fold]]
            return np.asarray(np.mean(said, axis=0), dtype=float)

        return np.asarray(given.physics + self.answer(given, by_trees), dtype=float)

    def answer(self, given: Prepared, by_fold: Callable[[int, Mask], Floats]) -> Floats:
        """What is said by the fold that has not seen the model of a row, or the mean of all; shape (rows,).

        Args:
            given: Questions.
            by_fold: What a fold says of some of the rows.
        """
        place = self._folds(given.models)[given.which]
        said = np.zeros(len(given))
        for fold in range(len(self.folds)):
            rows = (place == fold) | (place < 0)
            if rows.any():
                said[rows] += by_fold(fold, rows) / np.where(place[rows] < 0, len(self.folds), 1)
        return said

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
