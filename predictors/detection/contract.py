"""What is asked of the detectors and what they answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Direction = Literal["higher", "lower", "none"]
"""Which values are better."""
TrendKind = Literal["improving", "degrading", "rising", "falling", "stable", "volatile", "insufficient data"]
"""`rising` and `falling` of a metric of which no direction is better."""

FEWEST_POINTS = 6
"""A series of fewer finite points is not judged."""


@dataclass(frozen=True, slots=True)
class Series:
    """The results of one condition and metric, in the order they were measured."""

    name: str
    """Told in errors."""
    values: Sequence[float]
    """In one unit; nan where nothing was measured, such points are passed over."""
    direction: Direction = "none"
    environments: Sequence[str] | None = None
    """One a point: the machine, driver, interpreter it was measured with. Each is judged by itself, so that a switch
    between them is never a change. None where they are all the same."""
    sessions: Sequence[int] | None = None
    """One a point: runs of one number were taken together, and their median counts. None where every run counts."""


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """A change of level, from one point to the next."""

    index: int
    """0-based place in the series of the first point of the new level."""
    previous: int
    """Place of the last point of the old level: between the two it changed."""
    before: float
    """Level of the segment that ends, in the unit of the series."""
    after: float
    effect: float | None
    """after / before - 1; None of a series that is not positive throughout."""
    low: float | None
    high: float | None
    """Interval of the effect at 95 %; of `after - before` where `effect` is None."""
    p_value: float
    """That no change is there, by the test of the detector."""
    points_before: int
    """Points of the segment that ends here, without outliers; sessions, where those count."""
    points_after: int
    """Persistence: points of the new level so far, without outliers; or sessions."""
    verdict: Literal["regression", "improvement", "change"]
    """`change` of a metric without a direction."""
    environment: str | None = None
    found_by: tuple[str, ...] = ()
    """Other detectors, with versions, that found it, too."""


@dataclass(frozen=True, slots=True)
class Trend:
    """Where the series as a whole is going, changes of level among it."""

    kind: TrendKind
    slope: float | None
    """A point, relative to the level where the series is positive, else in its unit."""
    low: float | None
    high: float | None
    """Interval of the slope at 95 %."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a detector says of a series."""

    series: str
    detector: str
    """Name and version, such as `robust_partition 1`."""
    point_count: int
    """Points that were judged: those with a finite value."""
    insufficient: str | None
    """Why it was not judged; the other fields are empty then."""
    change_points: tuple[ChangePoint, ...]
    """By index."""
    outliers: tuple[int, ...]
    """Places of single points that lie off their level."""
    trend: Trend
    spread: float | None
    """Usual deviation of a point from its level, relative where the series is positive: the noise."""
