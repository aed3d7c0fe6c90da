"""Trials of ways to train, and what they say: which is faster beyond noise, and what memory and time the next takes."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

LEAST_GAIN = 0.05
"""Of throughput for twice the micro-batch; less is taken as none. Steps that scatter more raise it."""
_AGAIN = 4 / 3
"""Work of a step with full checkpointing over one without: four forward passes' worth in place of three."""


@dataclass(frozen=True, slots=True, order=True)
class Way:
    """What the search varies."""

    micro_batch: int
    checkpointing: str = "none"
    accumulation_steps: int = 1


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of a way. Seconds and bytes of the neediest rank."""

    way: Way
    step_seconds: tuple[float, ...] = ()
    """Of each timed step; empty where it failed."""
    peak_bytes: float | None = None
    wall_seconds: float = 0.0
    """Of all of it, starting the processes included."""
    error: str | None = None
    """Class of what went wrong."""

    @property
    def seconds(self) -> float:
        """The fastest step: what else runs on a machine only ever adds to a step's time."""
        return min(self.step_seconds)

    @property
    def items_per_second(self) -> float:
        """Of one rank."""
        return self.way.micro_batch * self.way.accumulation_steps / self.seconds

    @property
    def noise(self) -> float:
        """How much slower the second fastest step was, as a share; 0 where one step says nothing of its scatter."""
        fastest = sorted(self.step_seconds)[:2]
        return fastest[-1] / fastest[0] - 1


@dataclass(frozen=True, slots=True)
class Space:
    """What may be tried."""

    memory_bytes: float
    """That one rank may take."""
    predicted: Callable[[Way], float | None]
    """Peak of one rank in bytes; None where it cannot be predicted."""
    batch: int | None = None
    """Items of one rank in an optimizer step, of which micro-batches are divisors; None: any power of two."""
    may_checkpoint: bool = True
    steps: int = 4
    """Optimizer steps of a trial, those before timing included."""


def gain(before: Trial, after: Trial) -> float:
    """Throughput of one over that of the other, less 1."""
    return after.items_per_second / before.items_per_second - 1


def threshold(before: Trial, after: Trial) -> float:
    """The gain that noise alone may show."""
    return max(LEAST_GAIN, math.hypot(before.noise, after.noise))


def choose(space: Space, trials: Sequence[Trial]) -> Trial | None:
    """The fastest that fits; of those no slower beyond noise the one that does least: see `_modesty`.

    With a batch, of the trials of one pass a step: how often it is passed follows from the batch.
    """
    fitting = [each for each in trials if fits(space, each)]
    if space.batch is not None:
        fitting = [each for each in fitting if each.way.accumulation_steps == 1]
    if not fitting:
        return None
    best = max(fitting, key=lambda each: each.items_per_second)
    equal = [each for each in fitting if gain(each, best) <= threshold(each, best)]
    return min(equal, key=_modesty)


def _modesty(trial: Trial) -> tuple[bool, int, int]:
    """Nothing computed again, then few passes, then small ones."""
    way = trial.way
    return way.checkpointing != "none", way.accumulation_steps, way.micro_batch


def fits(space: Space, trial: Trial) -> bool:
    """Whether it ran, in no more memory than it may take."""
    return bool(trial.step_seconds) and (trial.peak_bytes or 0.0) <= space.memory_bytes


def expected_bytes(space: Space, way: Way, seen: Sequence[Trial]) -> float | None:
    """The peak to expect, None where nothing tells.

    As it is predicted; once a smaller pass was measured, as predicted but off by as much as there, or on the line
    through the last two that were measured, whichever is more.
    """
    said = space.predicted(way)
    alike = sorted(
        (each.way.micro_batch, each.peak_bytes)
        for each in seen
        if each.peak_bytes and replace(each.way, micro_batch=way.micro_batch) == way
    )
    if not alike:
        return said
    size, peak = alike[-1]
    before = space.predicted(replace(way, micro_batch=size))
    corrected = said * peak / before if said is not None and before else peak
    earlier, lower = alike[-2] if len(alike) > 1 else (0, peak)
    grown = peak + max(peak - lower, 0.0) / (size - earlier) * (way.micro_batch - size)
    return max(corrected, grown)


def expected_seconds(space: Space, way: Way, seen: Sequence[Trial]) -> float:
    """Of a trial: starting as long as the last one took, and steps that grow with their work; 0 before any trial."""
    done = [each for each in seen if each.step_seconds]
    if not done:
        return 0.0
    last = done[-1]
    work = way.micro_batch * way.accumulation_steps / (last.way.micro_batch * last.way.accumulation_steps)
    again = _AGAIN if way.checkpointing != last.way.checkpointing == "none" else 1.0
    starting = max(last.wall_seconds - space.steps * last.seconds, 0.0)
    return starting + space.steps * last.seconds * work * again


def described(way: Way) -> str:
    """In words."""
    words = [f"micro-batch {way.micro_batch}"]
    if way.checkpointing != "none":
        words.append(f"{way.checkpointing} checkpointing")
    if way.accumulation_steps > 1:
        words.append(f"{way.accumulation_steps} accumulated")
    return ", ".join(words)
