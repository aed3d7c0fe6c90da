"""The ways that fit, each with its micro-batch, and those whose upper bound does as well."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from benchmart.errors import PredictionRefused
from predictors.training_memory.model import memory_of
from predictors.training_memory.setup import TrainingMemory, TrainingSetup
from predictors.training_plan.accelerators import accelerator
from predictors.training_plan.candidates import Candidate, candidates
from predictors.training_plan.known_rates import RatesOf, rates_for
from predictors.training_plan.options import AS_FAST, Option, smallest
from predictors.training_plan.request import Request
from predictors.training_plan.step_time import step_time

CHEAP = 1.1
"""Times the step of the way that fits as predicted, which one may take whose upper bound fits as well."""
Fits = Callable[[Request, TrainingMemory], bool]
"""Whether a peak on one device is small enough."""


def as_predicted(request: Request, memory: TrainingMemory) -> bool:
    """The predicted peak leaves the safety margin free."""
    return memory.device_bytes <= request.room_bytes


def at_the_bound(request: Request, memory: TrainingMemory) -> bool:
    """It does, and the upper bound of the peak is no more than the device has."""
    return as_predicted(request, memory) and memory.high <= request.devices.memory_bytes


def fitting(request: Request, fits: Fits = as_predicted) -> tuple[Option, ...]:
    """Ways of the first tier in which any fits; none when nothing does. Raises PredictionRefused without any way."""
    rates = rates_for(request)
    for number, tier in groupby(_ways(request), key=lambda each: each.tier):
        options = tuple(replace(each, tier=number) for each in _options(request, tier, rates, fits))
        if options:
            return options
    return ()


def safer(request: Request, chosen: Option) -> Option | None:
    """The smallest whose upper bound fits and that takes little more time than the one chosen; None without any.

    Of the same tier: for a bound alone, states are not kept in 8 bits nor on a host.
    """
    bounded = [
        each
        for each in fitting(request, at_the_bound)
        if each.tier == chosen.tier and each.time.seconds <= chosen.time.seconds * CHEAP
    ]
    return smallest(bounded) if bounded else None


def nearest(request: Request) -> tuple[TrainingSetup, TrainingMemory]:
    """The way that needs least of a device, whether it fits or not."""
    tried = [
        _at(request, way.setup, size)
        for way in _ways(request)
        for size in sorted({1, request.batch_of(way.setup)})
    ]
    return min(((setup, memory_of(setup)) for setup in tried), key=lambda each: each[1].device_bytes)


def _ways(request: Request) -> list[Candidate]:
    found, kind = list(candidates(request)), accelerator(request.devices.kind)
    if not found:
        raise PredictionRefused(
            f"none of {', '.join(request.strategies)} is for {request.method} on {request.devices.count} x {kind.name}",
            hint=f"It trains with {', '.join(kind.strategies)}; `single` is for one device, the others for several",
        )
    return found


def _options(request: Request, ways: Iterable[Candidate], rates: RatesOf, fits: Fits) -> Iterator[Option]:
    for way in ways:
        found = _largest_that_fits(request, way.setup, fits)
        if found is not None:
            setup, memory = found
            option = Option(setup, memory, step_time(setup, rates(setup), request.devices.per_node))
            yield _at_the_knee(request, option, rates, fits)


def _at_the_knee(request: Request, largest: Option, rates: RatesOf, fits: Fits) -> Option:
    """The smallest micro-batch that is as fast as the largest that fits, by what is known of throughput.

    Without such knowledge the largest. A smaller one must not wait longer by the estimate, either: weights that are
    gathered, or exchanged with a host, are so in each pass.
    """
    known = request.batch_scaling
    if known is None:
        return largest
    sizes = [each for each in _divisors(request.batch_of(largest.setup)) if each <= largest.setup.micro_batch]
    preferred = known.preferred(sizes)
    if largest.setup.micro_batch in preferred and largest.setup.accumulation_steps == 1:
        return largest
    for size in preferred:
        found = _if_fitting(request, _at(request, largest.setup, size), fits)
        if found:
            time = step_time(found[0], rates(found[0]), request.devices.per_node)
            if time.waiting - largest.time.waiting <= largest.time.seconds * (AS_FAST - 1):
                return Option(*found, time)
    return largest


def _largest_that_fits(
    request: Request, setup: TrainingSetup, fits: Fits
) -> tuple[TrainingSetup, TrainingMemory] | None:
    """With the largest micro-batch that divides the device's batch and fits; memory grows with the micro-batch.

    Accumulated gradients exist beside activations, so that one whole batch may fit where two halves do not.
    """
    sizes = _divisors(request.batch_of(setup))
    best = _if_fitting(request, _at(request, setup, sizes[-1]), fits)
    if best:
        return best
    low, high = 0, len(sizes) - 1
    while low < high:
        middle = (low + high) // 2
        found = _if_fitting(request, _at(request, setup, sizes[middle]), fits)
        if found:
            best, low = found, middle + 1
        else:
            high = middle
    return best


def _at(request: Request, setup: TrainingSetup, micro_batch: int) -> TrainingSetup:
    steps = request.batch_of(setup) // micro_batch
    return replace(setup, micro_batch=micro_batch, accumulation_steps=steps)


def _if_fitting(
    request: Request, setup: TrainingSetup, fits: Fits
) -> tuple[TrainingSetup, TrainingMemory] | None:
    memory = memory_of(setup)
    host = request.devices.host_memory_bytes
    on_host = memory.host_bytes * min(request.devices.per_node, setup.ranks)
    holds = fits(request, memory) and (host is None or on_host <= host)
    return (setup, memory) if holds else None


def _divisors(number: int) -> list[int]:
    small = [each for each in range(1, int(number**0.5) + 1) if number % each == 0]
    return sorted({*small, *(number // each for each in small)})
