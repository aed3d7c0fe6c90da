"""A series: its points in order of time or of versions, and the level of each stretch of it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from interfaces.reports.charts.scale import Scale, linear, time_ticks
from interfaces.reports.charts.svg import Caption, box, dot, figure, line, path, words
from interfaces.reports.charts.text import LINE, fitted, text_width

_HEIGHT = 200
GAP = 8
"""Pixels between words."""
_EDGE = 16
_Y_TICKS = 4
_TICK_PIXELS = 100
_MOST_JOINED = 60
"""Points that are joined by a line and drawn large; more of them are a cloud."""


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a series."""

    value: float
    seconds: float | None
    """When, since 1970; None when no source says."""
    title: str
    """What shows when it is pointed at."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Points that belong together: those measured with one version. Found changes will part stretches too."""

    label: str
    first: int
    """Its first and last point, counted from 0."""
    last: int
    level: float
    low: float | None
    """The range its middle half lies in; None for few points."""
    high: float | None


def line_chart(
    name: str,
    caption: Caption,
    points: Sequence[Point],
    stretches: Sequence[Stretch],
    *,
    axis: str,
    width: int,
    shown: Callable[[float], str],
) -> str:
    """`axis` names the values and their unit. In order of time where all points have one, else one after another."""
    values = [point.value for point in points]
    top, bottom = 2.5 * LINE, 2.5 * LINE + _HEIGHT
    height = linear(values, bottom, top)
    ticks = [(tick, shown(tick)) for tick in height.ticks(_Y_TICKS)]
    left = max((text_width(text) for _, text in ticks), default=0) + GAP
    places = _places(points)
    room = 0.5 if places.is_ordinal else (places.at[-1] - places.at[0]) * 0.02
    across = Scale(places.at[0] - room, places.at[-1] + room, left, width - _EDGE)
    drawn = [words(0, LINE - 4, fitted(axis, width), class_="soft")]
    for tick, text in ticks:
        drawn += [
            line(left, height(tick), width - _EDGE, height(tick), "grid"),
            words(left - 6, height(tick) + 4, text, "end", class_="soft"),
        ]
    drawn += _stretches(stretches, places.at, across, height, top)
    drawn += _points(points, [across(at) for at in places.at], height)
    if not places.is_ordinal:
        drawn += moments_below(across, bottom)
    return figure(name, caption, width, bottom + (GAP if places.is_ordinal else LINE + GAP), drawn)


@dataclass(frozen=True, slots=True)
class _Places:
    at: Sequence[float]
    is_ordinal: bool


def _places(points: Sequence[Point]) -> _Places:
    moments = [point.seconds for point in points if point.seconds is not None]
    if len(moments) == len(points) and max(moments) > min(moments):
        return _Places(moments, is_ordinal=False)
    return _Places([float(number) for number in range(len(points))], is_ordinal=True)


def _points(points: Sequence[Point], places: Sequence[float], height: Scale) -> list[str]:
    is_cloud = len(points) > _MOST_JOINED
    at = [(x, height(point.value)) for x, point in zip(places, points, strict=True)]
    radius, class_ = (2.0, "mark faint") if is_cloud else (4.0, "mark")
    joined = [] if is_cloud or len(at) == 1 else [path(at, "joined")]
    return joined + [dot(x, y, radius, class_, point.title) for (x, y), point in zip(at, points, strict=True)]


def _stretches(
    stretches: Sequence[Stretch],
    places: Sequence[float],
    across: Scale,
    height: Scale,
    top: float,
) -> list[str]:
    """Band and level of each, a line where one ends, and its name above where there is room."""
    borders = [
        across.start,
        *(across((places[one.last] + places[two.first]) / 2) for one, two in pairwise(stretches)),
        across.stop,
    ]
    drawn = []
    for stretch, (left, right) in zip(stretches, pairwise(borders), strict=True):
        if stretch.low is not None and stretch.high is not None:
            drawn.append(
                box(
                    left,
                    height(stretch.high),
                    right - left,
                    height(stretch.low) - height(stretch.high),
                    class_="band",
                )
            )
        if stretch.last > stretch.first:
            drawn.append(line(left, height(stretch.level), right, height(stretch.level), "level"))
        if left > across.start:
            drawn.append(line(left, top - 4, left, height.start, "change"))
        label = fitted(stretch.label, right - left - GAP)
        if stretch.label and len(label) > 1:
            drawn.append(words((left + right) / 2, top - GAP, label, "middle"))
    return drawn


def moments_below(across: Scale, bottom: float) -> list[str]:
    """Round moments below the axis."""
    return ticks_below(across, bottom, time_ticks(across, most_ticks(across)))


def most_ticks(across: Scale) -> int:
    """How many words a horizontal axis has room for."""
    return max(2, int((across.stop - across.start) / _TICK_PIXELS))


def ticks_below(across: Scale, bottom: float, ticks: Iterable[tuple[float, str]]) -> list[str]:
    """Words below the axis, those that would leave the drawing or touch the one before left out."""
    drawn, free = [], 0.0
    for tick, text in ticks:
        half = text_width(text) / 2
        if across(tick) - half < free or across(tick) + half > across.stop + _EDGE:
            continue
        free = across(tick) + half + GAP
        drawn += [
            line(across(tick), bottom, across(tick), bottom + 4, "axis"),
            words(across(tick), bottom + LINE, text, "middle", class_="soft"),
        ]
    return drawn
