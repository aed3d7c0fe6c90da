"""The score of an option: weighted shares of the best, and the front of options that none beats in everything."""

from collections.abc import Callable, Mapping, Sequence

from predictors.selector.breach import Candidate
from predictors.selector.estimate import BASES
from predictors.selector.request import SelectionRequest

Criterion = Callable[[Candidate, SelectionRequest], float | None]
"""A number of which more is better; None where it is not known, which counts as 0."""
_CERTAINTY = dict(zip(BASES, (1.0, 0.75, 0.5, 0.25), strict=True))
"""An order, not a chance: what was measured is surest."""


def throughput(candidate: Candidate, _: SelectionRequest) -> float | None:
    """Items a second."""
    return candidate.estimate.rate if candidate.estimate else None


def latency(candidate: Candidate, asked: SelectionRequest) -> float | None:
    """Steps a second: the inverse of the time of one step."""
    return candidate.estimate.rate / asked.batch_size if candidate.estimate else None


def memory(candidate: Candidate, _: SelectionRequest) -> float | None:
    """The share of the device's memory that stays free."""
    has = candidate.device.facts.memory_bytes
    return max(1 - candidate.need.high / has, 0.0) if candidate.need and has else None


def energy(candidate: Candidate, _: SelectionRequest) -> float | None:
    """Items a joule at the thermal design power."""
    watts = candidate.device.facts.tdp_watts
    return candidate.estimate.rate / watts if candidate.estimate and watts else None


def cost(candidate: Candidate, _: SelectionRequest) -> float | None:
    """Items a unit of money."""
    price = candidate.device.price_per_hour
    return candidate.estimate.rate * 3600 / price if candidate.estimate and price else None


def certainty(candidate: Candidate, _: SelectionRequest) -> float | None:
    """How sure the estimate is, by its basis."""
    return _CERTAINTY[candidate.estimate.basis] if candidate.estimate else None


CRITERIA_OF: Mapping[str, Criterion] = {
    "latency": latency,
    "throughput": throughput,
    "memory": memory,
    "energy": energy,
    "cost": cost,
    "certainty": certainty,
}


def shares(candidates: Sequence[Candidate], asked: SelectionRequest) -> list[dict[str, float | None]]:
    """Every criterion of each candidate as a share of the best, from 0 to 1; None where it is not known."""
    values = [{name: of(each, asked) for name, of in CRITERIA_OF.items()} for each in candidates]
    best = {name: max((each[name] or 0.0 for each in values), default=0.0) for name in CRITERIA_OF}
    return [
        {
            name: None if value is None else value / best[name] if best[name] else 0.0
            for name, value in each.items()
        }
        for each in values
    ]


def score(its: Mapping[str, float | None], weights: Mapping[str, float], factor: float = 1.0) -> float:
    """The weighted mean of shares, from 0 to 1; the rate's may be multiplied, for the ends of its interval."""
    total = sum(weights.values())
    of_rate = {"latency", "throughput", "energy", "cost"}
    return sum(
        weight * (its[name] or 0.0) * (factor if name in of_rate else 1.0) for name, weight in weights.items()
    ) / (total or 1.0)


def front(its: Sequence[Mapping[str, float | None]], weights: Mapping[str, float]) -> list[bool]:
    """Which options no other beats: nowhere worse and somewhere better, in the criteria that have a weight.

    An option of which some criterion is not known counts as 0 there.
    """
    names = [name for name, weight in weights.items() if weight > 0]
    points = [tuple(each[name] or 0.0 for name in names) for each in its]
    return [
        not any(
            all(one >= own for one, own in zip(other, point, strict=True)) and other != point
            for other in points
        )
        for point in points
    ]
