"""Statistics that queries and reports share."""

from collections.abc import Sequence


def median_interval(values: Sequence[float], confidence: float = 0.95) -> tuple[float, float] | None:
    """An interval that holds the median of what the values were drawn from, whatever its distribution.

    Its ends are two of the values: of n sorted values the k-th and the (n + 1 - k)-th enclose the median with
    probability 1 - 2 P(B < k), where B is binomial with n trials and probability 1/2; k is the largest that keeps
    this at least `confidence` (Conover 1999, "Practical Nonparametric Statistics", section 3.2). None for so few values
    that no two of them do: below 6 at 95 %.
    """
    ordered = sorted(values)
    count = len(ordered)
    rank, below = 0, 0
    tail = (1 - confidence) / 2
    total = 1 << count
    ways = 1
    while 2 * (rank + 1) <= count:
        below += ways
        if below / total > tail:
            break
        # Binomial coefficients from one another: each from nothing takes minutes for some ten thousand values.
        ways = ways * (count - rank) // (rank + 1)
        rank += 1
    return (ordered[rank - 1], ordered[count - rank]) if rank else None
