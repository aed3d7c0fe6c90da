"""The picture of a series, read and drawn in a thread."""

from dataclasses import dataclass
from time import sleep
from uuid import UUID

import duckdb
from rich.console import RenderableType
from textual import work
from textual.message import Message
from textual.widgets import Static
from textual.worker import get_current_worker

from benchmart.errors import BenchmartError
from interfaces.series_picture.picture import SeriesPicture
from interfaces.terminal.series_chart import series_chart
from tui.contents.changes import picture
from tui.warehouse import OpenWarehouse

_LEAST_CHART_LINES, _LINES_BESIDE, _LINES_OF_A_CHANGE = 5, 8, 2
"""Lines that a chart takes beside its plot: title, labels, axis and legend, and a sentence for each change."""
_MOST_TOLD = 5
_STILL_SECONDS = 0.03
"""For which the cursor has to stand on a row: drawing would keep the frame of its move waiting."""
_SVG_WIDTH = 900
"""Pixels."""


class SeriesView(Static):
    """Points, levels, changes and outliers, in characters."""

    @dataclass
    class Failed(Message):
        """The series could not be read."""

        error: BenchmartError | duckdb.Error

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 -- textual's name
        """Empty, until a series is shown."""
        super().__init__(id=id, markup=False)
        self._series: SeriesPicture | None = None

    def show(self, warehouse: OpenWarehouse, series_id: UUID) -> None:
        """Read it, and draw it."""
        self._draw(warehouse, series_id, self.size.height)

    def clear(self) -> None:
        """Show nothing."""
        self.workers.cancel_node(self)
        self._series = None
        self.update("")

    def svg(self) -> str | None:
        """The chart as a report has it; None while there is none."""
        if self._series is None:
            return None
        from interfaces.cli.tables import number
        from interfaces.reports.charts.series_chart import series_chart as as_svg
        from interfaces.reports.render import styled

        return styled(as_svg("series", self._series, _SVG_WIDTH, number))

    def on_resize(self) -> None:
        """Another height, another chart."""
        if self._series is not None:
            self.update(_chart(self._series, self.size.height))

    @work(thread=True, exclusive=True, group="chart")
    def _draw(self, warehouse: OpenWarehouse, series_id: UUID, height: int) -> None:
        worker = get_current_worker()
        sleep(_STILL_SECONDS)
        if worker.is_cancelled:
            return
        try:
            with warehouse.cursor() as cursor:
                series = picture(cursor, series_id)
            chart = _chart(series, height)
        except (BenchmartError, duckdb.Error) as error:
            if not worker.is_cancelled:
                self.post_message(self.Failed(error))
            return
        if not worker.is_cancelled:
            self.app.call_from_thread(self._drawn, series, chart)

    def _drawn(self, series: SeriesPicture, chart: RenderableType) -> None:
        self._series = series
        self.update(chart)


def _chart(series: SeriesPicture, lines: int) -> RenderableType:
    """In so many lines, the sentences below it among them."""
    told = min(len(series.verdict.change_points), _MOST_TOLD)
    return series_chart(series, max(_LEAST_CHART_LINES, lines - _LINES_BESIDE - told * _LINES_OF_A_CHANGE))
