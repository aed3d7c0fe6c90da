"""Constraints with a number: memory of a device, price, power, and the time of a step; each tells how near it was."""

from predictors.selector.breach import Breach, Candidate
from predictors.selector.knowledge import Knowledge
from predictors.selector.need import Need
from predictors.selector.request import SelectionRequest

_GIBI = 2.0**30
_LARGEST_HOST = 6144 * _GIBI
"""Memory that an EPYC 9654 supports, by its row in the catalogue."""
_CLOSE = 1.01


def memory(candidate: Candidate, asked: SelectionRequest, _: Knowledge) -> Breach | None:
    """The request fits into one device; where the need is not known, nothing is said.

    A processor has the memory of its host, which nobody knows: it is taken to have as much as the need, up to what the
    largest processors of the catalogue support. Any other device whose memory is not known does not hold.
    """
    need, has = candidate.need, candidate.device.facts.memory_bytes
    if need is None:
        return None
    if not has and candidate.device.facts.kind != "cpu":
        return Breach("memory", f"needs {_range(need)}, and how much it has is not known")
    usable = (has or _LARGEST_HOST) * asked.budget.memory_share
    if need.high <= usable:
        return None
    share = "" if asked.budget.memory_share == 1 else f" of which {asked.budget.memory_share:.0%} may be used"
    surely = "does not fit" if need.expected > usable else "may not fit"
    holds = f"has {_gib(has)}" if has else f"supports at most {_gib(_LARGEST_HOST)}"
    return Breach(
        "memory", f"{surely}: needs {_range(need)}, {holds}{share} ({need.told})", usable / need.high
    )


def price(candidate: Candidate, asked: SelectionRequest, _: Knowledge) -> Breach | None:
    """It costs no more than the budget; without a price, that cannot be told, and it does not hold."""
    limit, its = asked.budget.price_per_hour, candidate.device.price_per_hour
    if limit is None or (its is not None and its <= limit):
        return None
    if its is None:
        return Breach("price", "no price is known, so it cannot be held against the budget")
    return Breach("price", f"costs {its:.2f} an hour, above {limit:.2f}", limit / its)


def power(candidate: Candidate, asked: SelectionRequest, _: Knowledge) -> Breach | None:
    """It draws no more than the budget by its thermal design power; unknown, that does not hold."""
    limit, its = asked.budget.watts, candidate.device.facts.tdp_watts
    if limit is None or (its is not None and its <= limit):
        return None
    if its is None:
        return Breach("power", "its power is not known, so it cannot be held against the budget")
    return Breach("power", f"draws up to {its:.0f} W, above {limit:.0f} W", limit / its)


def latency(candidate: Candidate, asked: SelectionRequest, _: Knowledge) -> Breach | None:
    """One step takes no longer than the limit; where seconds are not known, that does not hold."""
    limit, estimate = asked.budget.latency_seconds, candidate.estimate
    if limit is None:
        return None
    if estimate is None or estimate.is_relative:
        return Breach("latency", "no seconds are known, so they cannot be held against the limit")
    seconds = asked.batch_size / estimate.rate
    if seconds <= limit:
        return None
    return Breach(
        "latency", f"takes {seconds * 1e3:.3g} ms a step, above {limit * 1e3:.3g} ms", limit / seconds
    )


def _gib(count: float) -> str:
    return f"{count / _GIBI:.1f} GiB"


def _range(need: Need) -> str:
    at_most = f", at most {_gib(need.high)}" if need.high > _CLOSE * need.expected else ""
    return f"{_gib(need.expected)}{at_most}"
