"""The mixed model of measured times: what is fitted, and what it says of rows it has seen or not.

The logarithm of measured seconds over the seconds of physics is explained by words of conditions and slopes (fixed
effects), by device, configuration, family, model, family in configuration and model on device (random effects), and
chance. The last two are there because results of one family in one configuration go together, and those of a model on
a device: without them, effects of conditions would seem surer than they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmart.errors import PredictionRefused
from predictors.mixed_model.blocks import sums_of
from predictors.mixed_model.design import (
    CROSSED,
    NESTED,
    Level,
    Slopes,
    configurations,
    eager_physics,
    groups,
    numbered,
    word_columns,
)
from predictors.mixed_model.reml import Variances, fit_variances
from predictors.mixed_model.words import Word, compare, freedom, separable
from predictors.performance.prepared import Prepared

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]

LEAST_RESULTS = 60
_FEWEST = {"device": 2, "family": 3}
_LITTLE = 1e-6
_BASE = "all else as usual"


@dataclass(frozen=True, slots=True)
class Effect:
    """A random effect that can be told apart from the others."""

    name: str
    levels: Mapping[Level, int]
    values: Floats
    """Shrunken, in logarithms of time; shape (levels,)."""
    errors: Floats
    """Standard deviations of how far they are from the truth; shape (levels,)."""


@dataclass(frozen=True, slots=True)
class MixedModel:
    """A fitted model."""

    words: Sequence[Word]
    slopes: Slopes
    fixed: Sequence[str]
    """Names of the fixed effects, the intercept first."""
    variances: Variances
    effects: Sequence[Effect]
    left_out: Mapping[str, str]
    """Random effects that cannot be told apart, with what they are the same as."""
    freedom: int
    """Configurations beyond those that devices and words use up."""
    result_count: int

    def predict(self, given: Prepared) -> Floats:
        """Log seconds of one item, with 0 for levels of random effects that were not fitted; shape (rows,)."""
        columns = _columns(self.words, self.slopes, given)
        fixed = np.column_stack([columns[name] for name in self.fixed])
        said = eager_physics(given) + fixed @ self.variances.solved.core[: len(self.fixed)]
        levels = groups(given)
        for effect in self.effects:
            known = np.append(effect.values, 0.0)
            said += known[[effect.levels.get(level, -1) for level in levels[effect.name]]]
        return np.asarray(said, dtype=float)


def fit_mixed(given: Prepared) -> MixedModel:
    """Fits all results at once.

    Raises PredictionRefused for fewer than 60 results, for one device, for fewer than three families, for results that
    physics explains to the last digit, and when nothing is left to chance.
    """
    target = given.target - eager_physics(given)
    levels = groups(given)
    _check(levels, target)
    settings = configurations(given)
    words, slopes = compare(settings), Slopes.of(given)
    columns = _independent(_columns(words, slopes, given))
    numbers = {name: numbered(levels[name]) for name in (*CROSSED, *NESTED)}
    left_out = _same_as_others({name: each for name, (each, _) in numbers.items()})
    crossed, nested = ([name for name in names if name not in left_out] for names in (CROSSED, NESTED))
    sums = sums_of(
        target,
        np.column_stack(list(columns.values())),
        [numbers[name][0] for name in crossed],
        [numbers[name][0] for name in nested],
    )
    variances = fit_variances(sums)
    effects = [
        Effect(name, numbers[name][1], values, np.sqrt(variances.solved.variance * spreads))
        for name, values, spreads in zip(
            (*crossed, *nested), variances.solved.levels, variances.solved.spreads, strict=True
        )
    ]
    return MixedModel(
        words, slopes, tuple(columns), variances, effects, left_out, freedom(settings, words), len(target)
    )


def _check(levels: Mapping[str, Sequence[Level]], target: Floats) -> None:
    if len(target) < LEAST_RESULTS:
        raise PredictionRefused(
            f"{len(target)} results are too few to tell effects apart; it takes {LEAST_RESULTS}",
            hint="Import or collect more results of traced models, and run `benchmart build`",
        )
    for name, fewest in _FEWEST.items():
        found = sorted(set(levels[name]))
        if len(found) < fewest:
            told = ", ".join(each[0] for each in found)
            raise PredictionRefused(
                f"the results are of {told} alone; how much a {name} matters takes {fewest} of them",
                hint="Import or collect results of others, and run `benchmart build`",
            )
    if float(np.ptp(target)) < _LITTLE:
        raise PredictionRefused(
            "all results take the same multiple of the time that physics tells: there is nothing to explain",
            hint="Measured results differ; look where these come from",
        )


def _columns(words: Sequence[Word], slopes: Slopes, given: Prepared) -> dict[str, Floats]:
    """Of the fixed effects, the intercept first; shape (rows,)."""
    ones = {_BASE: np.ones(len(given))}
    return {**ones, **word_columns(separable(words), given), **slopes.columns(given)}


def _independent(columns: Mapping[str, Floats]) -> dict[str, Floats]:
    """Those that are no sum of the ones before, such as a share that never differs."""
    kept: dict[str, Floats] = {}
    basis: list[Floats] = []
    for name, column in columns.items():
        left = column.copy()
        for each in (*basis, *basis):
            left -= (each @ left) * each
        size = float(np.linalg.norm(left))
        if size > _LITTLE * max(1.0, float(np.linalg.norm(column))):
            kept[name] = column
            basis.append(left / size)
    return kept


def _same_as_others(numbers: Mapping[str, Index]) -> dict[str, str]:
    """Effects that group the rows as an earlier one does, or have each row alone, by what they are the same as."""
    seen: dict[bytes, str] = {}
    same: dict[str, str] = {}
    for name, each in numbers.items():
        # Numbers go by first appearance: equal groups have equal numbers.
        if int(each.max()) + 1 == len(each):
            same[name] = "chance"
        elif (other := seen.setdefault(each.tobytes(), name)) != name:
            same[name] = other
    return same
