"""Levels of a series: stretches without a change, each environment by itself."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import isfinite
from statistics import median, median_low

from benchmart.statistics import median_interval
from interfaces.series_picture.picture import SeriesPicture


@dataclass(frozen=True, slots=True)
class Level:
    """Points of one environment between two changes, outliers left out."""

    first: int
    """Places of its first and last point."""
    last: int
    value: float
    """Their median."""
    low: float | None
    """Ends of the 95 % interval of the median; None for fewer than six points."""
    high: float | None
    environment: str | None


def levels_of(picture: SeriesPicture) -> list[Level]:
    """All levels, environment after environment; none of a series that was not judged."""
    return [] if picture.verdict.insufficient else list(_levels(picture))


def within(levels: Sequence[Level], picture: SeriesPicture) -> list[Level]:
    """Levels as far as they lie in the window of the picture; their values are still those of all their points."""
    shown = picture.drawn()
    cut = ((level, bisect_left(shown, level.first), bisect_right(shown, level.last) - 1) for level in levels)
    return [
        replace(level, first=shown[first], last=shown[last]) for level, first, last in cut if first <= last
    ]


def _levels(picture: SeriesPicture) -> Iterator[Level]:
    off = set(picture.verdict.outliers)
    counted = [place for place in picture.finite() if place not in off]
    # The change tells its environment too, but a table may say null where the series says nothing.
    cuts = [(change.index, picture.environment(change.index)) for change in picture.verdict.change_points]
    for environment in dict.fromkeys(map(picture.environment, counted)):
        own = [place for place in counted if picture.environment(place) == environment]
        bounds = [bisect_left(own, place) for place, where in cuts if where == environment]
        for begin, end in pairwise([0, *sorted(bounds), len(own)]):
            if begin < end:
                yield _level(picture, own[begin:end], environment)


def _level(picture: SeriesPicture, places: Sequence[int], environment: str | None) -> Level:
    values = [picture.values[place] for place in places]
    middle = median(values)
    low, high = median_interval(values) or (None, None)
    # The mean of two values near the largest there is would be infinite.
    value = middle if isfinite(middle) else median_low(values)
    return Level(places[0], places[-1], value, low, high, environment)
