"""A series as a chart that is walked along, point by point, and looked at closer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from rich.console import Group
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Static

from interfaces.cli.tables import number
from interfaces.series_picture.levels import Level, levels_of
from interfaces.series_picture.picture import SeriesPicture
from interfaces.series_picture.words import evidence_of
from interfaces.terminal.series_chart import SeriesChart
from tui.contents.trends import OneSeries
from tui.widgets.chart_window import Window

_LINES_BESIDE = 9
"""Axis, two lines of labels, two below the plot, legend; the point, and two for the change."""
_LINES_OF_A_LOW_CHART = 6


class SeriesChartView(Static, can_focus=True):
    """Drawn from memory: a key never asks the warehouse."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "step(-1)", "Point before", show=False),
        Binding("right,l", "step(1)", "Point after", show=False),
        Binding("shift+left,H,pageup", "pan(-1)", "Earlier", show=False),
        Binding("shift+right,L,pagedown", "pan(1)", "Later", show=False),
        Binding("home,g", "end(0)", "First point", show=False),
        Binding("end,G", "end(1)", "Last point", show=False),
        Binding("plus", "zoom(-1)", "Closer", key_display="+"),
        Binding("minus", "zoom(1)", "Wider", key_display="-"),
        Binding("equals_sign", "whole", "Whole", key_display="="),
        Binding("left_square_bracket", "change(-1)", "Change before", key_display="["),
        Binding("right_square_bracket", "change(1)", "Change after", key_display="]"),
        Binding("enter", "choose", "Open result"),
    ]
    HELP = (
        "A series: left and right walk along its points, `[` and `]` go to the changes, `+` and `-` look closer or "
        "wider, `=` shows all of it, shift with left and right moves on by half a screen."
    )

    @dataclass
    class Chosen(Message):
        """The result behind a point was asked for."""

        event_id: str

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 -- textual's name
        """Empty, until a series is shown."""
        super().__init__(id=id, markup=False)
        self.one: OneSeries | None = None
        self._window = Window(1)
        self._levels: Sequence[Level] = ()

    @property
    def cursor(self) -> int:
        """The place of the point that is told of."""
        return self._window.cursor

    def show(self, one: OneSeries, cursor: int | None) -> None:
        """Another series, or another state of it, whole; the cursor on its last change, else on its last point."""
        self.one = one
        self._levels = levels_of(one.picture)
        count = len(one.series.points)
        changes = self._places_of_changes()
        self._window = Window(max(count, 1))
        self._window.go(cursor if cursor is not None else (changes[-1] if changes else count - 1))
        self._draw()

    def clear(self) -> None:
        """Nothing is shown."""
        self.one = None
        self.update("")

    def picture(self) -> SeriesPicture | None:
        """What is drawn; None where there is nothing."""
        if self.one is None:
            return None
        return replace(self.one.picture, window=self._window.places)

    def svg(self) -> str | None:
        """The whole series as a report has it."""
        if self.one is None:
            return None
        from interfaces.reports.charts.series_chart import series_chart as as_svg
        from interfaces.reports.render import styled

        return styled(as_svg("series", self.one.picture, 900, number))

    def on_resize(self) -> None:
        """Another size, another chart."""
        self._draw()

    def action_step(self, by: int) -> None:
        """To a point beside."""
        self._go(self.cursor + by)

    def action_pan(self, by: int) -> None:
        """Half a screen on; the cursor goes with it."""
        self._window.pan(by)
        self._draw()

    def action_end(self, last: int) -> None:
        """To the first point or the last."""
        self._go(self._window.count - 1 if last else 0)

    def action_zoom(self, by: int) -> None:
        """Half as many points, or twice as many, around the cursor."""
        self._window.zoom(by)
        self._draw()

    def action_whole(self) -> None:
        """All points."""
        self._window.whole()
        self._draw()

    def action_change(self, by: int) -> None:
        """To the change before or after."""
        places = [place for place in self._places_of_changes() if (place - self.cursor) * by > 0]
        if places:
            self._go(min(places, key=lambda place: abs(place - self.cursor)))

    def action_choose(self) -> None:
        """Ask for the result of the point."""
        if self.one is not None and self.one.series.points:
            self.post_message(self.Chosen(self.one.series.points[self.cursor].event_id))

    def nearest_change(self) -> Mapping[str, Any] | None:
        """The row of the change nearest to the cursor."""
        return self.one.nearest_change(self.cursor) if self.one is not None else None

    def _places_of_changes(self) -> list[int]:
        return [] if self.one is None else [each.index for each in self.one.picture.verdict.change_points]

    def _go(self, place: int) -> None:
        self._window.go(place)
        self._draw()

    def _draw(self) -> None:
        picture = self.picture()
        if picture is None or self.one is None or not self.one.series.points:
            return
        height, is_low = self.size.height, self.size.height < 2 * _LINES_BESIDE
        chart = SeriesChart(
            picture,
            max(1, height - (_LINES_OF_A_LOW_CHART if is_low else _LINES_BESIDE)),
            cursor=self.cursor,
            has_title=False,
            has_evidence=False,
            levels=self._levels,
        )
        told = [Text(self._point(), "bold", no_wrap=True, overflow="ellipsis"), Text(self._change())]
        # On a low screen what is told of the point matters more than the chart.
        self.update(Group(*told, chart) if is_low else Group(chart, *told))

    def _point(self) -> str:
        """The point of the cursor in a line."""
        if self.one is None:
            return ""
        point, place = self.one.series.points[self.cursor], self.cursor
        title = self.one.picture.titles[place] if self.one.picture.titles else number(point.value)
        shown = self._window.places
        part = "" if self._window.is_whole else f"   shown {shown.start + 1:,} to {shown.stop:,}"
        off = "   outlier" if point.is_outlier else ""
        where = f"   {point.environment}" if point.environment else ""
        return f"point {place + 1:,} of {self._window.count:,}   {title}{off}{part}{where}"

    def _change(self) -> str:
        """The change nearest to it, else why there is none."""
        if self.one is None:
            return ""
        verdict = self.one.picture.verdict
        if verdict.insufficient:
            return ""
        changes = verdict.change_points
        if not changes:
            return f"no change of level; trend: {verdict.trend.kind}"
        at = min(range(len(changes)), key=lambda each: abs(changes[each].index - self.cursor))
        change = changes[at]
        said = self.one.picture.acknowledged.get(change.index)
        known = f"; acknowledged: {said}" if said else ""
        return (
            f"change {at + 1} of {len(changes)}, point {change.index + 1:,}: "
            f"{evidence_of(change, number)}{known}; trend: {verdict.trend.kind}"
        )
