"""A series with what was found in it, as characters: points, levels, changes, outliers, switches, baseline."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from interfaces.cli.tables import number
from interfaces.series_picture.levels import Level, levels_of, within
from interfaces.series_picture.picture import SeriesPicture
from interfaces.series_picture.words import evidence_of, size_of, told_apart
from interfaces.terminal.axes import Axes, axes_of, evened
from interfaces.terminal.canvas import Canvas
from interfaces.terminal.glyphs import ASCII, LINES, Glyphs
from interfaces.terminal.labels import label_rows

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
    from rich.text import Text

_HUES = ("bright_blue", "yellow", "magenta", "cyan")
"""Blue and yellow differ for all eyes."""
_LEVEL, _CHANGE, _FAINT, _OUTLIER, _BASELINE = "bold", "bold yellow", "dim", "bold bright_red", "cyan"
_CURSOR, _CURSOR_STYLE = "▼▲", "bold reverse"
"""Above the point, and below one in the uppermost row."""
_HEIGHT = 12
_MOST_TOLD = 5
_PIPED_WIDTH = 100
"""Characters a line where stdout is no terminal."""
_WRAPPED = 20
"""Narrower than this, words are cut and not wrapped."""


@dataclass(frozen=True, slots=True)
class SeriesChart:
    """Rich draws it within the width it is given, in colour or without, in ASCII where there is nothing else."""

    picture: SeriesPicture
    height: int = _HEIGHT
    """Rows of characters between the labels above and the axis below; one at least."""
    cursor: int | None = None
    """Place of the point that is pointed at."""
    has_title: bool = True
    """Whether its name stands above."""
    has_evidence: bool = True
    """Whether a sentence for each change stands below."""
    levels: Sequence[Level] | None = None
    """Those of the whole series, for who draws it more than once; None to find them."""

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> "RenderResult":
        """All lines of it."""
        is_plain = options.ascii_only or console.is_dumb_terminal or not console.is_terminal
        glyphs = ASCII if is_plain else LINES
        has_colours = console.color_system is not None and not console.no_color
        for text in _lines(self, options.max_width, glyphs, has_colours=has_colours):
            text.no_wrap, text.overflow = True, "crop"
            yield text


def series_chart(picture: SeriesPicture, height: int = _HEIGHT) -> "RenderableType":
    """The picture for a console of rich; `height` in rows of characters."""
    return SeriesChart(picture, height)


def print_series_chart(picture: SeriesPicture, stream: IO[str] | None = None) -> None:
    """Print the picture on stdout or another stream, as wide as the terminal; 100 characters where it is none."""
    from rich.console import Console

    stream = stream or sys.stdout
    Console(file=stream, width=None if stream.isatty() else _PIPED_WIDTH, highlight=False).print(
        series_chart(picture)
    )


def _lines(chart: SeriesChart, width: int, glyphs: Glyphs, *, has_colours: bool) -> "Iterator[Text]":
    from rich.text import Text

    picture, height = chart.picture, max(chart.height, 1)
    found = within(levels_of(picture) if chart.levels is None else chart.levels, picture)
    axes = axes_of(picture, [level.value for level in found], width, height, glyphs)
    canvas = Canvas(axes.width, height, glyphs)
    _draw_lines(canvas, axes, picture, found)
    _draw_points(canvas, axes, picture)
    if chart.cursor in axes.x:
        _draw_cursor(canvas, axes, picture, chart.cursor)
    if chart.has_title:
        yield evened(picture.title, width, glyphs, "bold")
    yield evened(", ".join(filter(None, (picture.axis, *axes.notes))), width, glyphs, _FAINT)
    yield from label_rows(picture, axes)
    for row in range(height):
        yield Text(axes.margin(row, glyphs), _FAINT).append_text(canvas.row(row))
    for words in axes.below(glyphs):
        yield Text(words, _FAINT)
    yield from _turns(picture, width, glyphs, has_colours=has_colours)
    for text in _told(picture, glyphs, has_evidence=chart.has_evidence):
        yield from _wrapped(text, width, glyphs)


def _draw_lines(canvas: Canvas, axes: Axes, picture: SeriesPicture, found: Sequence[Level]) -> None:
    glyphs = canvas.glyphs
    if picture.baseline is not None:
        canvas.across(axes.row(picture.baseline), 0, canvas.width - 1, glyphs.baseline, _BASELINE)
    for level in found:
        canvas.across(
            axes.row(level.value), axes.column(level.first), axes.column(level.last), glyphs.level, _LEVEL
        )
    for _, other in picture.switches():
        canvas.down(axes.column(other), glyphs.switch, _FAINT)
    for change in picture.verdict.change_points:
        if change.index in axes.x:
            is_known = change.index in picture.acknowledged
            glyph, style = (glyphs.acknowledged, _FAINT) if is_known else (glyphs.change, _CHANGE)
            canvas.down(axes.column(change.index), glyph, style)


def _draw_points(canvas: Canvas, axes: Axes, picture: SeriesPicture) -> None:
    off = set(picture.verdict.outliers)
    apart = picture.told_apart()
    for place in picture.drawn():
        if place in off:
            canvas.mark(axes.row(picture.values[place]), axes.column(place), canvas.glyphs.outlier, _OUTLIER)
        else:
            environment = picture.environment(place)
            hue = _HUES[apart.index(environment) if environment in apart else 0]
            canvas.point(axes.x[place], axes.y(picture.values[place]), hue)


def _draw_cursor(canvas: Canvas, axes: Axes, picture: SeriesPicture, place: int) -> None:
    """Beside the point, not on it: it stays to be seen."""
    column = axes.column(place)
    row = axes.row(picture.values[place])
    canvas.mark(
        max(row - 1, 0) if row else min(1, canvas.height - 1), column, _CURSOR[not row], _CURSOR_STYLE
    )


def _told(picture: SeriesPicture, glyphs: Glyphs, *, has_evidence: bool) -> Iterator[str]:
    """What the characters mean, of those that are there, and the evidence for the largest changes."""
    verdict = picture.verdict
    if verdict.insufficient:
        yield f"insufficient data: {verdict.insufficient}"
        return
    yield from filter(None, ["  ".join(_legend(picture, glyphs))])
    if not has_evidence:
        return
    changes = verdict.change_points
    largest = sorted(changes, key=lambda each: (-size_of(each), each.index))[:_MOST_TOLD]
    for change in sorted(largest, key=lambda each: each.index):
        said = picture.acknowledged.get(change.index)
        known = f"; acknowledged: {said}" if said else ""
        yield f"point {change.index + 1:,}: {evidence_of(change, number)}{known}"
    if len(changes) > _MOST_TOLD:
        yield f"The {_MOST_TOLD} largest of {len(changes):,} changes are told."
    yield f"trend: {verdict.trend.kind}"


def _legend(picture: SeriesPicture, glyphs: Glyphs) -> Iterator[str]:
    indexes = {change.index for change in picture.verdict.change_points}
    if indexes - picture.acknowledged.keys():
        yield f"{glyphs.change} change"
    if indexes & picture.acknowledged.keys():
        yield f"{glyphs.acknowledged} acknowledged"
    if picture.switches():
        names = told_apart(
            [picture.environment(other) for _, other in picture.switches()] + [_first(picture)]
        )
        yield f"{glyphs.switch} environment switched to {', '.join(names[:-1])}"
    if picture.verdict.outliers:
        yield f"{glyphs.outlier} outlier"
    if picture.baseline is not None:
        yield f"{glyphs.baseline} baseline {number(picture.baseline)}"


def _first(picture: SeriesPicture) -> str | None:
    return picture.environment(picture.drawn()[0])


def _turns(picture: SeriesPicture, width: int, glyphs: Glyphs, *, has_colours: bool) -> "Iterator[Text]":
    """Names of environments that take turns, in their colours where there are any."""
    apart = [] if picture.switches() else picture.told_apart()
    names = told_apart(apart)
    if has_colours:
        for hue, name in zip(_HUES, names, strict=False):
            yield evened(f"{glyphs.points([(0, 0)])} {name}", width, glyphs, hue)
    elif names:
        yield from _wrapped(f"environments, each with its level: {', '.join(names)}", width, glyphs)


def _wrapped(text: str, width: int, glyphs: Glyphs) -> "Iterator[Text]":
    """The words in as many lines as they need, the further ones a little to the right."""
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if len(longer) > width >= _WRAPPED and line.strip():
            yield evened(line, width, glyphs)
            longer = f"  {word}"
        line = longer
    yield evened(line, width, glyphs)
