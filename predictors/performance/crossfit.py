"""Gradient boosting on what physics leaves over; no model's residual comes from trees that have seen the model."""

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

    def predict(self, given: Prepared) -> Floats:
        """Log seconds of one item, shape (rows,). Raises PredictionRefused when it was trained on other features."""
        if self.folds[0][0].names != given.names:
            raise PredictionRefused("it was trained on other features", hint="Run `benchmart predict train`")
        per_fold = np.stack(
            [np.mean([each.predict(given.features) for each in trees], axis=0) for trees in self.folds]
        )
        fold = self._folds(given.models)[given.which]
        seen = np.take_along_axis(per_fold, np.maximum(fold, 0)[None, :], axis=0)[0]
        return np.asarray(given.physics + np.where(fold >= 0, seen, per_fold.mean(axis=0)), dtype=float)

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
    place = group_folds(groups.astype(object), count, seed)
    target = given.target - given.physics
    folds = []
    for fold in sorted(set(place.tolist())):
        rest = place != fold
        folds.append(
            tuple(
                fit_boosting(given.features[rest], target[rest], given.names, seed=seed + number, **recipe)
                for number, recipe in enumerate(_RECIPES)
            )
        )
    by_key: dict[str, int] = {}
    by_name: dict[str, int] = {}
    by_signature: dict[tuple[float, ...], int] = {}
    for model, fold in zip(given.which.tolist(), place.tolist(), strict=True):
        by_key[str(given.models.key[model])] = fold
        by_name[str(given.models.name[model])] = fold
        by_signature[tuple(given.models.signature[model])] = fold
    return CrossFit(tuple(folds), by_key, by_name, by_signature)


def fold_of_rows(groups: npt.NDArray[np.generic], count: int, seed: int) -> Index:
    """The folds that `fit_crossfit` makes of the same arguments."""
    return group_folds(groups.astype(object), count, seed)
