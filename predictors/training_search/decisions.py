"""Which way of training to try next, given those tried so far. Nothing runs here.

The search is replayed from its trials each time, so that those of an earlier run count as if they had just been made.
"""

import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace

from predictors.training_search.trials import (
    Space,
    Trial,
    Way,
    choose,
    described,
    expected_bytes,
    expected_seconds,
    fits,
    gain,
    threshold,
)

_PATIENCE = {"none": 2, "full": 1}
"""Doublings without a gain, one after the other, that end the growth: other work on a machine may slow one trial."""
_PROBED_STEPS = 4
"""Micro-batches accumulated where memory ends the search and no batch is asked for."""
LARGEST = 4096
"""Micro-batch where no batch is asked for."""
OUT_OF_MEMORY = "out_of_memory"
"""Class of the error of a rank that did not get what it asked for."""


@dataclass(frozen=True, slots=True)
class Next:
    """The way to try."""

    way: Way
    expected_bytes: float | None


@dataclass(frozen=True, slots=True)
class Done:
    """There is nothing more to try, and why."""

    reasons: tuple[str, ...]


@dataclass(slots=True)
class _Walk:
    """What the search has seen on its way."""

    space: Space
    seen: list[Trial] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)


def next_trial(space: Space, trials: Sequence[Trial], seconds_left: float = math.inf) -> Next | Done:
    """The next way to try, or why there is none. A way whose expected time is not left is not begun."""
    known, walk = {each.way: each for each in trials}, _Walk(space)
    steps = _search(walk)
    try:
        way = next(steps)
        while way in known:
            walk.seen.append(known[way])
            way = steps.send(known[way])
    except StopIteration:
        return Done(tuple(walk.reasons))
    needed = expected_seconds(space, way, walk.seen)
    if seconds_left <= 0 or needed > seconds_left:
        return Done((*walk.reasons, f"no time for {described(way)}, which needs about {needed:.0f} s"))
    return Next(way, expected_bytes(space, way, walk.seen))


def _search(walk: _Walk) -> Generator[Way, Trial, None]:
    """Doubles the micro-batch to the knee or the end of memory; there, goes on with layers computed again.

    Then accumulates, as a batch asks for, or to see what it gains where memory was the end.
    """
    space = walk.space
    ended = yield from _grow(walk, "none", 0, None)
    if ended == "memory" and space.may_checkpoint:
        largest = next((each for each in reversed(walk.seen) if fits(space, each)), None)
        ended = yield from _grow(walk, "full", largest.way.micro_batch if largest else 0, largest)
        ended = "memory" if ended == "knee" else ended
    chosen = choose(space, walk.seen)
    if chosen is not None and ended != "error":
        yield from _accumulate(walk, chosen, is_full=ended == "memory")


def _grow(walk: _Walk, checkpointing: str, size: int, best: Trial | None) -> Generator[Way, Trial, str]:
    """What it ended for: `knee`, `memory`, `whole` (the batch is passed at once) or `error`."""
    space, misses = walk.space, 0
    while (larger := _larger(space, size)) is not None:
        way, size = Way(larger, checkpointing), larger
        if not _is_expected_to_fit(walk, way):
            return "knee" if misses else "memory"
        trial = yield way
        if trial.error is not None or not fits(space, trial):
            walk.reasons.append(_failed(trial))
            return "error" if trial.error not in {OUT_OF_MEMORY, None} else "knee" if misses else "memory"
        # Two doublings must gain twice as much as one, or small gains would add up to a reason to go on.
        if best is None or gain(best, trial) > (least := threshold(best, trial) * (misses + 1)):
            best, misses = trial, 0
            continue
        misses += 1
        walk.reasons.append(
            f"{described(way)} gains {gain(best, trial):+.1%} over {described(best.way)}: no more than {least:.1%}"
        )
        if misses == _PATIENCE[checkpointing]:
            return "knee"
    walk.reasons.append("the largest micro-batch there is fits")
    return "whole"


def _accumulate(walk: _Walk, chosen: Trial, *, is_full: bool) -> Generator[Way, Trial, None]:
    batch, way = walk.space.batch, chosen.way
    steps = batch // way.micro_batch if batch else _PROBED_STEPS if is_full else 1
    several = replace(way, accumulation_steps=steps)
    if steps == 1 or not _is_expected_to_fit(walk, several):
        return
    trial = yield several
    if not fits(walk.space, trial):
        walk.reasons.append(_failed(trial))
        return
    walk.reasons.append(f"{described(several)} gains {gain(chosen, trial):+.1%} over one pass a step")


def _failed(trial: Trial) -> str:
    return f"{described(trial.way)}: {trial.error or 'more memory than a rank may take'}"


def _is_expected_to_fit(walk: _Walk, way: Way) -> bool:
    expected = expected_bytes(walk.space, way, walk.seen)
    if expected is None or expected <= walk.space.memory_bytes:
        return True
    walk.reasons.append(
        f"{described(way)} is expected to take {expected / 2**20:,.0f} MiB of {walk.space.memory_bytes / 2**20:,.0f}"
    )
    return False


def _larger(space: Space, size: int) -> int | None:
    """The next micro-batch, at least twice as large where the batch allows it."""
    if space.batch is None:
        return max(2 * size, 1) if size < LARGEST else None
    above = [each for each in range(size + 1, space.batch + 1) if space.batch % each == 0]
    return next((each for each in above if each >= 2 * size), above[-1] if above else None)
