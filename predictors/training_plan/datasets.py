"""A data set by the lengths of its items: what padding wastes, and what packing, bucketing or a shorter maximum saves.

All of it is counted from the lengths, in tokens; nothing is extrapolated.
"""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmart.errors import UsageError

_TRIALS = 20
_QUANTILES = (0.5, 0.9, 0.95, 0.99, 1.0)
_KEPT = 0.99
"""Share of tokens that a recommended maximum keeps at least."""


@dataclass(frozen=True, slots=True)
class Batching:
    """One way to make batches."""

    name: str
    computed_tokens: float
    """That the model computes in one pass over the data, padding included."""
    waste: float
    """Share of them that is padding."""
    speedup: float
    """Against padding all to the maximum, where time goes with tokens."""


@dataclass(frozen=True, slots=True)
class DatasetProfile:
    """Lengths of a data set's items and what follows from them."""

    items: int
    tokens: int
    """After what is longer than `maximum` was cut off."""
    quantiles: tuple[tuple[float, int], ...]
    histogram: tuple[tuple[int, int, int], ...]
    """First length, last length, items: widths double."""
    maximum: int
    cut_items: int
    cut_tokens: int
    batchings: tuple[Batching, ...]
    """The dearest first."""
    recommended_maximum: int
    """The shortest multiple of 64 that keeps 99 % of all tokens."""
    recommended: Batching
    """The cheapest."""


def profile_lengths(
    lengths: Sequence[int], *, batch: int, maximum: int | None = None, seed: int = 0
) -> DatasetProfile:
    """Profile items of so many tokens each, in batches of `batch` items.

    `pad to the longest of a batch` is the mean over 20 random orders. Packing is best fit decreasing into sequences of
    the maximum, without cutting an item in two (Krell et al., arXiv:2107.02027, compare such packings).
    Raises UsageError without items, and for lengths, batches or maxima below one.
    """
    given = np.asarray(lengths, dtype=np.int64)
    if given.size == 0 or given.min() < 1 or batch < 1 or (maximum is not None and maximum < 1):
        raise UsageError(
            "lengths, batch and maximum count things: 1 or more, and at least one length",
            hint="Leave out empty items",
        )
    top = maximum or int(given.max())
    kept = np.minimum(given, top)
    batchings = sorted(_batchings(kept, top, batch, seed), key=lambda each: -each.computed_tokens)
    return DatasetProfile(
        items=int(given.size),
        tokens=int(kept.sum()),
        quantiles=tuple(
            (share, int(np.quantile(given, share, method="inverted_cdf"))) for share in _QUANTILES
        ),
        histogram=tuple(_histogram(given)),
        maximum=top,
        cut_items=int((given > top).sum()),
        cut_tokens=int((given - kept).sum()),
        batchings=tuple(batchings),
        recommended_maximum=_shortest_maximum(given),
        recommended=batchings[-1],
    )


def _batchings(kept: NDArray[np.int64], top: int, batch: int, seed: int) -> Iterator[Batching]:
    real, whole = float(kept.sum()), float(kept.size * top)
    generator = np.random.default_rng(seed)
    orders = [_padded(generator.permutation(kept), batch) for _ in range(_TRIALS)]
    counted = {
        "pad all to the maximum": whole,
        "pad to the longest of a batch": float(np.mean(orders)),
        "bucket by length": _padded(np.sort(kept), batch),
        "pack": float(packed_bins(kept.tolist(), top) * top),
    }
    for name, tokens in counted.items():
        yield Batching(name, tokens, 1 - real / tokens, whole / tokens)


def _padded(ordered: NDArray[np.int64], batch: int) -> float:
    """Tokens of consecutive batches, each padded to its longest; the last may be short."""
    starts = np.arange(0, ordered.size, batch)
    longest = np.maximum.reduceat(ordered, starts)
    return float(longest @ np.diff(starts, append=ordered.size))


def packed_bins(lengths: Sequence[int], size: int) -> int:
    """Sequences of `size` tokens that hold all items whole: best fit, longest first; no item is longer than `size`."""
    rooms: Counter[int] = Counter()
    free: list[int] = []  # rooms left, each once, in order
    bins = 0
    for length in sorted(lengths, reverse=True):
        place = bisect_left(free, length)
        if place == len(free):
            bins, room = bins + 1, size
        else:
            room = free[place]
            rooms[room] -= 1
            if not rooms[room]:
                free.pop(place)
        left = room - length
        if not rooms[left]:
            insort(free, left)
        rooms[left] += 1
    return bins


def _histogram(given: NDArray[np.int64]) -> Iterator[tuple[int, int, int]]:
    low = 1
    while low <= int(given.max()):
        high = 2 * low - 1
        count = int(((given >= low) & (given <= high)).sum())
        if count:
            yield low, high, count
        low *= 2


def _shortest_maximum(given: NDArray[np.int64]) -> int:
    steps = range(64, int(given.max()) + 64, 64)
    total = int(given.sum())
    return next(step for step in steps if int(np.minimum(given, step).sum()) >= _KEPT * total)
