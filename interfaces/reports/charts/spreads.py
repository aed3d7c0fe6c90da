"""Values with a spread around them, one a line, on an axis of plain numbers: bars from zero, or dots."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from interfaces.reports.charts.scale import Scale, linear
from interfaces.reports.charts.svg import Caption, box, dot, figure, line, words
from interfaces.reports.charts.text import LINE, fitted, text_width

_ROW, _NARROW_ROW, _THICK = 24, 42, 14
_GAP = 12
_EDGE = 8
_NARROW = 500
_MOST_LABEL_SHARE = 0.42
_TICK_PIXELS = 60


@dataclass(frozen=True, slots=True)
class Spread:
    """One line of the chart."""

    label: str
    value: float
    low: float | None = None
    """Ends of what the value may be; None where nothing tells."""
    high: float | None = None
    expected: float | None = None
    """What it should be; None where nothing is expected."""
    note: str = ""
    """What stands at the end of the line."""
    style: str = "bar"
    """Class of the bar; of a dot, `flagged` marks it as one to look at."""


def spread_bars(
    name: str,
    caption: Caption,
    rows: Sequence[Spread],
    *,
    axis: str,
    width: int,
    shown: Callable[[float], str],
) -> str:
    """Bars from zero, none of them below it; `axis` says what they are."""
    ends = [end for row in rows for end in _ends(row)]
    return _chart(
        name, caption, rows, linear([0.0, *ends], 0, 1, from_zero=True), (axis, width, shown), is_bar=True
    )


def spread_dots(
    name: str,
    caption: Caption,
    rows: Sequence[Spread],
    *,
    axis: str,
    width: int,
    shown: Callable[[float], str],
) -> str:
    """Dots on an axis that holds all of them; `axis` says what they are."""
    ends = [end for row in rows for end in _ends(row)]
    return _chart(name, caption, rows, linear(ends, 0, 1), (axis, width, shown), is_bar=False)


def _ends(row: Spread) -> list[float]:
    return [end for end in (row.low, row.value, row.high, row.expected) if end is not None]


def _chart(
    name: str,
    caption: Caption,
    rows: Sequence[Spread],
    extent: Scale,
    axis: tuple[str, int, Callable[[float], str]],
    *,
    is_bar: bool,
) -> str:
    title, width, shown = axis
    is_narrow = width < _NARROW
    notes = max(text_width(row.note) for row in rows) + _GAP
    labels = min(max(text_width(row.label) for row in rows) + _GAP, width * _MOST_LABEL_SHARE)
    left, right = (_EDGE, width - _EDGE) if is_narrow else (labels, width - notes)
    scale = Scale(extent.low, extent.high, left, right)
    height = _NARROW_ROW if is_narrow else _ROW
    bottom = LINE / 2 + height * len(rows)
    drawn = _axis(scale, bottom, title, width, shown)
    for number, row in enumerate(rows):
        top = LINE / 2 + number * height
        room = width - 2 * _EDGE - notes if is_narrow else labels - _GAP
        drawn += _words(row, top, room, width)
        drawn += _marks(row, scale, top + (height - LINE if is_narrow else height / 2), is_bar=is_bar)
        # The whole line answers to the pointer: marks are small.
        drawn.append(box(0, top, width, height, class_="target", title=f"{row.label}: {row.note}"))
    return figure(name, caption, width, bottom + 3 * LINE, drawn)


def _words(row: Spread, top: float, room: float, width: int) -> list[str]:
    is_narrow = width < _NARROW
    y, edge = (top + LINE, _EDGE) if is_narrow else (top + _ROW / 2 + 4, 0)
    return [
        words(edge, y, fitted(row.label, room), class_="halo"),
        words(width - edge, y, row.note, "end", class_="soft halo"),
    ]


def _marks(row: Spread, scale: Scale, y: float, *, is_bar: bool) -> list[str]:
    drawn = []
    if is_bar:
        start = scale(0.0)
        drawn.append(box(start, y - _THICK / 2, max(scale(row.value) - start, 1.0), _THICK, class_=row.style))
    if row.low is not None and row.high is not None:
        drawn.append(line(scale(row.low), y, scale(row.high), y, "spread" if is_bar else "interval"))
        if is_bar:
            drawn += [line(scale(end), y - 4, scale(end), y + 4, "spread") for end in (row.low, row.high)]
    if row.expected is not None:
        drawn.append(line(scale(row.expected), y - 9, scale(row.expected), y + 9, "expected"))
    if not is_bar:
        drawn.append(dot(scale(row.value), y, 4.5, "mark flagged" if row.style == "flagged" else "mark"))
    return drawn


def _axis(scale: Scale, bottom: float, title: str, width: int, shown: Callable[[float], str]) -> list[str]:
    ticks = scale.ticks(max(2, int((scale.stop - scale.start) / _TICK_PIXELS)))
    drawn = [line(scale(tick), 4, scale(tick), bottom, "grid") for tick in ticks]
    for tick in ticks:
        half = text_width(shown(tick)) / 2
        if half <= scale(tick) <= width - half:
            drawn.append(words(scale(tick), bottom + LINE, shown(tick), "middle", class_="soft"))
    # A title wider than the axis is centred on the drawing.
    is_short = text_width(title) <= scale.stop - scale.start
    middle = (scale.start + scale.stop) / 2 if is_short else width / 2
    return [*drawn, words(middle, bottom + 2 * LINE + 6, fitted(title, width), "middle", class_="soft")]
