"""Bars: shares of a whole, one line each; and how often values occur."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from interfaces.reports.charts.scale import Scale, linear
from interfaces.reports.charts.svg import Caption, box, figure, line, words
from interfaces.reports.charts.text import LINE, fitted, text_width

_ROW, _NARROW_ROW, _THICK = 24, 42, 16
_GAP = 12
_NARROW = 500
_MOST_LABEL_SHARE = 0.4
_SWATCH = 12
_HISTOGRAM_HEIGHT = 180
_TICK_PIXELS = 56
_GRID_LINES = 4


@dataclass(frozen=True, slots=True)
class Shares:
    """One line: a whole and its parts."""

    label: str
    parts: Mapping[str, float]
    """Name of a part to its count, or to its share."""
    note: str = ""
    """What stands at the end of the line."""


def share_bars(
    name: str,
    caption: Caption,
    rows: Sequence[Shares],
    classes: Mapping[str, str],
    width: int,
    *,
    shown: Callable[[float], str] = "{:,}".format,
) -> str:
    """Each line's parts as shares of its whole, in the order of `classes`: name of a part to its style."""
    is_narrow = width < _NARROW
    note_width = max((text_width(row.note) for row in rows), default=0) + _GAP
    label_width = min(max(text_width(row.label) for row in rows) + _GAP, width * _MOST_LABEL_SHARE)
    left, right = (0.0, width) if is_narrow else (label_width, width - note_width)
    row_height = _NARROW_ROW if is_narrow else _ROW
    marks = _legend([part for part in classes if any(row.parts.get(part) for row in rows)], classes, width)
    top = marks.height
    for number, row in enumerate(rows):
        y = top + number * row_height
        label_room = width - note_width if is_narrow else label_width - _GAP
        text_y = y + (LINE - 3 if is_narrow else _ROW / 2 + 4)
        marks.drawn.append(words(0, text_y, fitted(row.label, label_room)))
        marks.drawn.append(words(width, text_y, row.note, "end", class_="soft"))
        place = Scale(0.0, sum(row.parts.values()) or 1.0, left, right)
        marks.drawn += _parts(
            row, classes, place, y + (LINE + 4 if is_narrow else (_ROW - _THICK) / 2), shown
        )
    return figure(name, caption, width, top + len(rows) * row_height + 4, marks.drawn)


def histogram(
    name: str,
    caption: Caption,
    bins: Sequence[tuple[float, float, int]],
    *,
    axis: str,
    width: int,
    shown: Callable[[float], str],
    reference: float | None = None,
) -> str:
    """How many values lie in each bin (its ends and its count, in order), bins drawn equally wide."""
    left, right = text_width("00,000") + _GAP, width - _GAP * 2
    top, bottom = LINE, LINE + _HISTOGRAM_HEIGHT
    height = linear([0, max(count for *_, count in bins)], bottom, top, from_zero=True)
    place = Scale(0, len(bins), left, right)
    counts = sorted({round(tick) for tick in height.ticks(_GRID_LINES)})
    drawn = [line(left, height(count), right, height(count), "grid") for count in counts]
    drawn += [words(left - 6, height(count) + 4, f"{count:,}", "end", class_="soft") for count in counts]
    drawn += [
        box(
            place(number) + 1,
            height(count),
            place(1) - place(0) - 2,
            bottom - height(count),
            class_="bar",
            title=f"{shown(low)} to {shown(high)}: {count:,}",
        )
        for number, (low, high, count) in enumerate(bins)
    ]
    edges = [bins[0][0], *(high for _, high, _ in bins)]
    every = max(1, -(-len(edges) * _TICK_PIXELS // int(right - left)))
    drawn += [
        words(_inside(place(number), shown(edge), width), bottom + LINE, shown(edge), "middle", class_="soft")
        for number, edge in enumerate(edges)
        if number % every == 0
    ]
    if reference is not None and reference in edges:
        x = place(edges.index(reference))
        drawn.append(line(x, top - 4, x, bottom, "reference"))
    drawn.append(
        words((left + right) / 2, bottom + 2 * LINE + 6, fitted(axis, width), "middle", class_="soft")
    )
    return figure(name, caption, width, bottom + 3 * LINE, drawn)


def _inside(x: float, text: str, width: int) -> float:
    """Where the middle of the text may be at most, so that none of it leaves the drawing."""
    half = text_width(text) / 2
    return min(max(x, half), width - half)


@dataclass(slots=True)
class _Drawn:
    drawn: list[str]
    height: float


def _legend(parts: Sequence[str], classes: Mapping[str, str], width: int) -> _Drawn:
    """A swatch and a name for each part, in as many lines as are needed."""
    drawn: list[str] = []
    x, y = 0.0, 0.0
    for part in parts:
        taken = _SWATCH + 6 + text_width(part) + _GAP
        if x and x + taken > width:
            x, y = 0.0, y + LINE + 2
        drawn += [
            box(x, y + 2, _SWATCH, _SWATCH, class_=classes[part]),
            words(x + _SWATCH + 6, y + LINE - 4, part),
        ]
        x += taken
    return _Drawn(drawn, y + LINE + 8)


def _parts(
    row: Shares, classes: Mapping[str, str], place: Scale, y: float, shown: Callable[[float], str]
) -> list[str]:
    drawn, done = [], 0.0
    for part, class_ in classes.items():
        size = row.parts.get(part, 0)
        if not size:
            continue
        # A part that is there is seen, however small its share.
        wide = max(place(size) - place(0.0), 1.0)
        x = min(place(done), place.stop - wide)
        drawn.append(box(x, y, wide, _THICK, class_=class_, title=f"{row.label}: {shown(size)} {part}"))
        done += size
    return drawn
