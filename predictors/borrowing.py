"""Operators for a model of which only sums are known: those of the traced model most like it, brought to its sums."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from benchmart.errors import PredictionRefused
from predictors.contract import ModelProfile
from predictors.performance.families import prefix_family

BORROWED = "operators_of"
"""The attribute of a profile that names the model whose operators it has."""

_OTHER_FAMILY = 0.7
"""As far as a factor of two in operations: a model of another family has to be that much nearer in size."""


@dataclass(frozen=True, slots=True)
class Lenders:
    """Traced models with their sums as columns."""

    profiles: Sequence[ModelProfile]
    sums: npt.NDArray[np.float64]
    """Logarithms of operations, parameters and written elements, shape (profiles, 3)."""
    families: npt.NDArray[np.str_]

    @classmethod
    def of(cls, profiles: Sequence[ModelProfile]) -> "Lenders":
        """Those of the profiles that have operators of their own and do some work."""
        able = [each for each in profiles if each.operators and each.flops_per_item > 0]
        sums = np.log([_sums(each) for each in able]) if able else np.zeros((0, 3))
        return cls(able, sums, np.array([prefix_family(each.subject) for each in able], dtype=str))

    def lend(self, profile: ModelProfile) -> ModelProfile:
        """The profile with operators borrowed; its own operations, parameters and, where known, elements written.

        Raises PredictionRefused when nobody can lend.
        """
        if not self.profiles:
            raise PredictionRefused(
                "has no operators", where=profile.subject, hint="Trace it with `benchmart profile`"
            )
        known = np.array([profile.flops_per_item > 0, profile.parameter_count > 0, _written(profile) > 1])
        apart = np.abs(self.sums - np.log(_sums(profile))[None, :]) @ np.where(known, [1.0, 0.5, 1.0], 0.0)
        apart += np.where(self.families == prefix_family(profile.subject), 0.0, _OTHER_FAMILY)
        return _fitted(self.profiles[int(np.argmin(apart))], profile)


def _sums(profile: ModelProfile) -> tuple[float, float, float]:
    return max(profile.flops_per_item, 1.0), max(profile.parameter_count, 1.0), max(_written(profile), 1.0)


def _written(profile: ModelProfile) -> float:
    return sum(each.written_elements for each in profile.operators if each.flops > 0)


def _fitted(lender: ModelProfile, profile: ModelProfile) -> ModelProfile:
    """Operators of the lender with the sums of the profile."""
    flops, parameters, written = (
        own / theirs for own, theirs in zip(_sums(profile), _sums(lender), strict=True)
    )
    moved = written if _written(profile) > 1 else flops
    weights = parameters if profile.parameter_count else 1.0
    operators = tuple(
        replace(
            each,
            flops=each.flops * flops,
            read_elements=each.read_elements * moved,
            written_elements=each.written_elements * moved,
            weight_elements=each.weight_elements * weights,
        )
        for each in lender.operators
    )
    return replace(
        profile,
        operators=operators,
        parameter_count=profile.parameter_count or lender.parameter_count,
        attributes={**profile.attributes, BORROWED: lender.subject},
    )
