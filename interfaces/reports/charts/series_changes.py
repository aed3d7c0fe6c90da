"""Changes of level in a picture of a series: a line at each, and above it what it came to."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from interfaces.reports.charts.lines import GAP
from interfaces.reports.charts.svg import box, line, words
from interfaces.reports.charts.text import LINE, text_width
from interfaces.series_picture.picture import SeriesPicture
from interfaces.series_picture.words import evidence_of, label_of, size_of, tone_of
from predictors.detection.contract import ChangePoint

if TYPE_CHECKING:
    from interfaces.reports.charts.series_chart import Frame

_REACH = 4
_BOLD = 1.12
"""How much wider words are in a bold font."""
_MOST_POINTED_AT = 50
"""Changes whose evidence shows when they are pointed at; the table has that of all."""


def changes(picture: SeriesPicture, frame: "Frame", shown: Callable[[float], str]) -> Iterator[str]:
    """A dashed line at each change, dotted where it was acknowledged; one a pixel where they crowd."""
    taken: set[int] = set()
    for change in largest_first(picture):
        x = where(change, frame)
        if x is None or round(x) in taken:
            continue
        taken.add(round(x))
        is_known = change.index in picture.acknowledged
        yield line(x, frame.top - 2, x, frame.bottom, "acknowledged" if is_known else "change")
        if len(taken) <= _MOST_POINTED_AT:
            title = "; ".join(filter(None, (evidence_of(change, shown), _acknowledgement(picture, change))))
            left = max(x - _REACH, 0.0)
            yield box(
                left, frame.top, x + _REACH - left, frame.bottom - frame.top, class_="target", title=title
            )


def labels(picture: SeriesPicture, frame: "Frame", shown: Callable[[float], str], rows: int) -> Iterator[str]:
    """What changes came to, the largest first, each where it touches no other; what finds no room is left out.

    In brackets where it was acknowledged.
    """
    taken: list[list[tuple[float, float]]] = [[] for _ in range(rows)]
    for change in largest_first(picture):
        x = where(change, frame)
        if x is None:
            continue
        is_known = change.index in picture.acknowledged
        text = f"({label_of(change, shown)})" if is_known else label_of(change, shown)
        half = text_width(text) * _BOLD / 2
        middle = min(max(x, half), frame.right - half)
        if middle - half < 0:
            continue
        left, right = middle - half, middle + half
        row = next((row for row in range(rows) if _is_free(taken[row], left, right)), None)
        if row is not None:
            taken[row].append((left, right))
            class_ = "soft" if is_known else tone_of(change) or None
            yield words(middle, frame.top - GAP - row * LINE, text, "middle", class_=class_)


def largest_first(picture: SeriesPicture) -> list[ChangePoint]:
    """The changes of a picture by size: a factor and its inverse are equally large."""
    return sorted(picture.verdict.change_points, key=lambda change: (-size_of(change), change.index))


def where(change: ChangePoint, frame: "Frame") -> float | None:
    """The pixel between the last point of the old level and the first of the new one; None where neither is drawn."""
    known = [frame.x[place] for place in (change.previous, change.index) if place in frame.x]
    return sum(known) / len(known) if known else None


def _is_free(taken: list[tuple[float, float]], left: float, right: float) -> bool:
    return all(right + GAP <= begin or end + GAP <= left for begin, end in taken)


def _acknowledgement(picture: SeriesPicture, change: ChangePoint) -> str:
    told = picture.acknowledged.get(change.index)
    return f"acknowledged: {told}" if told else ""
