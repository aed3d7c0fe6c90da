"""Choices as events, so that they can be held against what is measured later."""

from datetime import UTC, datetime

from benchmart import __version__
from benchmart.config import Home
from benchmart.event_log.log import EventLog
from benchmart.event_log.selection_events import SelectionCandidate, SelectionMade
from predictors.selector.knowledge import Knowledge
from predictors.selector.option import Option, Selection

_NEAR_MISSES = 10


def issue(home: Home, selection: Selection, known: Knowledge) -> None:
    """Append the choice to the log, with what was weighed and the nearest of what was rejected."""
    asked, best = selection.asked, selection.best
    event = SelectionMade(
        collector="select",
        collector_version=__version__,
        occurred_at=datetime.now(UTC),
        model_id=known.model_id(asked.model),
        family=asked.known_family,
        mode=asked.mode,
        precision=asked.precision,
        batch_size=asked.batch_size,
        image_size=asked.image_size,
        sequence_length=asked.sequence_length,
        runtime=asked.runtime,
        runtime_version=asked.runtime_version,
        compiler=asked.compiler,
        memory_format=asked.memory_format,
        hardware_id=best.hardware_id if best else None,
        basis=best.estimate.basis if best and best.estimate else None,
        equally_good=selection.equally_good,
        candidates=[
            *(_candidate(each, rank) for rank, each in enumerate(selection.options, start=1)),
            *(_candidate(each, None) for each in selection.rejected[:_NEAR_MISSES]),
        ],
        weights={name: str(weight) for name, weight in asked.weights.items()},
    )
    EventLog(home.events).append([event])


def _candidate(option: Option, rank: int | None) -> SelectionCandidate:
    said = option.estimate if option.estimate and not option.estimate.is_relative else None
    return SelectionCandidate(
        hardware_id=option.hardware_id,
        rank=rank,
        score=None if rank is None else option.score,
        basis=option.estimate.basis if option.estimate else None,
        value=said.rate if said else None,
        low=said.low if said else None,
        high=said.high if said else None,
        evidence_count=option.estimate.evidence_count if option.estimate else None,
        reason="; ".join(each.reason for each in option.broken) or None,
    )
