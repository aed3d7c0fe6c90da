"""Where points of a series lie among characters, and the words beside and below them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from interfaces.cli.tables import number
from interfaces.reports.charts.scale import Scale, linear, logarithmic, time_ticks
from interfaces.series_picture.picture import SeriesPicture
from interfaces.terminal.glyphs import Glyphs

if TYPE_CHECKING:
    from rich.text import Text

_WITHOUT_WORDS = 24
"""Characters: a narrower picture has no words beside it."""
_ROWS_FOR_A_TICK = 3
_COLUMNS_FOR_A_TICK = 16


@dataclass(frozen=True, slots=True)
class Axes:
    """A picture's scales, in dots; a cell has several."""

    across: Scale
    upwards: Scale
    width: int
    """Cells from the vertical axis to the right end."""
    beside: dict[int, str]
    """Row to the number that stands beside it."""
    side: int
    """Cells left of the picture, the axis among them."""
    x: dict[int, int]
    """Place of a point in the series to its dot, from the left."""
    is_numbered: bool
    notes: tuple[str, ...]
    dots_across: int
    dots_down: int

    def y(self, value: float) -> int:
        """The dot of a value, from the top."""
        return round(self.upwards(value))

    def row(self, value: float) -> int:
        """The cell of a value, from the top."""
        return self.y(value) // self.dots_down

    def column(self, place: int) -> int:
        """The cell of a point, from the left."""
        return self.x[place] // self.dots_across

    def margin(self, row: int, glyphs: Glyphs) -> str:
        """What stands left of a row."""
        if not self.side:
            return ""
        text = self.beside.get(row, "")
        return f"{text:>{self.side - 1}}{glyphs.tick if text else glyphs.upright}"

    def below(self, glyphs: Glyphs) -> Iterator[str]:
        """The horizontal axis and its words."""
        if not self.side:
            return
        ground, words, free = [glyphs.ground] * self.width, [" "] * self.width, 0
        for tick, text in self._ticks():
            column = round(self.across(tick)) // self.dots_across
            begin = min(max(column - len(text) // 2, 0), self.width - len(text))
            if begin < free:
                continue
            ground[column] = glyphs.ground_tick
            words[begin : begin + len(text)] = text
            free = begin + len(text) + 2
        yield " " * (self.side - 1) + glyphs.corner + "".join(ground)
        yield (" " * self.side + "".join(words)).rstrip()

    def _ticks(self) -> list[tuple[float, str]]:
        most = max(2, self.width // _COLUMNS_FOR_A_TICK)
        if not self.is_numbered:
            return time_ticks(self.across, most)
        return [(tick, f"{int(tick):,}") for tick in self.across.ticks(most) if tick == int(tick) >= 1]


def axes_of(picture: SeriesPicture, levels: Sequence[float], width: int, height: int, glyphs: Glyphs) -> Axes:
    """Scales for a picture of `width` characters, words beside it among them, and `height` rows."""
    is_log = picture.spans_ratios(levels)
    bottom = height * glyphs.dots_down - 1
    upwards = (logarithmic if is_log else linear)(picture.extent(), bottom, 0)
    most = max(2, height // _ROWS_FOR_A_TICK)
    beside = {round(upwards(tick)) // glyphs.dots_down: number(tick) for tick in upwards.ticks(most)}
    side = max(map(len, beside.values()), default=0) + 1
    if width < max(_WITHOUT_WORDS, 2 * side):
        beside, side = {}, 0
    places, moments = picture.drawn(), picture.moments()
    at = moments or [float(place + 1) for place in places] or [1.0]
    room = 0.0 if at[-1] > at[0] else 0.5
    cells = max(width - side, 1)
    across = Scale(at[0] - room, at[-1] + room, 0, cells * glyphs.dots_across - 1)
    x = {place: round(across(moment)) for place, moment in zip(places, at, strict=False)}
    notes = ("log axis" if is_log else "", "by point number" if moments is None else "")
    return Axes(
        across, upwards, cells, beside, side, x, moments is None, notes, glyphs.dots_across, glyphs.dots_down
    )


def evened(text: str, width: int, glyphs: Glyphs, style: str = "") -> "Text":
    """One line that a terminal shows as it is: nothing in it means anything to it, and what is too long is cut."""
    from rich.cells import cell_len, set_cell_size
    from rich.text import Text

    plain = "".join(character if character.isprintable() else "?" for character in text)
    if glyphs.density:
        plain = plain.encode("ascii", "replace").decode("ascii")
    if cell_len(plain) > width:
        plain = set_cell_size(plain, width - 1) + glyphs.ellipsis if width > 1 else glyphs.ellipsis
    return Text(plain, style)
