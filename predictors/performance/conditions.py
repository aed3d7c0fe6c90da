"""Which conditions a predictor has met, so that it can say what of a question is outside of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from predictors.performance.kernels import Configuration
from predictors.performance.rows import Rows

_WORDS = ("mode", "precision", "compiler", "memory_format", "runtime")
_UNMET_WORD = 1.5
"""An interval is as much wider for each word that was in no result. An allowance: nothing measured tells how much."""
_PER_DOUBLING = 0.15
"""So much is added to the half width of the logarithm for each factor of two beyond the batches met; an allowance."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the results of one kind of device had."""

    words: Mapping[str, Sequence[str]]
    """Values by name of the column."""
    batch_sizes: tuple[float, float]
    """The smallest and the largest."""


def conditions_of(rows: Rows, configurations: Sequence[Configuration]) -> dict[str, Conditions]:
    """By kind of device."""
    kinds = np.array([each.kind for each in configurations], dtype=object)
    return {
        str(kind): Conditions(
            {name: sorted(set(getattr(rows, name)[kinds == kind])) for name in _WORDS},
            (float(rows.batch_size[kinds == kind].min()), float(rows.batch_size[kinds == kind].max())),
        )
        for kind in sorted(set(kinds))
    }


def beyond(known: Conditions | None, rows: Rows, at: int) -> tuple[float, float, list[str]]:
    """A factor on the half width of an interval, what is added to it, and warnings that say why.

    Args:
        known: What results of its kind of device had; None when there were none.
        rows: What is asked.
        at: Which of them.
    """
    if known is None:
        return 1.0, 0.0, []
    warnings = [
        f"{name.replace('_', ' ')} {value} was in no result it learned from"
        for name in _WORDS
        if (value := getattr(rows, name)[at]) and value not in known.words[name]
    ]
    factor = _UNMET_WORD ** len(warnings)
    low, high = known.batch_sizes
    asked = float(rows.batch_size[at])
    doublings = np.log2(max(low / asked, asked / high, 1.0))
    if doublings > 0:
        warnings.append(f"batch size {asked:.0f} is outside of what it learned from, {low:.0f} to {high:.0f}")
    return factor, _PER_DOUBLING * float(doublings), warnings
