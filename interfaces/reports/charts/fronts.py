"""Points of cost and gain, and the line of those that no other beats."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from interfaces.reports.charts.scale import linear
from interfaces.reports.charts.svg import Caption, box, dot, figure, line, words
from interfaces.reports.charts.text import LINE, fitted, text_width

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
    """Cost to the right, gain upwards; only what is on the front has its label written."""
    across, upwards = axes
    bottom = _HEIGHT + LINE
    x = linear([each.cost for each in points], _LEFT, width - _EDGE, from_zero=True)
    y = linear([0.0, 1.0], bottom, LINE * 2, from_zero=True)
    drawn = [line(x.start, y(tick), x.stop, y(tick), "grid") for tick in y.ticks(5)]
    drawn += [words(_LEFT - 6, y(tick) + 4, f"{tick:.0%}", "end", class_="soft") for tick in y.ticks(5)]
    drawn += [words(x(tick), bottom + LINE, f"{tick:g}", "middle", class_="soft") for tick in x.ticks(4)]
    best = front(points)
    for one, other in pairwise(best):
        drawn.append(line(x(one.cost), y(one.gain), x(other.cost), y(one.gain), "interval"))
        drawn.append(line(x(other.cost), y(one.gain), x(other.cost), y(other.gain), "interval"))
    for each in points:
        is_best = each in best
        drawn.append(dot(x(each.cost), y(each.gain), 4.5, "mark flagged" if is_best else "mark"))
        drawn.append(
            box(
                x(each.cost) - _REACH, y(each.gain) - _REACH, 2 * _REACH, 2 * _REACH, class_="target",
                title=f"{each.label}: {each.gain:.0%} at {each.cost:.2f}",
            )
        )  # fmt: skip
        if is_best:
            drawn.append(_label(each, x(each.cost), y(each.gain), width))
    drawn.append(words(_EDGE, LINE, fitted(upwards, width), class_="soft"))
    middle = (x.start + x.stop) / 2
    drawn.append(words(middle, bottom + 2 * LINE + 6, fitted(across, width), "middle", class_="soft"))
    return figure(name, caption, width, bottom + 3 * LINE, drawn)


def _label(point: Point, x: float, y: float, width: int) -> str:
    """Beside the dot, on the side where there is room."""
    text = fitted(point.label, width / 2)
    is_right = x + _REACH + text_width(text) < width
    return words(
        x + _REACH if is_right else x - _REACH, y - 6, text, "start" if is_right else "end", class_="halo"
    )
