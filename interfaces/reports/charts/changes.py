"""A series with its changes of level: points, levels, what each change came to, and points that are off."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median

from interfaces.reports.charts.lines import GAP, moments_below
from interfaces.reports.charts.scale import Scale, linear, logarithmic
from interfaces.reports.charts.svg import Caption, dot, figure, line, words
from interfaces.reports.charts.text import LINE, fitted, text_width

_HEIGHT = 200
_EDGE = 16
_Y_TICKS = 4
_LOG_FROM = 5.0
"""Ratio of the largest to the smallest value from which on equal distances are equal ratios."""
_FEW = 100
"""Points up to which they are drawn large."""
_MOST_SWITCHES = 6
"""Of environments, that are drawn: those that take turns would fill the drawing with lines."""
_ROWS = 2
"""Lines of labels above the drawing."""


@dataclass(frozen=True, slots=True)
class Dot:
    """One point of a series."""

    value: float
    seconds: float | None
    """When, since 1970; None when no source says."""
    title: str
    environment: str | None = None
    is_outlier: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A change of level."""

    index: int
    """First point of the new level, from 0."""
    label: str
    """What it came to."""
    tone: str
    """`worse`, `better` or empty."""
    environment: str | None = None


def change_chart(
    name: str,
    caption: Caption,
    points: Sequence[Dot],
    marks: Sequence[Mark],
    *,
    axis: str,
    width: int,
    shown: Callable[[float], str],
) -> str:
    """`axis` names the values and their unit. In order of time where all points have one, else one after another.

    Of thousands of points, those that would lie on each other are left out; outliers and each column's extremes stay.
    """
    values = [point.value for point in points]
    top = (1.5 + _ROWS) * LINE
    bottom = top + _HEIGHT
    is_log = min(values) > 0 and max(values) / min(values) > _LOG_FROM
    height = logarithmic(values, bottom, top) if is_log else linear(values, bottom, top)
    ticks = [(tick, shown(tick)) for tick in height.ticks(_Y_TICKS)]
    left = max((text_width(text) for _, text in ticks), default=0) + GAP
    places, is_ordinal = _places(points)
    room = (places[-1] - places[0]) * 0.02 or 0.5
    across = Scale(places[0] - room, places[-1] + room, left, width - _EDGE)
    drawn = [words(0, LINE - 4, fitted(f"{axis}{', logarithmic' if is_log else ''}", width), class_="soft")]
    for tick, text in ticks:
        drawn += [
            line(left, height(tick), width - _EDGE, height(tick), "grid"),
            words(left - 6, height(tick) + 4, text, "end", class_="soft"),
        ]
    at = [across(place) for place in places]
    drawn += _switches(points, at, top, bottom)
    drawn += _dots(points, at, height)
    drawn += _levels(points, marks, at, height)
    drawn += _marks(marks, at, (top, bottom), (left, width - _EDGE))
    if not is_ordinal:
        drawn += moments_below(across, bottom)
    return figure(name, caption, width, bottom + (GAP if is_ordinal else LINE + GAP), drawn)


def _places(points: Sequence[Dot]) -> tuple[list[float], bool]:
    """Seconds, or numbers of points where not all have one or they do not go forward; and which of the two."""
    moments = [point.seconds for point in points if point.seconds is not None]
    goes_forward = all(one <= other for one, other in pairwise(moments))
    if len(moments) == len(points) and goes_forward and moments[-1] > moments[0]:
        return moments, False
    return [float(number) for number in range(len(points))], True


def _dots(points: Sequence[Dot], at: Sequence[float], height: Scale) -> Iterable[str]:
    radius, class_ = (3.5, "mark") if len(points) <= _FEW else (2.0, "mark faint")
    kept = _seen(points, at)
    for number in kept:
        point = points[number]
        if point.is_outlier:
            yield dot(at[number], height(point.value), radius + 1, "hollow", point.title)
        else:
            yield dot(at[number], height(point.value), radius, class_, point.title)


def _seen(points: Sequence[Dot], at: Sequence[float]) -> list[int]:
    """Points that show: of each column of pixels the least and the greatest, and all outliers."""
    kept: set[int] = {number for number, point in enumerate(points) if point.is_outlier}
    for _, group in groupby(range(len(points)), key=lambda number: round(at[number])):
        column = sorted(group, key=lambda number: points[number].value)
        kept |= {column[0], column[len(column) // 2], column[-1]}
    return sorted(kept)


def _levels(
    points: Sequence[Dot], marks: Sequence[Mark], at: Sequence[float], height: Scale
) -> Iterable[str]:
    """The median of each stretch without a change, of each environment by itself."""
    for environment in dict.fromkeys(point.environment for point in points):
        own = [number for number, point in enumerate(points) if point.environment == environment]
        cuts = [mark.index for mark in marks if mark.environment == environment]
        for begin, end in pairwise([0, *cuts, len(points)]):
            part = [number for number in own if begin <= number < end]
            if len(part) > 1:
                level = height(median(points[number].value for number in part))
                yield line(at[part[0]], level, at[part[-1]], level, "level")


def _marks(
    marks: Sequence[Mark],
    at: Sequence[float],
    vertical: tuple[float, float],
    horizontal: tuple[float, float],
) -> Iterable[str]:
    """A line at each change, and above what it came to, where there is room."""
    top, bottom = vertical
    free = [horizontal[0]] * _ROWS
    for mark in marks:
        x = (at[mark.index - 1] + at[mark.index]) / 2 if mark.index else at[0]
        yield line(x, top - 2, x, bottom, "change")
        half = text_width(mark.label) / 2
        middle = min(max(x, horizontal[0] + half), horizontal[1] - half)
        row = next((row for row in range(_ROWS) if middle - half >= free[row]), None)
        if row is not None:
            free[row] = middle + half + GAP
            yield words(middle, top - GAP - row * LINE, mark.label, "middle", class_=mark.tone or None)


def _switches(points: Sequence[Dot], at: Sequence[float], top: float, bottom: float) -> Iterable[str]:
    turns = [
        number
        for number, (one, other) in enumerate(pairwise(points), 1)
        if one.environment != other.environment
    ]
    if len(turns) <= _MOST_SWITCHES:
        for number in turns:
            x = (at[number - 1] + at[number]) / 2
            yield line(x, top, x, bottom, "switch")
