"""Labels beside dots that do not lie on each other: each takes the first place that is free, or is left out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from interfaces.reports.charts.text import LINE, text_width

_REACH = 12
_RISE = 6
_TALL = 12


@dataclass(frozen=True, slots=True)
class Label:
    """Words at a place, in pixels: of their base line, and where they begin or end."""

    x: float
    y: float
    text: str
    anchor: str
    """`start` or `end`."""

    @property
    def left(self) -> float:
        """Where they begin."""
        return self.x if self.anchor == "start" else self.x - text_width(self.text)

    @property
    def right(self) -> float:
        """Where they end at most."""
        return self.left + text_width(self.text)

    def overlaps(self, other: "Label") -> bool:
        """Whether one is written over the other."""
        return self.left < other.right and other.left < self.right and abs(self.y - other.y) < _TALL

    def covers(self, dot: tuple[float, float]) -> bool:
        """Whether it lies on a dot, or so near to it that it seems to be that dot's."""
        x, y = dot
        return (
            self.left - _REACH + 1 < x < self.right + _REACH - 1 and self.y - _TALL < y < self.y + _RISE / 2
        )


def placed(
    dots: Sequence[tuple[float, float]],
    texts: Sequence[str | None],
    x_range: tuple[float, float],
    y_range: tuple[float, float],
) -> list[Label]:
    """Labels of dots, in this order of importance; None for a dot without, which is not covered either.

    Args:
        dots: Places of all dots.
        texts: One for each dot.
        x_range: Left and right end of where labels may be.
        y_range: Top and bottom of where their base lines may be.
    """
    found: list[Label] = []
    for dot, text in zip(dots, texts, strict=True):
        if text is None:
            continue
        for label in _places(dot, text):
            is_inside = (
                x_range[0] <= label.left and label.right <= x_range[1] and y_range[0] <= label.y <= y_range[1]
            )
            if not is_inside or any(map(label.overlaps, found)) or any(map(label.covers, dots)):
                continue
            found.append(label)
            break
    return found


def _places(dot: tuple[float, float], text: str) -> Iterator[Label]:
    """Left of the dot, where a line that rises to the right leaves room, or right: above, below, farther above."""
    x, y = dot
    for rise in (_RISE, -LINE, _RISE + LINE):
        yield Label(x - _REACH, y - rise, text, "end")
        yield Label(x + _REACH, y - rise, text, "start")
