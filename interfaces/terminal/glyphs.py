"""The characters that pictures are made of: where the terminal has them, lines and braille, else ASCII."""

from dataclasses import dataclass

BRAILLE = 0x2800
"""The empty one; the bits of the eight dots are added to it."""
_BRAILLE_BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""By row and column of the dot (Unicode 15, section 21.1)."""


@dataclass(frozen=True, slots=True)
class Glyphs:
    """One character for each thing that is drawn."""

    level: str
    change: str
    acknowledged: str
    switch: str
    baseline: str
    outlier: str
    upright: str
    tick: str
    corner: str
    ground: str
    ground_tick: str
    ellipsis: str
    density: str
    """Points of one cell, from one to many; empty where braille shows each."""

    @property
    def dots_across(self) -> int:
        """Dots side by side in one cell."""
        return 1 if self.density else 2

    @property
    def dots_down(self) -> int:
        """Dots one below the other in one cell."""
        return 1 if self.density else 4

    def points(self, dots: list[tuple[int, int]]) -> str:
        """One cell with points at these dots of it, by row and column."""
        if self.density:
            return self.density[min(len(dots), len(self.density)) - 1]
        bits = 0
        for row, column in dots:
            bits |= _BRAILLE_BITS[row][column]
        return chr(BRAILLE + bits)


LINES = Glyphs("─", "┃", "┋", "│", "╌", "○", "│", "┤", "└", "─", "┬", "…", "")
ASCII = Glyphs("-", "|", "!", "'", "=", "o", "|", "+", "+", "-", "+", "~", ".:#")
