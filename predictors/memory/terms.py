"""The physics of a peak: bytes by term. Every term is zero or more, and a peak is their weighted sum."""

from collections.abc import Sequence

import numpy as np

from predictors.memory.facts import Floats, MemoryFacts
from predictors.memory.states import activation_width, state_bytes

TERMS = ("context", "states", "saved", "live", "largest", "unfolded", "winograd", "fourier")
"""Device context, in GiB that are fitted; weights, gradients and optimizer states; what autograd keeps; what is alive
together in the forward pass; operands of the largest operator, whose gradients exist beside what is saved; scratch
space of the hungriest convolution by algorithm."""


def terms(facts: MemoryFacts, mode: str, precision: str, batches: Sequence[int]) -> Floats:
    """Bytes of each term, unweighted, (batches, TERMS).

    Raises PredictionRefused for a precision or mode whose bytes are not known.
    """
    batch = np.asarray(batches, dtype=np.float64)
    width = activation_width(precision)
    states = state_bytes(mode, precision).total * facts.parameters
    saved = facts.saved_elements * width + facts.saved_other_bytes if mode == "training" else 0.0
    ones = np.ones_like(batch)
    columns = (
        ones * 2.0**30,
        ones * states,
        batch * saved,
        batch * facts.live_elements * width,
        batch * facts.largest_operator * width,
        *(scratch(needs, batch) * width for needs in facts.workspaces.values()),
    )
    return np.stack(columns, axis=1)


def scratch(needs: Floats, batch: Floats) -> Floats:
    """Values that the hungriest of several convolutions needs at each batch."""
    needed: Floats = (needs[:, 0] + batch[:, None] * needs[:, 1]).max(axis=1, initial=0.0)
    return needed
