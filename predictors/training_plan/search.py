"""The ways that fit: each with the largest micro-batch, and among them the smallest sets of optimisations."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from benchmart.errors import PredictionRefused
from predictors.training_memory.model import memory_of
from predictors.training_memory.setup import TrainingMemory, TrainingSetup
from predictors.training_plan.accelerators import accelerator
from predictors.training_plan.candidates import Candidate, candidates
from predictors.training_plan.rates import Rates, rates_of
from predictors.training_plan.request import STRATEGIES, Request
from predictors.training_plan.step_time import StepTime, step_time

_AS_FAST = 1.02
"""Estimates of time closer than this are taken as equal."""
_INCLUDES = {
    "zero2": ("zero1",),
    "zero3": ("zero1", "zero2"),
    "fsdp2": ("zero1", "zero2"),
    "checkpointing_full": ("checkpointing_selective",),
    "offload_optimizer_nvme": ("offload_optimizer_cpu",),
    "offload_parameters_nvme": ("offload_parameters_cpu",),
}
"""What an optimisation does beside its own: a set with it holds these as well."""


@dataclass(frozen=True, slots=True)
class Option:
    """A way that fits."""

    setup: TrainingSetup
    memory: TrainingMemory
    time: StepTime


def fitting(request: Request) -> tuple[Option, ...]:
    """Ways of the first tier in which any fits; none when nothing does. Raises PredictionRefused without any way."""
    rates = rates_of(request.devices)
    for _, tier in groupby(_ways(request), key=lambda each: each.tier):
        options = tuple(_options(request, tier, rates))
        if options:
            return options
    return ()


def smallest(options: Sequence[Option]) -> Option:
    """The fastest of those that do nothing which another does without; of equally fast ones that which does least."""
    sets = [(held_by(each.setup), each) for each in options]
    minimal = [each for held, each in sets if not any(other < held for other, _ in sets)]
    best = min(each.time.seconds for each in minimal)
    fast = [each for each in minimal if each.time.seconds <= best * _AS_FAST]
    return min(fast, key=lambda each: (len(held_by(each.setup)), each.time.seconds, _place(each)))


def held_by(setup: TrainingSetup) -> frozenset[str]:
    """Optimisations of memory by name, with those that they include; half precision is none, it saves time as well."""
    own = set()
    if setup.accumulation_steps > 1:
        own.add("accumulation")
    if setup.strategy not in {"single", "ddp"} and setup.ranks > 1:
        own.add(setup.strategy)
    if setup.checkpointing != "none":
        own.add(f"checkpointing_{setup.checkpointing}")
    if setup.tensor_parallel > 1:
        own.add("tensor_parallel")
    if setup.optimizer != "adamw":
        own.add(setup.optimizer)
    for what in ("optimizer", "parameters"):
        place = getattr(setup, f"offload_{what}")
        if place != "none":
            own.add(f"offload_{what}_{place}")
    return frozenset(own.union(*(_INCLUDES.get(name, ()) for name in own)))


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


def _options(request: Request, ways: Iterable[Candidate], rates: Rates) -> Iterator[Option]:
    for way in ways:
        found = _largest_that_fits(request, way.setup)
        if found is not None:
            setup, memory = found
            option = Option(setup, memory, step_time(setup, rates, request.devices.per_node))
            yield _at_the_knee(request, option, rates)


def _at_the_knee(request: Request, largest: Option, rates: Rates) -> Option:
    """The smallest micro-batch that is as fast as the largest that fits, by what is known of throughput.

    Without such knowledge the largest. A smaller one must not take longer by the estimate, either: weights that are
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
        found = _if_fitting(request, _at(request, largest.setup, size))
        if found:
            time = step_time(found[0], rates, request.devices.per_node)
            if time.seconds <= largest.time.seconds * _AS_FAST:
                return Option(*found, time)
    return largest


def _largest_that_fits(request: Request, setup: TrainingSetup) -> tuple[TrainingSetup, TrainingMemory] | None:
    """With the largest micro-batch that divides the device's batch and fits; memory grows with the micro-batch.

    Accumulated gradients exist beside activations, so that one whole batch may fit where two halves do not.
    """
    sizes = _divisors(request.batch_of(setup))
    best = _if_fitting(request, _at(request, setup, sizes[-1]))
    if best:
        return best
    low, high = 0, len(sizes) - 1
    while low < high:
        middle = (low + high) // 2
        found = _if_fitting(request, _at(request, setup, sizes[middle]))
        if found:
            best, low = found, middle + 1
        else:
            high = middle
    return best


def _at(request: Request, setup: TrainingSetup, micro_batch: int) -> TrainingSetup:
    steps = request.batch_of(setup) // micro_batch
    return replace(setup, micro_batch=micro_batch, accumulation_steps=steps)


def _if_fitting(request: Request, setup: TrainingSetup) -> tuple[TrainingSetup, TrainingMemory] | None:
    memory = memory_of(setup)
    host = request.devices.host_memory_bytes
    on_host = memory.host_bytes * min(request.devices.per_node, setup.ranks)
    fits = memory.device_bytes <= request.room_bytes and (host is None or on_host <= host)
    return (setup, memory) if fits else None


def _divisors(number: int) -> list[int]:
    small = [each for each in range(1, int(number**0.5) + 1) if number % each == 0]
    return sorted({*small, *(number // each for each in small)})


def _place(option: Option) -> int:
    return STRATEGIES.index(option.setup.strategy)
