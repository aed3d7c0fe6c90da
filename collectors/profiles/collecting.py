"""Profile many models: what the log holds already is left alone, what fails does not stop the rest."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
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

    Several `jobs` trace in processes of their own. `observe` is told of each model as it is done, in the order wanted.
    Raises LogError when the log cannot be written; what was appended before stays.
    """
    known = frozenset() if again else _known_digests(log)
    done: list[Profiled] = []
    waiting: list[ModelProfiled] = []
    try:
        with _mapper(jobs) as mapped:
            for each in mapped(partial(profile_one, known=known, run_id=run_id), dict.fromkeys(wanted)):
                done.append(each)
                waiting += each.events
                observe(each)
                if len(waiting) >= _BATCH:
                    log.append(waiting)
                    waiting = []
    finally:
        if waiting:
            log.append(waiting)
    return done


def profile_one(wanted: Wanted, *, known: frozenset[str], run_id: str) -> Profiled:
    """Profile one model unless its definition is among the digests known."""
    from collectors.profiles.profiling import definition_digest, profile

    try:
        digest = definition_digest(wanted)
        if digest is None:
            return Profiled(wanted, "unknown", error="no source has a model of this name")
        if digest in known:
            return Profiled(wanted, "known")
        return Profiled(wanted, "new", profile(wanted, run_id=run_id))
    except CannotProfile as error:
        return Profiled(wanted, "failed", error=str(error))


def _known_digests(log: EventLog) -> frozenset[str]:
    told = log.read(MODEL_PROFILED, ["configuration_digest"], pc.field("collector") == _COLLECTOR)
    return frozenset(filter(None, told.column(0).to_pylist()))


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
