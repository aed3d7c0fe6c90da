"""How much each feature moves the answers of the trees, and whether the folds agree on it.

Contributions are exact Shapley values of trees (Lundberg et al. 2020), in the logarithm of seconds: for each answer
they add up to how far it lies from the mean. Every fold was trained without a part of the models, so what two folds
rank alike does not hang on single models.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from predictors.performance.crossfit import CrossFit
from predictors.performance.feature_groups import group_of
from predictors.performance.prepared import Prepared

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Moved:
    """How much a feature, or a group of them, moves answers."""

    name: str
    group: str
    contribution: float
    """Mean over answers and folds of the size of its contribution, in the logarithm of seconds."""
    low: float
    """The same of the fold where it is least, and where it is most."""
    high: float
    best_rank: int
    """Its place among all of its kind in the fold that ranks it highest, and lowest; 1 moves most."""
    worst_rank: int

    @property
    def factor(self) -> float:
        """By how many times it typically moves the seconds up or down."""
        return float(np.exp(self.contribution))


@dataclass(frozen=True, slots=True)
class Importance:
    """Features and groups, those that move answers most first."""

    features: Sequence[Moved]
    groups: Sequence[Moved]
    agreement: float | None
    """Kendall's W of the folds' rankings of the features: 1 when all rank alike, 0 when there is no agreement; None
    when there is one fold or nothing to rank."""
    fold_count: int
    answer_count: int


def importance(trees: CrossFit, given: Prepared) -> Importance:
    """How much each feature moves the trees' answers to these rows."""
    each = contributions(trees, given.features)
    groups = [group_of(name) for name in given.names]
    kinds = sorted(set(groups))
    summed = np.stack([each[:, :, [one == kind for one in groups]].sum(axis=2) for kind in kinds], axis=2)
    of_features, of_groups = (np.abs(values).mean(axis=1) for values in (each, summed))
    return Importance(
        _ranked(of_features, given.names, groups),
        _ranked(of_groups, kinds, kinds),
        kendall_agreement(of_features),
        len(each),
        each.shape[1],
    )


def contributions(trees: CrossFit, features: Floats) -> Floats:
    """Shape (folds, rows, features), in the logarithm of seconds; a fold answers with the mean of its ensembles."""
    found = [
        np.mean(
            [np.asarray(one.model.predict(features, pred_contrib=True, num_threads=1)) for one in fold],
            axis=0,
        )
        for fold in trees.folds
    ]
    # The last column is the mean answer, which is the same for every row.
    return np.stack(found)[:, :, :-1]


def kendall_agreement(scores: Floats) -> float | None:
    """Kendall's W with ties at their mean rank, of scores of shape (judges, things); None when none is defined."""
    judges, things = scores.shape
    ranks = np.stack([_mean_ranks(row) for row in scores])
    ties = sum(float((counts**3 - counts).sum()) for counts in map(_counts, scores))
    most = judges**2 * (things**3 - things) - judges * ties
    if judges < 2 or most <= 0:  # noqa: PLR2004 - one judge agrees with itself
        return None
    totals = ranks.sum(axis=0)
    return float(12 * ((totals - totals.mean()) ** 2).sum() / most)


def _ranked(by_fold: Floats, names: Sequence[str], groups: Sequence[str]) -> list[Moved]:
    """From sizes of shape (folds, things)."""
    places = np.stack([len(names) + 1 - _mean_ranks(row) for row in by_fold])
    found = [
        Moved(
            name,
            groups[at],
            float(by_fold[:, at].mean()),
            float(by_fold[:, at].min()),
            float(by_fold[:, at].max()),
            int(np.floor(places[:, at].min())),
            int(np.ceil(places[:, at].max())),
        )
        for at, name in enumerate(names)
    ]
    return sorted(found, key=lambda one: (-one.contribution, one.name))


def _mean_ranks(values: Floats) -> Floats:
    """1 for the smallest; ties at their mean rank."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[inverse], dtype=float)


def _counts(values: Floats) -> npt.NDArray[np.int64]:
    return np.asarray(np.unique(values, return_counts=True)[1], dtype=np.int64)
