"""Choices of hardware as events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from benchmart.event_log import schemas
from benchmart.event_log.events import Event
from benchmart.event_log.kind import Kind


@dataclass(frozen=True, slots=True)
class SelectionCandidate:
    """A device that a selection weighed."""

    hardware_id: str
    rank: int | None = None
    """1 is the best; None when it was rejected."""
    score: float | None = None
    """From 0 to 1."""
    basis: str | None = None
    """`measured`, `predicted`, `other models` or `family rule`."""
    value: float | None = None
    """Items a second that were expected of it; None where only its order was told."""
    low: float | None = None
    high: float | None = None
    evidence_count: int | None = None
    reason: str | None = None
    """Why it was rejected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionMade(Event):
    """A device was chosen for a model, or none was left."""

    kind: ClassVar[Kind] = schemas.SELECTION_MADE

    model_id: str
    family: str | None = None
    mode: str
    precision: str
    batch_size: int
    image_size: int | None = None
    sequence_length: int | None = None
    runtime: str | None = None
    runtime_version: str | None = None
    compiler: str | None = None
    memory_format: str | None = None
    hardware_id: str | None = None
    """The choice; None when nothing was left."""
    basis: str | None = None
    """What the choice rests on."""
    equally_good: Sequence[str] = ()
    """Devices that may be as good, the choice among them."""
    candidates: Sequence[SelectionCandidate] = ()
    """What was weighed, best first, then the nearest of what was rejected."""
    weights: Mapping[str, str] = field(default_factory=dict)
    """Criterion to weight."""
    attributes: Mapping[str, str] = field(default_factory=dict)
