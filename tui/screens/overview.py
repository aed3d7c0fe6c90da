"""What came in, what changed, what was not understood, what is covered."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from tui.contents.content import Content
from tui.contents.overview import overview
from tui.screens.page import ContentPage, fill
from tui.warehouse import OpenWarehouse
from tui.widgets.lazy_table import LazyTable
from tui.words import cell

_TABLES = ("changes", "coverage", "arrivals", "quarantine")


class OverviewPage(ContentPage):
    """The first screen."""

    NAME = "overview"
    ABOUT = "What came in, what changed, what was not understood, what is covered"
    CSS_PATH = "../styles/overview.tcss"

    def body(self) -> ComposeResult:
        """Counts on top, changes below, three smaller tables at the bottom."""
        yield Static(id="state", markup=False)
        yield self._titled("changes")
        with Horizontal(id="rest"):
            for name in _TABLES[1:]:
                yield self._titled(name)

    def _titled(self, name: str) -> Vertical:
        return Vertical(
            Static(id=f"{name}-title", classes="title", markup=False), LazyTable(id=name), id=f"{name}-box"
        )

    def read(self, warehouse: OpenWarehouse) -> Content:
        """All sections."""
        with warehouse.cursor() as cursor:
            return overview(cursor)

    def shown(self, content: Content) -> None:
        """Counts in a line, the rest in tables."""
        state = content.section("state")
        told = dict(zip(state.columns, state.rows[0], strict=True))
        recorded = cell("recorded_at", told.pop("recorded_at")) or "never"
        counts = "   ".join(f"{cell(name, value)} {name}" for name, value in told.items())
        self.query_one("#state", Static).update(f"{counts}   newest {recorded}")
        for name in _TABLES:
            section = content.section(name)
            more = f" ({section.total:,})" if section.total else ""
            none = "" if section.rows else f": {section.empty}"
            self.query_one(f"#{name}-title", Static).update(f"{section.title}{more}{none}")
            fill(self.query_one(f"#{name}", LazyTable), content, name)
        self.query_one("#changes", LazyTable).focus()
