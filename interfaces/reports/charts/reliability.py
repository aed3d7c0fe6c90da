"""Reliability: which share of intervals held, against the share that was to hold, with what chance leaves usual."""

from collections.abc import Sequence
from dataclasses import dataclass

from interfaces.reports.charts.scale import Scale
from interfaces.reports.charts.svg import Caption, area, dot, figure, line, path, words
from interfaces.reports.charts.text import LINE, fitted, text_width

_LARGEST = 280
_GAP = 8
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
_KEYS = (("band", "usual by chance"), ("joined", "observed"), ("mark", "the level that was promised"))
_SWATCH = 18


@dataclass(frozen=True, slots=True)
class Level:
    """One level of intervals."""

    level: float
    """The share that is to hold."""
    observed: float
    low: float
    """The shares that chance leaves usual if `level` is true."""
    high: float
    is_promised: bool = False
    """Whether intervals were issued at this very level, and not at others from which it follows."""


def reliability_curve(name: str, caption: Caption, levels: Sequence[Level], *, width: int) -> str:
    """Levels in order, over a square of which both sides go from 0 to 100 %."""
    left = text_width("100 %") + _GAP
    side = min(width - left - text_width("100 %") / 2, _LARGEST)
    across = Scale(0, 1, left, left + side)
    legend, top = _legend(width)
    top += 2 * LINE
    up = Scale(0, 1, top + side, top)
    drawn = [*legend, words(0, top - LINE / 2, "intervals that held", class_="soft")]
    for tick in _TICKS:
        text = f"{tick:.0%}".replace("%", " %")
        drawn += [
            line(left, up(tick), left + side, up(tick), "grid"),
            line(across(tick), top, across(tick), top + side, "grid"),
            words(left - 6, up(tick) + 4, text, "end", class_="soft"),
            words(across(tick), top + side + LINE, text, "middle", class_="soft"),
        ]
    drawn.append(
        area(
            [(across(each.level), up(each.low)) for each in levels],
            [(across(each.level), up(each.high)) for each in levels],
            "band",
        )
    )
    drawn += [
        line(across(0), up(0), across(1), up(1), "reference"),
        path([(across(each.level), up(each.observed)) for each in levels], "joined"),
    ]
    drawn += [
        dot(
            across(each.level),
            up(each.observed),
            5.0 if each.is_promised else 2.5,
            "mark",
            f"{each.level:.0%} were to hold, {each.observed:.1%} did; usual: {each.low:.1%} to {each.high:.1%}",
        )
        for each in levels
    ]
    axis = fitted("intervals that were to hold", width)
    drawn.append(words(left + side / 2, top + side + 2 * LINE + 4, axis, "middle", class_="soft"))
    return figure(name, caption, width, top + side + 3 * LINE, drawn)


def _legend(width: int) -> tuple[list[str], float]:
    """What the marks mean, in as many lines as are needed, and where it ends."""
    drawn: list[str] = []
    x, y = 0.0, LINE
    for style, text in _KEYS:
        taken = _SWATCH + 6 + text_width(text) + 2 * _GAP
        if x and x + taken > width:
            x, y = 0.0, y + LINE + 2
        middle = y - 4
        drawn.append(
            {
                "band": area(
                    [(x, middle + 6), (x + _SWATCH, middle + 6)],
                    [(x, middle - 6), (x + _SWATCH, middle - 6)],
                    style,
                ),
                "joined": path([(x, middle), (x + _SWATCH, middle)], style),
            }.get(style, dot(x + _SWATCH / 2, middle, 5.0, style))
        )
        drawn.append(words(x + _SWATCH + 6, y, text, class_="soft"))
        x += taken
    return drawn, y + LINE
