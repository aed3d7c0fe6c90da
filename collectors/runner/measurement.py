"""Timing: a warm-up kept apart, then steps until there are enough of them and enough time has passed."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Plan:
    """How long one configuration is measured."""

    iterations: int = 20
    """At least this many timed steps."""
    min_seconds: float = 1.0
    """At least this much timed work, in seconds."""
    warmup: int = 3
    """Steps before the timing starts."""


class Step(Protocol):
    """What is timed."""

    def prepare(self) -> None:
        """Make the next run possible; not timed."""

    def run(self) -> None:
        """One step of the whole batch; timed."""

    def check(self) -> None:
        """Raise when the run's outcome is not usable; not timed."""


@dataclass(frozen=True)
class Timing:
    """Wall times of single steps, in seconds, in the order they were taken."""

    samples: Sequence[float]
    warmup_samples: Sequence[float]
    """Taken before; no statistic uses them."""

    @property
    def mean(self) -> float:
        """Mean wall time of one step, in seconds."""
        return sum(self.samples) / len(self.samples)


def measure(step: Step, synchronize: Callable[[], None], plan: Plan) -> Timing:
    """Warm up, then time single steps. `synchronize` returns when the device has done all its work."""
    warmup = [_timed(step, synchronize) for _ in range(plan.warmup)]
    samples: list[float] = []
    spent = 0.0
    while len(samples) < max(plan.iterations, 1) or spent < plan.min_seconds:
        samples.append(_timed(step, synchronize))
        spent += samples[-1]
    return Timing(samples, warmup)


def _timed(step: Step, synchronize: Callable[[], None]) -> float:
    step.prepare()
    synchronize()
    start = time.perf_counter()
    step.run()
    synchronize()
    elapsed = time.perf_counter() - start
    step.check()
    return elapsed


def percentile(samples: Sequence[float], percent: float) -> float:
    """The value below which `percent` of the samples lie, linearly interpolated between neighbours."""
    ordered = sorted(samples)
    position = (len(ordered) - 1) * percent / 100
    lower = int(position)
    upper = min(lower + 1, len(ordered) - 1)
    return ordered[lower] + (ordered[upper] - ordered[lower]) * (position - lower)
