"""The physics of a peak: bytes by term. Every term is zero or more, and a peak is their weighted sum."""

import math
import re
from collections.abc import Sequence

import numpy as np

from predictors.memory.facts import Floats, MemoryFacts
from predictors.memory.labels import Workload
from predictors.memory.states import activation_width, state_bytes

TERMS = (
    "context", "states", "saved", "upcast", "scores", "live", "largest", "unfolded", "winograd", "fourier",
)  # fmt: skip
"""Device context, in GiB that are fitted; weights, gradients and optimizer states; what autograd keeps; what autocast
keeps in fp32; attention scores where attention is not fused; what is alive together in the forward pass; operands of
the largest operator, whose gradients exist beside what is saved; scratch space of the hungriest convolution by
algorithm."""


def terms(facts: MemoryFacts, workload: Workload, batches: Sequence[int]) -> Floats:
    """Bytes of each term, unweighted, (batches, TERMS).

    Raises PredictionRefused for a precision or mode whose bytes are not known.
    """
    batch = np.asarray(batches, dtype=np.float64)
    width = activation_width(workload.precision)
    states = state_bytes(workload.mode, workload.precision).total * facts.parameters
    is_training = workload.mode == "training"
    saved = facts.saved_elements * width + facts.saved_other_bytes if is_training else 0.0
    upcast = facts.upcast_elements * 4 if workload.precision.startswith("amp_") else 0.0
    scores = (
        facts.attention_scores * width if runtime_version(workload.runtime_version) < _FUSED_SINCE else 0.0
    )
    ones = np.ones_like(batch)
    columns = (
        ones * 2.0**30,
        ones * states,
        batch * saved,
        batch * upcast,
        batch * scores,
        batch * facts.live_elements * width,
        batch * facts.largest_operator * width,
        *(scratch(needs, batch) * width for needs in facts.workspaces.values()),
    )
    return np.stack(columns, axis=1)


def runtime_version(text: str | None) -> float:
    """2.4.1 -> 2.04; NaN when it is not known."""
    found = re.match(r"(\d+)\.(\d+)", text or "")
    return float(found[1]) + float(found[2]) / 100 if found else math.nan


def scratch(needs: Floats, batch: Floats) -> Floats:
    """Values that the hungriest of several convolutions needs at each batch."""
    needed: Floats = (needs[:, 0] + batch[:, None] * needs[:, 1]).max(axis=1, initial=0.0)
    return needed


_FUSED_SINCE = 2.0
"""PyTorch 2.0 brought scaled_dot_product_attention."""
