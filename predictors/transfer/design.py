"""Which items to measure first on a device that nobody has met."""

import numpy as np

from predictors.transfer.known import Floats, Indices
from predictors.transfer.prior import Prior

_NOISE = 0.02
_ATTRIBUTE_SCALE = 0.1
_MOST_CANDIDATES = 4_000


def design(prior: Prior, count: int) -> Indices:
    """The items to measure, most telling first: the first j of them are the design of j.

    Greedy A-optimal design: each next item is the one whose measurement takes most from the variance of all items,
    summed up. It depends on known devices only, so it can be handed out before the new device is there.
    """
    items = len(prior.basis)
    candidates = np.sort(np.random.default_rng(0).permutation(items)[:_MOST_CANDIDATES])
    rows = prior.basis[candidates]
    everything: Floats = prior.basis.T @ prior.basis / items
    covariance: Floats = np.diag(prior.variances(1.0, _ATTRIBUTE_SCALE))
    chosen: list[int] = []
    for _ in range(min(count, len(candidates))):
        spread = rows @ covariance
        variance = (spread * rows).sum(axis=1) + _NOISE**2
        gain = ((spread @ everything) * spread).sum(axis=1) / variance
        gain[chosen] = -1.0
        best = int(gain.argmax())
        chosen.append(best)
        covariance = covariance - np.outer(spread[best], spread[best]) / variance[best]
    return candidates[chosen].astype(np.int64)
