"""What a mixed model says, as three tables: effects of conditions, how much is between what, and families."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, sqrt

import numpy as np

from predictors.mixed_model.design import NESTED
from predictors.mixed_model.model import MixedModel
from predictors.mixed_model.words import Word

LEVEL = 0.95
_RESIDUAL = "residual"
_NEW: dict[str, Sequence[str]] = {
    "nothing": (_RESIDUAL,),
    "a model of a known family": ("model", "model on device", _RESIDUAL),
    "a family": (*NESTED, _RESIDUAL),
    "a configuration of a known device": ("configuration", "family in configuration", _RESIDUAL),
    "a device": ("device", "configuration", "family in configuration", "model on device", _RESIDUAL),
}
"""Which effects are not known when something is new."""


@dataclass(frozen=True, slots=True)
class FixedEffect:
    """What a word or number does to time, all else equal."""

    effect: str
    against: str
    """The usual word; empty for a number."""
    factor: float | None
    """Of the time; None where it cannot be told."""
    low: float | None
    """Ends of the interval of 95 %; None where nothing tells how sure the factor is."""
    high: float | None
    p_value: float | None
    """Chance of an effect as large as this where there is none."""
    note: str


@dataclass(frozen=True, slots=True)
class Component:
    """How much results differ by what they are of."""

    between: str
    level_count: int
    deviation: float | None
    """Standard deviation as a share of the time: 0.1 for levels typically 10 % off; None when it cannot be told."""
    low: float | None
    high: float | None
    share: float | None
    """Of the sum of variances."""
    note: str


@dataclass(frozen=True, slots=True)
class Novelty:
    """How far off a time is that is predicted from all that is known."""

    unseen: str
    deviation: float
    """Standard deviation as a share of the time."""


@dataclass(frozen=True, slots=True)
class FamilyEffect:
    """How much slower or faster a family runs than operators, conditions and device explain."""

    family: str
    factor: float
    """Of the time, pulled towards 1 where there are few results."""
    low: float
    high: float
    model_count: int

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out 1."""
        return not self.low <= 1 <= self.high


def fixed_effects(model: MixedModel) -> list[FixedEffect]:
    """Words of conditions, those that cannot be separated too, then slopes."""
    from scipy.stats import t as student

    solved = model.variances.solved
    errors = np.sqrt(solved.variance * np.diag(solved.core_inverse))
    words = {word.label: word for word in model.words}
    levels = {effect.name: len(effect.levels) for effect in model.effects}
    many = max(levels.get("model", levels.get("family", 0)) - len(model.fixed), 1)
    rows = []
    for name in [*words, *(each for each in model.fixed[1:] if each not in words)]:
        word = words.get(name)
        note = model.slopes.unit(name) if word is None else word.why_not or _together(word)
        against = "" if word is None else word.against
        if name not in model.fixed:
            note = f"not separable: {note or 'a sum of others'}"
            rows.append(FixedEffect(name, against, None, None, None, None, note))
            continue
        at = model.fixed.index(name)
        value, error = float(solved.core[at]), float(errors[at])
        freedom = many if word is None else min(model.freedom, many)
        if freedom < 1:
            note = "; ".join(filter(None, (note, "too few configurations to tell how sure it is")))
            rows.append(FixedEffect(name, against, exp(value), None, None, None, note))
            continue
        half = float(student.ppf((1 + LEVEL) / 2, freedom)) * error
        chance = float(2 * student.sf(abs(value) / error, freedom))
        rows.append(
            FixedEffect(name, against, exp(value), exp(value - half), exp(value + half), chance, note)
        )
    return rows


def _together(word: Word) -> str:
    return f"together with {word.along}" if word.along else ""


def components(model: MixedModel) -> list[Component]:
    """Random effects in the order of the model, those that cannot be told apart too, and the residual."""
    values, errors = model.variances.values, model.variances.errors
    total = float(values.sum())
    counts = {effect.name: len(effect.levels) for effect in model.effects}
    found = [
        _component(name, count, float(value), float(error), total)
        for (name, count), value, error in zip(
            [*counts.items(), (_RESIDUAL, model.result_count)], values, errors, strict=True
        )
    ]
    same = [
        Component(name, 0, None, None, None, None, f"not separable from {other}")
        for name, other in model.left_out.items()
    ]
    return [*found[:-1], *same, found[-1]]


def _component(name: str, count: int, variance: float, error: float, total: float) -> Component:
    """With an interval of Satterthwaite: a variance is spread like a chi-squared one of as many degrees of freedom."""
    from scipy.stats import chi2

    share, deviation = variance / total, exp(sqrt(variance)) - 1
    # Less than one degree of freedom is no interval.
    if not 0 < error < sqrt(2):
        note = "no sign of it" if not variance else "the results do not tell how sure this is"
        return Component(name, count, deviation, None, None, share, note)
    freedom = 2 / error**2
    low, high = (variance * freedom / chi2.ppf(end, freedom) for end in ((1 + LEVEL) / 2, (1 - LEVEL) / 2))
    return Component(name, count, deviation, exp(sqrt(low)) - 1, exp(sqrt(high)) - 1, share, "")


def novelties(model: MixedModel) -> list[Novelty]:
    """How far off times are, by what is new. What is not new counts as known to the last digit: this is a least."""
    names = [*(effect.name for effect in model.effects), _RESIDUAL]
    values = dict(zip(names, model.variances.values.tolist(), strict=True))
    return [
        Novelty(unseen, exp(sqrt(sum(values.get(name, 0.0) for name in parts))) - 1)
        for unseen, parts in _NEW.items()
    ]


def family_effects(model: MixedModel) -> list[FamilyEffect]:
    """All families, the slowest for their operators first; none when families cannot be told apart."""
    from scipy.stats import norm

    found = [effect for effect in model.effects if effect.name == "family"]
    models = [level for effect in model.effects if effect.name == "model" for level in effect.levels]
    counts: dict[str, int] = {}
    for family, *_ in models:
        counts[family] = counts.get(family, 0) + 1
    quantile = float(norm.ppf((1 + LEVEL) / 2))
    rows = [
        FamilyEffect(
            family,
            exp(value),
            exp(value - quantile * error),
            exp(value + quantile * error),
            counts.get(family, 1),
        )
        for effect in found
        for (family,), value, error in zip(effect.levels, effect.values, effect.errors, strict=True)
    ]
    return sorted(rows, key=lambda row: (-row.factor, row.family))
