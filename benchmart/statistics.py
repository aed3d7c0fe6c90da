"""Statistics that queries and reports share."""

import math
from collections.abc import Sequence
from statistics import NormalDist

_MOST_COUNTED = 5_000
"""Trials up to which a binomial distribution is summed up; beyond, a normal one is within 0.1 % of it."""


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


def share_interval(held: int, of: int, confidence: float = 0.95) -> tuple[float, float]:
    """An interval for the share behind `held` of `of` trials, at least one (Wilson 1927)."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, more = held / of, z * z / of
    middle = (share + more / 2) / (1 + more)
    half = math.sqrt(share * (1 - share) * more + more * more / 4) / (1 + more)
    return max(0.0, middle - half), min(1.0, middle + half)


def chance_range(of: int, share: float, confidence: float = 0.95) -> tuple[float, float]:
    """The observed shares that chance leaves usual, of `of` trials that each hold with chance `share` (0 to 1).

    Below and above lie outcomes of a probability of at most (1 - confidence) / 2 each: quantiles of the binomial
    distribution.
    """
    if share in {0.0, 1.0}:
        return share, share
    tail = (1 - confidence) / 2
    if of > _MOST_COUNTED:
        half = NormalDist().inv_cdf(1 - tail) * math.sqrt(share * (1 - share) / of)
        return max(0.0, share - half), min(1.0, share + half)
    low, below = 0, 0.0
    while below + (here := _binomial(low, of, share)) <= tail:
        below, low = below + here, low + 1
    high, above = of, 0.0
    while above + (here := _binomial(high, of, share)) <= tail:
        above, high = above + here, high - 1
    return low / of, high / of


def _binomial(held: int, of: int, share: float) -> float:
    """The probability of exactly so many; by logarithms, because powers of small numbers would vanish."""
    ways = math.lgamma(of + 1) - math.lgamma(held + 1) - math.lgamma(of - held + 1)
    return math.exp(ways + held * math.log(share) + (of - held) * math.log1p(-share))
