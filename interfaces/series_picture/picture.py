"""What a picture of a series shows, whatever it is drawn with."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from math import isfinite

from predictors.detection.contract import Verdict

_LOG_FROM = 5.0
"""Ratio of the largest value to the lowest level from which on equal distances are equal ratios: on a common axis the
lower levels would lie on the ground."""
_MOST_SWITCHES = 6
"""Of environments, that are drawn: those that take turns would fill the picture with lines."""
_MOST_TOLD_APART = 4
"""Environments that are drawn in ways of their own."""
_MOMENTS = (datetime(2, 1, 1, tzinfo=UTC).timestamp(), datetime(9998, 1, 1, tzinfo=UTC).timestamp())
"""Seconds that have a date."""


@dataclass(frozen=True, slots=True)
class SeriesPicture:
    """A series, in the order it was judged in, with the verdict on it and the marks people made."""

    title: str
    axis: str
    """What the values are, and their unit."""
    values: Sequence[float]
    """In the unit of `axis`, as the levels of the verdict are; those that are not finite are not drawn."""
    verdict: Verdict
    """Places of its changes and outliers are places in `values`."""
    seconds: Sequence[float | None] | None = None
    """When each was measured, since 1970; None where no source says."""
    environments: Sequence[str | None] | None = None
    """What each was measured with."""
    titles: Sequence[str] | None = None
    """What is told of each when it is pointed at."""
    acknowledged: Mapping[int, str] = field(default_factory=dict)
    """Places of changes that somebody acknowledged, and what was said."""
    baseline: float | None = None
    """The value that others are held against."""
    window: range | None = None
    """Places that are drawn; None for all."""

    def finite(self) -> list[int]:
        """Places of the points that can be drawn, within the window or not."""
        return [place for place, value in enumerate(self.values) if isfinite(value)]

    def drawn(self) -> list[int]:
        """Places of the points that are drawn."""
        return [place for place in self.finite() if self.window is None or place in self.window]

    def environment(self, place: int) -> str | None:
        """What a point was measured with."""
        return self.environments[place] if self.environments is not None else None

    def moments(self) -> list[float] | None:
        """Seconds of the drawn points; None where one has none, or they do not go forward: then points are numbered."""
        if self.seconds is None:
            return None
        known = [self.seconds[place] for place in self.drawn()]
        told = [moment for moment in known if moment is not None and _MOMENTS[0] < moment < _MOMENTS[1]]
        goes_forward = len(told) == len(known) and all(one <= other for one, other in pairwise(told))
        return told if goes_forward and told and told[-1] > told[0] else None

    def switches(self) -> list[tuple[int, int]]:
        """Neighbours between which the environment was switched; none where environments take turns."""
        turns = [
            (one, other)
            for one, other in pairwise(self.drawn())
            if self.environment(one) != self.environment(other)
        ]
        return turns if len(turns) <= _MOST_SWITCHES else []

    def told_apart(self) -> list[str | None]:
        """Environments, in order of their first points, where there are few enough to draw each in its own way."""
        found = list(dict.fromkeys(map(self.environment, self.finite())))
        return found if 1 < len(found) <= _MOST_TOLD_APART else []

    def spans_ratios(self, levels: Sequence[float]) -> bool:
        """Whether values are so far apart that equal distances should be equal ratios."""
        values = [self.values[place] for place in self.drawn()]
        is_positive = bool(values) and min(self.extent()) > 0
        return is_positive and max(values) / min(levels, default=max(values)) > _LOG_FROM

    def extent(self) -> list[float]:
        """Everything that must lie within the vertical axis; a single 0 for a series without a finite value."""
        return list(self._extent()) or [0.0]

    def _extent(self) -> Iterator[float]:
        yield from (self.values[place] for place in self.drawn())
        if self.baseline is not None and isfinite(self.baseline):
            yield self.baseline
