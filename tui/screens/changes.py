"""Changes of level one by one, each with the picture of its series; acknowledged on a key."""

from typing import ClassVar
from uuid import UUID

import duckdb
from rich.console import RenderableType
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static
from textual.worker import get_current_worker

from benchmart.errors import BenchmartError
from benchmart.telling import tell_of_change
from interfaces.series_picture.picture import SeriesPicture
from interfaces.terminal.series_chart import series_chart
from tui.contents.changes import COLUMNS, changed, picture
from tui.contents.content import Content
from tui.screens.acknowledge import Acknowledge, Said
from tui.screens.page import ContentPage, explained, fill
from tui.warehouse import OpenWarehouse
from tui.widgets.lazy_table import LazyTable

_ID, _SERIES = COLUMNS.index("change_id"), COLUMNS.index("series_id")
_LEAST_CHART_LINES, _LINES_BESIDE, _LINES_OF_A_CHANGE = 5, 8, 2
"""Lines that a chart takes beside its plot: title, labels, axis and legend, and a sentence for each change."""
_MOST_TOLD = 5


class ChangesPage(ContentPage):
    """The table of changes above, a picture below."""

    TITLE_OF_PAGE = "changes"
    CSS_PATH = "../styles/changes.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("a", "acknowledge", "Acknowledge")]

    def body(self) -> ComposeResult:
        """Rows, and the series of the one under the cursor."""
        yield LazyTable(id="changes")
        yield Static(id="chart", markup=False)

    def read(self, warehouse: OpenWarehouse) -> Content:
        """All changes."""
        with warehouse.cursor() as cursor:
            return changed(cursor)

    def shown(self, content: Content) -> None:
        """In the table; the picture follows its cursor."""
        table = self.query_one("#changes", LazyTable)
        fill(table, content, "changes")
        table.focus()
        if not table.row_count:
            self.query_one("#chart", Static).update(content.section("changes").empty)

    @on(LazyTable.Moved, "#changes")
    def _moved(self, event: LazyTable.Moved) -> None:
        row = event.table.row(event.row) if event.table.row_count else None
        if row is not None:
            self._draw(row[_SERIES], self.query_one("#chart").size.height)

    @work(thread=True, exclusive=True, group="chart")
    def _draw(self, series_id: UUID, height: int) -> None:
        warehouse, worker = self.warehouse, get_current_worker()
        if warehouse is None:
            return
        try:
            with warehouse.cursor() as cursor:
                chart = _chart(picture(cursor, series_id), height)
        except (BenchmartError, duckdb.Error) as error:
            self.app.call_from_thread(self.say, explained(error))
            return
        if not worker.is_cancelled:
            self.app.call_from_thread(self.query_one("#chart", Static).update, chart)

    def action_acknowledge(self) -> None:
        """Ask why the change under the cursor stands, and record it."""
        table = self.query_one("#changes", LazyTable)
        row = table.row(table.cursor) if table.row_count else None
        if row is not None:
            self.app.push_screen(Acknowledge(), lambda said: self._acknowledged(str(row[_ID]), said))

    def _acknowledged(self, change_id: str, said: Said | None) -> None:
        if said is None or self.warehouse is None:
            return
        try:
            tell_of_change(
                self.warehouse.home,
                change_id,
                action="acknowledge",
                category=said.category,
                reason=said.reason,
            )
        except BenchmartError as error:
            self.say(explained(error))
        else:
            self.say("Recorded; the next build applies it")


def _chart(series: SeriesPicture, lines: int) -> RenderableType:
    """In so many lines, the sentences below it among them."""
    told = min(len(series.verdict.change_points), _MOST_TOLD)
    return series_chart(series, max(_LEAST_CHART_LINES, lines - _LINES_BESIDE - told * _LINES_OF_A_CHANGE))
