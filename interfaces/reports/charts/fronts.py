"""Points of cost and gain, and the line of those that no other beats."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from interfaces.reports.charts.labels import placed
from interfaces.reports.charts.scale import Scale, linear, logarithmic
from interfaces.reports.charts.svg import Caption, box, dot, figure, line, words
from interfaces.reports.charts.text import LINE, fitted

_EDGE = 8
_LEFT = 48
_HEIGHT = 260
_REACH = 12


@dataclass(frozen=True, slots=True)
class Point:
    """What something costs, and what it gains."""

    label: str
    cost: float
    """Less is better."""
    gain: float
    """More is better, from 0 to 1."""


def front(points: Sequence[Point]) -> list[Point]:
    """Points that no other beats, cheapest first: none costs as much or less and gains as much or more."""
    found: list[Point] = []
    for point in sorted(points, key=lambda each: (each.cost, -each.gain, each.label)):
        if not found or point.gain > found[-1].gain:
            found.append(point)
    return found


def front_chart(
    name: str, caption: Caption, points: Sequence[Point], axes: tuple[str, str], width: int
) -> str:
    """Cost to the right, gain upwards. Costs are above 0 and laid out by ratios, as they span orders of magnitude.

    What is on the front has its label written where there is room; all have it as a title.
    """
    across, upwards = axes
    bottom = _HEIGHT + LINE
    x = logarithmic([each.cost for each in points], _LEFT, width - _EDGE)
    y = linear([0.0, 1.0], bottom, LINE * 2, from_zero=True)
    best = front(points)
    drawn = [
        *_grid(x, y, bottom),
        *_steps(best, x, y),
        *_dots(points, best, x, y),
        *_labels(points, best, x, y, width),
    ]
    drawn.append(words(_EDGE, LINE, fitted(upwards, width), class_="soft"))
    middle = (x.start + x.stop) / 2
    drawn.append(words(middle, bottom + 2 * LINE + 6, fitted(across, width), "middle", class_="soft"))
    return figure(name, caption, width, bottom + 3 * LINE, drawn)


def _grid(x: Scale, y: Scale, bottom: float) -> Iterator[str]:
    for tick in y.ticks(5):
        yield line(x.start, y(tick), x.stop, y(tick), "grid")
        yield words(_LEFT - 6, y(tick) + 4, f"{tick:.0%}", "end", class_="soft")
    for tick in x.ticks(7):
        yield words(x(tick), bottom + LINE, f"{tick:g}", "middle", class_="soft")


def _steps(best: Sequence[Point], x: Scale, y: Scale) -> Iterator[str]:
    for one, other in pairwise(best):
        yield line(x(one.cost), y(one.gain), x(other.cost), y(one.gain), "interval")
        yield line(x(other.cost), y(one.gain), x(other.cost), y(other.gain), "interval")


def _dots(points: Sequence[Point], best: Sequence[Point], x: Scale, y: Scale) -> Iterator[str]:
    for each in points:
        yield dot(x(each.cost), y(each.gain), 4.5, "mark flagged" if each in best else "mark")
        yield box(
            x(each.cost) - _REACH, y(each.gain) - _REACH, 2 * _REACH, 2 * _REACH, class_="target",
            title=f"{each.label}: {each.gain:.0%} at {each.cost:.2f}",
        )  # fmt: skip


def _labels(points: Sequence[Point], best: Sequence[Point], x: Scale, y: Scale, width: int) -> Iterator[str]:
    """The highest gains first, so that what has to be left out is what gains least."""
    ordered = sorted(points, key=lambda each: -each.gain)
    dots = [(x(each.cost), y(each.gain)) for each in ordered]
    texts = [fitted(each.label, width / 2) if each in best else None for each in ordered]
    for label in placed(dots, texts, (_LEFT, width), (LINE * 2, y.start - 4)):
        yield words(label.x, label.y, label.text, label.anchor, class_="halo")
