"""A grid of characters to draw on: lines first, points over them."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from interfaces.terminal.glyphs import Glyphs

if TYPE_CHECKING:
    from rich.text import Text

_Cell = tuple[int, int]
"""Row from the top, column from the left."""


@dataclass(slots=True)
class Canvas:
    """Cells of a picture; dots are finer than cells where there are characters for that."""

    width: int
    height: int
    glyphs: Glyphs
    _lines: dict[_Cell, tuple[str, str]] = field(default_factory=dict)
    _dots: dict[_Cell, list[tuple[int, int]]] = field(default_factory=dict)
    _styles: dict[_Cell, str] = field(default_factory=dict)
    _marks: dict[_Cell, tuple[str, str]] = field(default_factory=dict)

    def across(self, row: int, first: int, last: int, glyph: str, style: str) -> None:
        """A horizontal line; what was drawn before stays below it."""
        for column in range(first, last + 1):
            self._lines[row, column] = (glyph, style)

    def down(self, column: int, glyph: str, style: str) -> None:
        """A vertical line from top to bottom."""
        for row in range(self.height):
            self._lines[row, column] = (glyph, style)

    def point(self, x: int, y: int, style: str) -> None:
        """A point at a dot, counted from the upper left corner."""
        row, down = divmod(y, self.glyphs.dots_down)
        column, right = divmod(x, self.glyphs.dots_across)
        self._dots.setdefault((row, column), []).append((down, right))
        self._styles[row, column] = style

    def mark(self, row: int, column: int, glyph: str, style: str) -> None:
        """A character over everything else."""
        self._marks[row, column] = (glyph, style)

    def row(self, row: int) -> "Text":
        """One line of the picture."""
        from rich.text import Text

        text = Text()
        for column in range(self.width):
            text.append(*self._cell((row, column)))
        return text

    def _cell(self, cell: _Cell) -> tuple[str, str]:
        if cell in self._marks:
            return self._marks[cell]
        if cell in self._dots:
            return self.glyphs.points(self._dots[cell]), self._styles[cell]
        return self._lines.get(cell, (" ", ""))
