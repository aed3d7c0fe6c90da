"""Changes of level one by one, each with the picture of its series; acknowledged on a key."""

from collections.abc import Mapping
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tui.contents.changes import CHANGES
from tui.contents.listing import Listing
from tui.screens.listed_page import ListedPage
from tui.widgets.series_view import SeriesView


class ChangesPage(ListedPage):
    """The table of changes above, a picture below."""

    NAME = "changes"
    EXAMPLE = "words: resnet50 regression 2.9"
    CSS_PATH = "../styles/changes.tcss"
    HELP: ClassVar[str | None] = """
# Changes
Where a series moved to another level, open regressions first. The picture below is the series of the row. `a` records
why a change stands, so that nobody is told of it again; enter opens the series.
"""
    BINDINGS: ClassVar[list[BindingType]] = [Binding("a", "acknowledge", "Acknowledge")]

    def listing(self) -> Listing:
        """All changes."""
        return CHANGES

    def below(self) -> ComposeResult:
        """The series of the row."""
        yield SeriesView(id="chart")

    def moved(self, row: Mapping[str, Any] | None) -> None:
        """The picture follows the cursor."""
        chart = self.query_one("#chart", SeriesView)
        if row is None or self.warehouse is None:
            chart.clear()
        else:
            chart.show(self.warehouse, row["series_id"])

    def chosen(self, row: Mapping[str, Any]) -> None:
        """Its series, whole."""
        self.browser.go_link(f"trends/{row['series_id']}")

    def picture(self) -> str | None:
        """The series of the row."""
        return self.query_one("#chart", SeriesView).svg()

    def action_acknowledge(self) -> None:
        """Ask why the change under the cursor stands, and record it."""
        from tui.screens.acknowledge import acknowledge  # needs pyarrow, which the first screen does not

        table = self.table()
        row = table.row(table.cursor) if table is not None and table.row_count else None
        if table is not None and row is not None and "change_id" in table.columns:
            acknowledge(self, str(row[list(table.columns).index("change_id")]))
