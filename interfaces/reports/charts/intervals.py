"""Dots with intervals, one a line: how many times better, and how sure that is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from interfaces.reports.charts.scale import Scale, logarithmic
from interfaces.reports.charts.svg import Caption, box, dot, figure, line, words
from interfaces.reports.charts.text import LINE, fitted, text_width

_ROW, _NARROW_ROW = 24, 40
_GAP = 12
_EDGE = 8
_TICK_PIXELS = 60
_NARROW = 500
_MOST_LABEL_SHARE = 0.42
_AGAINST = " against "


@dataclass(frozen=True, slots=True)
class Interval:
    """One line of the chart."""

    label: str
    value: float
    low: float | None
    """Ends of the interval the value is known within; None where it is not known."""
    high: float | None
    least: float
    """Smallest and largest of what the value sums up."""
    most: float
    note: str = ""
    """What stands at the end of the line."""

    def ends(self) -> tuple[float, float, float]:
        """What has to fit on the axis."""
        return self.least, self.value, self.most


def interval_chart(
    name: str,
    caption: Caption,
    rows: Sequence[Interval],
    *,
    axis: str,
    width: int,
    shown: Callable[[float], str],
    reference: float | None = 1.0,
) -> str:
    """Values above 0 on a logarithmic axis, ratios with a line at 1; `axis` says what they are."""
    is_narrow = width < _NARROW
    left, right = (_EDGE, _EDGE) if is_narrow else (_label_width(rows, width), _note_width(rows))
    marked = [] if reference is None else [reference]
    scale = logarithmic([*marked, *(end for row in rows for end in row.ends())], left, width - right)
    labels = [_label_lines(row, _label_room(row, scale, width, is_narrow)) for row in rows]
    row_height = (_NARROW_ROW if is_narrow else _ROW) + LINE * (max(map(len, labels)) - 1)
    bottom = LINE + row_height * len(rows)
    marks = [
        _row(row, label, scale, (LINE + number * row_height, row_height), width)
        for number, (row, label) in enumerate(zip(rows, labels, strict=True))
    ]
    return figure(
        name,
        caption,
        width,
        bottom + 3 * LINE,
        [*_axis(scale, LINE / 2, bottom, axis, width, marked=marked, shown=shown), *marks],
    )


def _label_width(rows: Sequence[Interval], width: int) -> float:
    return min(max(text_width(row.label) for row in rows) + _GAP, width * _MOST_LABEL_SHARE)


def _note_width(rows: Sequence[Interval]) -> float:
    return max(text_width(row.note) for row in rows) + _GAP


def _label_room(row: Interval, scale: Scale, width: int, is_narrow: bool) -> float:  # noqa: FBT001
    return width - 2 * _EDGE - text_width(row.note) - _GAP if is_narrow else scale.start - _GAP


def _label_lines(row: Interval, room: float) -> list[str]:
    """The label; one that is too long names what stands against what on a line each."""
    ours, against, theirs = row.label.partition(_AGAINST)
    if text_width(row.label) <= room or not against:
        return [fitted(row.label, room)]
    return [fitted(ours, room), fitted(against.lstrip() + theirs, room)]


def _row(
    row: Interval,
    label: Sequence[str],
    scale: Scale,
    place: tuple[float, float],
    width: int,
) -> str:
    (top, height), is_narrow = place, width < _NARROW
    y = top + height - LINE if is_narrow else top + height / 2
    text_y = top + LINE - 4 if is_narrow else y + 4 - LINE * (len(label) - 1) / 2
    marks = [
        *(
            words(_EDGE if is_narrow else 0, text_y + LINE * number, each, class_="halo")
            for number, each in enumerate(label)
        ),
        words(
            width - (_EDGE if is_narrow else 0),
            text_y if is_narrow else y + 4,
            row.note,
            "end",
            class_="soft halo",
        ),
        line(scale(row.least), y, scale(row.most), y, "whisker"),
    ]
    if row.low is not None and row.high is not None:
        marks.append(line(scale(row.low), y, scale(row.high), y, "interval"))
    marks.append(dot(scale(row.value), y, 4.5, "mark"))
    # The whole line answers to the pointer: dots are small.
    marks.append(
        box(
            0,
            top,
            width,
            height,
            class_="target",
            title=f"{row.label}: {row.note}",
        )
    )
    return "".join(marks)


def _fits(middle: float, text: str, width: int) -> bool:
    """Whether a word is inside the drawing: a mark at the edge of a narrow one has room for its line only."""
    half = text_width(text) / 2
    return half <= middle <= width - half


def _axis(
    scale: Scale,
    top: float,
    bottom: float,
    title: str,
    width: int,
    *,
    marked: Sequence[float],
    shown: Callable[[float], str],
) -> list[str]:
    most = max(2, int((scale.stop - scale.start) / _TICK_PIXELS))
    ticks = scale.ticks(most)
    lines = [line(scale(tick), top, scale(tick), bottom, "grid") for tick in ticks]
    labels = [
        words(scale(tick), bottom + LINE, shown(tick), "middle", class_="soft")
        for tick in ticks
        if _fits(scale(tick), shown(tick), width)
    ]
    references = [line(scale(value), top, scale(value), bottom, "reference") for value in marked]
    # A title wider than the axis is centred on the drawing.
    is_short = text_width(title) <= scale.stop - scale.start
    middle = (scale.start + scale.stop) / 2 if is_short else width / 2
    return [
        *lines,
        *references,
        *labels,
        words(middle, bottom + 2 * LINE + 6, fitted(title, width), "middle", class_="soft"),
    ]
