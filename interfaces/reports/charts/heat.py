"""Heat map: a count for every two of something, darker for more, and an empty cell where there is none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from interfaces.reports.charts.svg import Caption, box, element, figure, words
from interfaces.reports.charts.text import LINE, SIZE, fitted, text_width

STEPS = 5
"""Shades, each for ten times the counts of the one before: 1 to 9, 10 to 99, ..., the last for all above."""

_CELL = 24
_GAP = 8
_NARROW = 500
_MOST_LABEL_SHARE = 0.36
_LONGEST_HEAD = 120
_WIDEST_CELL = 64
_SWATCH = 16


@dataclass(frozen=True, slots=True)
class Heat:
    """Counts by line and column."""

    rows: Sequence[str]
    columns: Sequence[str]
    counts: Mapping[tuple[str, str], int]
    """(line, column) to count; those that are not there are 0."""
    marked: frozenset[tuple[str, str]] = frozenset()
    """Cells with a mark at their corner."""


def heat_map(name: str, caption: Caption, heat: Heat, *, width: int, of_what: str, mark: str) -> str:
    """`of_what` says what is counted, and `mark` what a mark means."""
    label_width = min(max(map(text_width, heat.rows)) + _GAP, width * _MOST_LABEL_SHARE)
    # A head that leans to the right needs room behind the last column.
    head = min(max(map(text_width, heat.columns)), _LONGEST_HEAD)
    lean = head * 0.71
    cell = min((width - label_width - lean * 0.6) / len(heat.columns), _WIDEST_CELL)
    top = lean + _GAP + SIZE
    drawn = [
        _head(column, label_width + (number + 0.5) * cell, top - 6)
        for number, column in enumerate(heat.columns)
    ]
    for row_number, row in enumerate(heat.rows):
        y = top + row_number * _CELL
        drawn.append(words(label_width - _GAP, y + LINE, fitted(row, label_width - _GAP), "end"))
        for column_number, column in enumerate(heat.columns):
            count, is_marked = heat.counts.get((row, column), 0), (row, column) in heat.marked
            title = f"{row}, {column}: {count:,} {of_what}{f', {mark}' if is_marked else ''}"
            drawn.append(
                _cell(count, (label_width + column_number * cell, y), cell, title, is_marked=is_marked)
            )
    bottom = top + len(heat.rows) * _CELL + _GAP
    most = max(heat.counts.values(), default=0)
    legend, height = _legend(of_what, mark if heat.marked else "", step(most), width, bottom)
    return figure(name, caption, width, bottom + height, [*drawn, *legend])


def step(count: int) -> int:
    """The shade of a count, 1 to STEPS: by its number of digits."""
    return min(len(str(count)), STEPS)


def brief(count: int) -> str:
    """A count in at most four characters: 1.2k for 1,234."""
    for size, sign in ((1_000_000, "M"), (1_000, "k")):
        if count >= size:
            return f"{count / size:.1f}{sign}" if count < 10 * size else f"{count // size}{sign}"
    return str(count)


def _head(text: str, x: float, y: float) -> str:
    shown = fitted(text, _LONGEST_HEAD)
    return words(x, y, shown, transform=f"rotate(-45 {x:.1f} {y:.1f})")


def _cell(count: int, corner: tuple[float, float], size: float, title: str, *, is_marked: bool) -> str:
    x, y = corner
    shade = f"heat-{step(count)}" if count else "heat-0"
    drawn = [box(x + 1, y + 1, size - 2, _CELL - 2, class_=shade, title=title)]
    text = brief(count)
    if count and text_width(text) <= size:
        drawn.append(
            words(x + size / 2, y + LINE, text, "middle", class_=f"on-{shade}", pointer_events="none")
        )
    if is_marked:
        flag = f"{x + size - 9:.1f},{y + 1} {x + size - 1:.1f},{y + 1} {x + size - 1:.1f},{y + 9}"
        drawn.append(element("polygon", points=flag, class_="flag", pointer_events="none"))
    return "".join(drawn)


def _legend(of_what: str, mark: str, shades: int, width: int, top: float) -> tuple[list[str], float]:
    """Swatches with the counts they stand for, and the height they take."""
    entries = [("heat-0", f"no {of_what}")]
    for number in range(1, shades + 1):
        low, high = 10 ** (number - 1), 10**number - 1
        entries.append((f"heat-{number}", f"{low:,} and more" if number == STEPS else f"{low:,} to {high:,}"))
    entries += [("flag", mark)] if mark else []
    drawn: list[str] = []
    x, y = 0.0, top
    for shade, text in entries:
        taken = _SWATCH + 6 + text_width(text) + 2 * _GAP
        if x and x + taken > width:
            x, y = 0.0, y + LINE + 4
        drawn += [
            box(x, y, _SWATCH, _SWATCH - 2, class_=shade),
            words(x + _SWATCH + 6, y + LINE - 4, text, class_="soft"),
        ]
        x += taken
    return drawn, y - top + LINE + _GAP
