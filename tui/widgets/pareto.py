"""Cost against gain in characters: those that no other beats have a letter and a line below."""

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_letters
from typing import TYPE_CHECKING

from rich.cells import set_cell_size
from rich.text import Text
from textual.widgets import Static

if TYPE_CHECKING:
    from interfaces.reports.charts.fronts import Point
    from interfaces.reports.charts.scale import Scale

_LEAST_WIDTH, _LEAST_HEIGHT = 30, 8
_WIDE = 110
"""From here on the names stand beside the plot, not below it."""
_BESIDE, _AXIS, _BELOW = 46, 6, 2
_TICK_WIDTH = 8
_OTHER = "·"
_LETTERS = ascii_letters.swapcase()


@dataclass(frozen=True, slots=True)
class Shown:
    """Points and what their axes are called."""

    points: Sequence["Point"]
    across: str
    """What it costs."""
    upwards: str


class Pareto(Static):
    """Drawn again as its size changes."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 -- textual's name
        """Empty, until points are shown."""
        super().__init__(id=id, markup=False)
        self._shown: Shown | None = None

    def show(self, shown: Shown | None) -> None:
        """Draw these, or nothing."""
        self._shown = shown
        self._draw()

    def on_resize(self) -> None:
        """Another size, another drawing."""
        self._draw()

    def _draw(self) -> None:
        width, height = self.content_size
        self.update(drawn(self._shown, width, height) if self._shown and width else "")


def drawn(shown: Shown, width: int, height: int) -> Text:
    """The plot with its names, in so many cells."""
    from interfaces.reports.charts.fronts import front
    from interfaces.reports.charts.scale import Scale, logarithmic

    best = front(shown.points)
    if not best:
        return Text("nothing to draw: no option has both")
    if width < _LEAST_WIDTH or height < _LEAST_HEIGHT:
        return Text("\n".join(_names(shown, best, width)))
    is_wide = width >= _WIDE
    below = 0 if is_wide else min(len(best) + 1, height // 2)
    columns = width - _AXIS - (_BESIDE if is_wide else 1)
    rows = height - _BELOW - 1 - below
    x = logarithmic([each.cost for each in shown.points], 0, columns - 1)
    y = Scale(0.0, 1.0, rows - 1, 0)
    lines = [
        f"{shown.upwards}, upwards",
        *_plot(shown.points, best, x, y),
        *_axis(x, columns, shown.across),
    ]
    names = _names(shown, best, _BESIDE - 2 if is_wide else width)
    if not is_wide:
        return Text("\n".join([*lines, *names[:below]]))
    left = width - _BESIDE
    names += [""] * (len(lines) - len(names))
    return Text(
        "\n".join(set_cell_size(line, left) + "  " + name for line, name in zip(lines, names, strict=False))
    )


def _plot(points: Sequence["Point"], best: Sequence["Point"], x: "Scale", y: "Scale") -> list[str]:
    columns, rows = int(x.stop) + 1, int(y.start) + 1
    grid = [[" "] * columns for _ in range(rows)]
    for point in points:
        grid[round(y(point.gain))][round(x(point.cost))] = _OTHER
    for letter, point in reversed(list(zip(_LETTERS, best, strict=False))):
        grid[round(y(point.gain))][round(x(point.cost))] = letter
    ticks = {round(y(share)): f"{share:.0%}" for share in (0.0, 0.5, 1.0)}
    return [f"{ticks.get(at, ''):>{_AXIS - 2}} │" + "".join(row) for at, row in enumerate(grid)]


def _axis(x: "Scale", columns: int, across: str) -> list[str]:
    marks, words = ["─"] * columns, [" "] * (columns + _TICK_WIDTH)
    for tick in x.ticks(max(2, columns // _TICK_WIDTH)):
        at, text = round(x(tick)), f"{tick:g}"
        marks[at] = "┬"
        words[at : at + len(text)] = text
    line = "".join(words).rstrip()
    room = columns - len(line)
    line += f"  {across}" if len(across) + 2 <= room else ""
    return [" " * (_AXIS - 1) + "└" + "".join(marks), " " * _AXIS + line]


def _names(shown: Shown, best: Sequence["Point"], width: int) -> list[str]:
    from interfaces.cli.tables import number

    lines = [
        f"{letter} {number(each.cost):>6} {shown.across:<3} {each.gain:>4.0%}  {each.label}"
        for letter, each in zip(_LETTERS, best, strict=False)
    ]
    others = len(shown.points) - len(best)
    head = f"beaten by none, of {len(shown.points)}" + (f" ({_OTHER} {others} others)" if others else "")
    return [set_cell_size(line, width).rstrip() for line in (head, *reversed(lines))]
