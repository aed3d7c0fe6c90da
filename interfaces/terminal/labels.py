"""What changes came to, above a picture made of characters."""

from typing import TYPE_CHECKING

from interfaces.cli.tables import number
from interfaces.series_picture.picture import SeriesPicture
from interfaces.series_picture.words import label_of, size_of, tone_of
from interfaces.terminal.axes import Axes

if TYPE_CHECKING:
    from rich.text import Text

_ROWS = 2
_STYLES = {"worse": "bold bright_red", "better": "bold bright_blue", "": "bold"}


def label_rows(picture: SeriesPicture, axes: Axes) -> "list[Text]":
    """Rows of labels, the lowest last; the largest changes come first, what finds no room is left out.

    In brackets where a change was acknowledged.
    """
    rows: list[list[tuple[int, str, str]]] = [[] for _ in range(_ROWS)]
    for change in sorted(picture.verdict.change_points, key=lambda each: (-size_of(each), each.index)):
        if change.index not in axes.x:
            continue
        is_known = change.index in picture.acknowledged
        text = f"({label_of(change, number)})" if is_known else label_of(change, number)
        begin = min(max(axes.column(change.index) - len(text) // 2, 0), axes.width - len(text))
        row = next((row for row in rows if begin >= 0 and _is_free(row, begin, len(text))), None)
        if row is not None:
            row.append((begin, text, "dim" if is_known else _STYLES[tone_of(change)]))
    return [_line(row, axes.side) for row in reversed(rows) if row]


def _is_free(row: list[tuple[int, str, str]], begin: int, length: int) -> bool:
    return all(begin + length < other or other + len(text) < begin for other, text, _ in row)


def _line(row: list[tuple[int, str, str]], side: int) -> "Text":
    from rich.text import Text

    line = Text(" " * side)
    for begin, text, style in sorted(row):
        line.append(" " * (side + begin - len(line))).append(text, style)
    return line
