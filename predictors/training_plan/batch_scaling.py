"""How throughput grows with the sequences of one pass, and from which number on it grows no more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmart.errors import UsageError

NEAR_THE_BEST = 0.9
"""Share of the best rate that the knee reaches: as in the mart `batch_scaling`."""


@dataclass(frozen=True, slots=True)
class BatchScaling:
    """Rates of one device at several sizes of its micro-batch."""

    rates: Mapping[int, float]
    """Items a second by sequences (or images) of one pass."""
    basis: str
    """`measured` or `predicted`."""
    condition: str
    """Under what, in words."""
    is_plain: bool = True
    """Whether one device computed it, and nothing twice: then the time of a step follows from it."""

    def __post_init__(self) -> None:
        knee(self.rates)

    @property
    def knee(self) -> int:
        """The smallest micro-batch that gets 90 % of the best rate."""
        return knee(self.rates)

    @property
    def is_reached(self) -> bool:
        """Whether a larger one than the knee is known, so that throughput is seen to grow no more."""
        return self.knee < max(self.rates)

    def rate_at(self, micro_batch: int) -> float | None:
        """Between known sizes on a line, beyond the largest as there; None below the smallest."""
        known = sorted(self.rates)
        if micro_batch < known[0]:
            return None
        below = max(size for size in known if size <= micro_batch)
        above = min((size for size in known if size >= micro_batch), default=below)
        if above == below:
            return self.rates[below]
        share = (micro_batch - below) / (above - below)
        return self.rates[below] + share * (self.rates[above] - self.rates[below])

    def preferred(self, sizes: Sequence[int]) -> Sequence[int]:
        """Those of some sizes that get 90 % of the best rate among them; all where nothing is known of any."""
        rates = {size: rate for size in sizes if (rate := self.rate_at(size)) is not None}
        best = max(rates.values(), default=0.0)
        return [size for size, rate in rates.items() if rate >= NEAR_THE_BEST * best] or sizes


def knee(rates: Mapping[int, float]) -> int:
    """The smallest batch that gets 90 % of the best throughput, from items per second by batch size.

    Raises UsageError without rates.
    """
    if not rates:
        raise UsageError("no rates are given", hint="Give items per second for each batch size")
    best = max(rates.values())
    return min(batch for batch, rate in rates.items() if rate >= NEAR_THE_BEST * best)


def reason_for(scaling: BatchScaling | None, micro_batch: int, *, is_whole: bool) -> str:
    """Why a plan has this micro-batch; `is_whole` where it is all of the device's batch."""
    size = "the whole batch of a device" if is_whole else "as many as memory allows"
    if scaling is None:
        return f"{size}; how throughput grows with it is neither measured nor predicted"
    source = f"{scaling.basis}: {scaling.condition}"
    if not scaling.is_reached:
        return f"{size}; throughput still grows at {max(scaling.rates)}, the largest known ({source})"
    if micro_batch < scaling.knee:
        return f"{size}; throughput would grow up to {scaling.knee} ({source})"
    return f"throughput is within 10 % of its best from {scaling.knee} on ({source})"
