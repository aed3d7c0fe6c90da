"""What the gate is asked and what it answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from predictors.detection.contract import Direction

Outcome = Literal["regression", "improvement", "no change", "insufficient data"]
Mode = Literal["history", "baseline", "base", "paired"]
"""Held against the level of a history, what is marked in it, runs of a base, or run by run those it took turns with."""

FEWEST_BEFORE = 6
"""Runs of a history; fewer tell too little of how runs differ."""
FEWEST_OF_BASE = 3


@dataclass(frozen=True, slots=True)
class Point:
    """One run: samples of one process are not independent of each other, so a run counts once."""

    value: float
    environment: str | None = None
    moment: float | None = None
    """When it was measured, in seconds; tells whether two sides took turns, and which runs are of one session."""
    code: str | None = None
    """What was measured: commit and version; runs of one session are of the same."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A series: the runs that are judged, and those that they are held against, each in order."""

    name: str
    direction: Direction
    candidate: Sequence[Point]
    before: Sequence[Point]
    baseline: Sequence[Point] | None = None
    """Runs that the level is to be taken from instead of from the end of the history, which tells how runs differ."""
    is_base: bool = False
    """Whether `before` are the runs of a base, rather than a history that may have changed its level."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The change of one series, before the others are heard."""

    mode: Mode
    p_value: float
    """Of no change, two-sided."""
    accident: float
    """Chance that as many runs as tell the change are off for no reason, by how many were before."""
    effect: float
    """candidate / before - 1."""
    low: float
    high: float
    """Interval at 95 %."""
    before: float
    after: float
    """Levels, in the unit of the series."""
    noise: float
    """Standard deviation from run to run, relative."""
    runs: int
    """Of the candidate that counted."""
    runs_before: int
    more_runs: int | None
    """Of the candidate, that a change as large as the threshold would show with 80 %; None where no number does."""
    runs_a_session: int = 1
    """1 where runs count one by one; where sessions do, how many runs each is a median of."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the gate says of one series."""

    series: str
    outcome: Outcome
    reason: str
    """In words: why."""
    evidence: Evidence | None
    """None where nothing could be compared."""
    is_doubtful: bool = False
    """Whether it looks like a change that more runs would have to confirm."""
