"""The largest batch whose predicted bytes fit, on the ladder that benchmarks fall back through."""

import math
from collections.abc import Callable, Sequence

from predictors.contract import ModelProfile
from predictors.memory.design import Inputs, inputs
from predictors.memory.facts import Floats
from predictors.memory.index_limit import exceeds_index
from predictors.memory.labels import Workload
from predictors.memory.ladder import rungs

LogBytes = Callable[[Inputs], Floats]
"""Logarithm of the bytes to count with: the expected peak, or its upper bound."""

Case = tuple[ModelProfile, Workload, int]
"""Profile, workload and the batch where falling back begins."""


def largest_batches(cases: Sequence[Case], log_bytes: LogBytes) -> list[int]:
    """The first batch of each ladder, from the top, whose bytes fit into the workload's card; 0 when none does."""
    ladders = [rungs(start) for _, _, start in cases]
    asked = [
        (profile, workload, batch)
        for (profile, workload, _), ladder in zip(cases, ladders, strict=True)
        for batch in ladder
    ]
    needed = iter(log_bytes(inputs(asked)).tolist())
    found = []
    for (profile, workload, _), ladder in zip(cases, ladders, strict=True):
        room = math.log(workload.card_bytes) if workload.card_bytes else -math.inf
        needs = [(batch, next(needed)) for batch in ladder]
        fits = (
            batch for batch, need in needs if need <= room and not exceeds_index(profile, workload, batch)
        )
        found.append(next(fits, 0))
    return found
