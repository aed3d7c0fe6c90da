"""Series, where they are going; one of them as a chart of the whole screen."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tui.contents.listing import Listing
from tui.contents.trends import ALL, ALL_SERIES, TRENDS, OneSeries, read_series
from tui.place import Place
from tui.screens.opened_page import OpenedPage
from tui.warehouse import OpenWarehouse
from tui.widgets.series_chart_view import SeriesChartView


class TrendsPage(OpenedPage):
    """The table of series, or the chart of one."""

    NAME = "trends"
    EXAMPLE = "words: degrading latency, points>=100, worse>0"
    CSS_PATH = "../styles/trends.tcss"
    OPENED = "#series"
    HELP: ClassVar[str | None] = """
# Trends
Each condition and metric that was measured twice or more, those with regressions first; `w` lists also those of one
point. Enter opens a series: left and right walk along its points, `[` and `]` go to its changes, `+` and `-` look
closer or wider, `=` shows all, `a` records why the nearest change stands, enter opens the result of the point.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "every", "Also single points", show=False),
        Binding("a", "acknowledge", "Acknowledge"),
    ]

    @property
    def is_open(self) -> bool:
        """A path names a series, but for the one of the whole list."""
        return self.place.path not in ("", ALL)

    def listing(self) -> Listing:
        """Series of two points or more, or all."""
        return ALL_SERIES if self.place.path == ALL else TRENDS

    def opened(self) -> ComposeResult:
        """The chart."""
        yield SeriesChartView(id="series")

    def chart(self) -> SeriesChartView:
        """The chart, shown or not."""
        return self.query_one("#series", SeriesChartView)

    def chosen(self, row: Mapping[str, Any]) -> None:
        """The series, whole."""
        self.browser.go(Place(self.NAME, str(row["series_id"])))

    def here(self) -> Place:
        """In a chart the row is the point of the cursor, counted from 1."""
        if not self.is_open:
            return super().here()
        return replace(self.place, row=self.chart().cursor + 1 if self.chart().one is not None else 0)

    def show_state(self, warehouse: OpenWarehouse | None) -> None:
        """Another state of the same series, with the cursor where it was."""
        if self.is_open and self.chart().one is not None:
            self.place = self.here()
        super().show_state(warehouse)

    def head(self, *where: str) -> None:
        """With what is measured."""
        one = self.chart().one if self.is_open else None
        super().head(*where, *((one.series.subject, one.series.metric) if one is not None else ()))

    def visit(self, place: Place) -> None:
        """Another series, or the listing."""
        if place.path != self.place.path:
            self.chart().clear()
        super().visit(place)

    def read(self, warehouse: OpenWarehouse, path: str) -> OneSeries:
        """The series with all its points."""
        with warehouse.cursor() as cursor:
            return read_series(cursor, path)

    def shown(self, read: object) -> None:
        """Draw it."""
        one = cast("OneSeries", read)
        self.chart().show(one, self.place.row - 1 if self.place.row else None)
        self.head()

    def picture(self) -> str | None:
        """The series that is open."""
        return self.chart().svg() if self.is_open else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A change is acknowledged where a series is shown."""
        if self.is_mounted and action in ("acknowledge", "every"):
            return self.is_open == (action == "acknowledge")
        return super().check_action(action, parameters)

    def action_every(self) -> None:
        """Series of one point among them, or not."""
        path = "" if self.place.path == ALL else ALL
        self.browser.go(replace(self.place, path=path, row=0))

    def action_acknowledge(self) -> None:
        """Record why the change nearest to the cursor stands."""
        from tui.screens.acknowledge import acknowledge  # needs pyarrow: 50 MiB, for those who look only

        change = self.chart().nearest_change()
        if change is None:
            self.say("This series did not change its level: there is nothing to acknowledge")
        else:
            acknowledge(self, str(change["change_id"]))

    @on(SeriesChartView.Chosen)
    def _open_result(self, event: SeriesChartView.Chosen) -> None:
        self.browser.go_link(f"matrix/event/{event.event_id}")
