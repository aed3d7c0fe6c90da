"""Profile many models: what the log holds already is left alone, what fails does not stop the rest."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from typing import Any

import pyarrow.compute as pc

from benchmart.event_log.events import ModelProfiled
from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import MODEL_PROFILED
from collectors.profiles.wanted import CannotProfile, Wanted

_COLLECTOR = "profiler"
_BATCH = 50
"""Profiles appended together: what an interruption may cost."""


@dataclass(frozen=True, slots=True)
class Profiled:
    """What became of one model that was wanted."""

    wanted: Wanted
    status: str
    """`new`, `known` (the log has its profile), `unknown` (no source has the name) or `failed`."""
    events: Sequence[ModelProfiled] = ()
    error: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Ready for JSON; sizes and totals of the model as it is trained."""
        first = self.events[0] if self.events else None
        return {
            "model": self.wanted.name,
            "status": self.status,
            "error": self.error,
            "image_size": first.image_size if first else self.wanted.image_size,
            "sequence_length": first.sequence_length if first else self.wanted.sequence_length,
            "forms": len(self.events),
            "parameter_count": first.parameter_count if first else None,
            "flops_per_item": first.flops_per_item if first else None,
            "saved_elements_per_item": first.saved_elements_per_item if first else None,
            "peak_live_elements_per_item": first.peak_live_elements_per_item if first else None,
            "operators": sum(operator.count for operator in first.operators or ()) if first else None,
        }


def collect_profiles(
    log: EventLog,
    wanted: Sequence[Wanted],
    *,
    run_id: str,
    jobs: int = 1,
    again: bool = False,
    observe: Callable[[Profiled], None] = lambda _: None,
) -> list[Profiled]:
    """Profile what the log does not hold, or everything `again`, and append it every 50 profiles.

    Several `jobs` trace in processes of their own. `observe` is told of each model as it is done: first what needs no
    tracing, then the rest, each in the order wanted.
    Raises LogError when the log cannot be written, CannotProfile when a process was killed; what was appended stays.
    """
    known = set() if again else _known_digests(log)
    done: list[Profiled] = []
    waiting: list[ModelProfiled] = []

    def finish(profiled: Profiled) -> None:
        done.append(profiled)
        waiting.extend(profiled.events)
        observe(profiled)
        if len(waiting) >= _BATCH:
            flush()

    def flush() -> None:
        if waiting:
            log.append(waiting)
            waiting.clear()

    todo = []
    for each in dict.fromkeys(wanted):
        settled = _without_tracing(each, known)
        if settled:
            finish(settled)
        else:
            todo.append(each)
    try:
        with _mapper(jobs) as mapped:
            for profiled in mapped(partial(_traced, run_id=run_id), todo):
                finish(profiled)
    except BrokenProcessPool as error:
        hint = "Memory may be short: run it again with --jobs 1, which goes on from here"
        raise CannotProfile("a process that traced was killed", hint=hint) from error
    finally:
        flush()
    return done


def _without_tracing(wanted: Wanted, known: set[str]) -> Profiled | None:
    """What becomes of a model that need not, or cannot, be traced; what is to be traced is known from now on."""
    from collectors.profiles.profiling import definition_digest

    try:
        digest = definition_digest(wanted)
    except CannotProfile as error:
        return Profiled(wanted, "failed", error=str(error))
    if digest is None:
        return Profiled(wanted, "unknown", error="no source has a model of this name")
    if digest in known:
        return Profiled(wanted, "known")
    known.add(digest)
    return None


def _traced(wanted: Wanted, *, run_id: str) -> Profiled:
    from collectors.profiles.profiling import profile

    try:
        return Profiled(wanted, "new", profile(wanted, run_id=run_id))
    except CannotProfile as error:
        return Profiled(wanted, "failed", error=str(error))


def _known_digests(log: EventLog) -> set[str]:
    told = log.read(MODEL_PROFILED, ["configuration_digest"], pc.field("collector") == _COLLECTOR)
    return set(filter(None, told.column(0).to_pylist()))


_Mapped = Callable[[Callable[[Wanted], Profiled], Any], Iterator[Profiled]]


@contextmanager
def _mapper(jobs: int) -> Iterator[_Mapped]:
    """`map`, in this process or in several; those that did not start yet are given up after an error."""
    if jobs == 1:
        yield map
        return
    # A fork would copy the locks of torch's threads.
    executor = ProcessPoolExecutor(jobs, get_context("spawn"))
    try:
        yield executor.map
    finally:
        executor.shutdown(cancel_futures=True)
