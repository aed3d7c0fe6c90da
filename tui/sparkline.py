"""A series in one line of a table: a block for each stretch of its points."""

from collections.abc import Sequence
from math import isfinite
from statistics import median_low

BLOCKS = "▁▂▃▄▅▆▇█"
WIDTH = 12
"""Characters."""


def sparkline(values: Sequence[float], width: int = WIDTH) -> str:
    """From the lowest to the highest block, the median of each stretch; the middle one where all are equal.

    Nothing for fewer than two values: a single one has no course.
    """
    finite = [value for value in values if isfinite(value)]
    if len(finite) < 2 or width < 1:  # noqa: PLR2004 -- as told
        return ""
    count = min(width, len(finite))
    cuts = [len(finite) * at // count for at in range(count + 1)]
    # One of the values, and not a mean: that of two large ones may be infinite.
    middles = [median_low(finite[cuts[at] : cuts[at + 1]]) for at in range(count)]
    low, high = min(middles), max(middles)
    if low == high:
        return BLOCKS[len(BLOCKS) // 2 - 1] * count
    # Halved before they are subtracted, for the same reason.
    span = high / 2 - low / 2
    last = len(BLOCKS) - 1
    return "".join(BLOCKS[round((middle / 2 - low / 2) / span * last)] for middle in middles)
