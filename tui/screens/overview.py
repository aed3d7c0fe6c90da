"""What came in, what changed, what was not understood, what is covered."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from textual import on
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
_LINKS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "changes": lambda row: f"trends/{row['series_id']}",
    "coverage": lambda row: f"matrix/family/{row['family']}",
    "arrivals": lambda _: "log",
    "quarantine": lambda _: "quality",
}
"""Where the rows of each table lead to."""


class OverviewPage(ContentPage):
    """The first screen."""

    NAME = "overview"
    CSS_PATH = "../styles/overview.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]  # noqa: RUF012 -- typed by textual
    HELP: ClassVar[str | None] = """
# Overview
What there is, and what to look at first: regressions that nobody acknowledged, the largest on top; families of models
by results; what was imported or measured last; what could not be understood. Enter goes to what a row is about.
"""

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
        self.query_one("#state", Static).update(f"recorded {recorded}   {counts}")
        for name in _TABLES:
            section = content.section(name)
            more = f" ({section.total:,})" if section.total else ""
            none = "" if section.rows else f": {section.empty}"
            self.query_one(f"#{name}-title", Static).update(f"{section.title}{more}{none}")
            fill(self.query_one(f"#{name}", LazyTable), content, name)

    @on(LazyTable.Chosen)
    def _chosen(self, event: LazyTable.Chosen) -> None:
        self.browser.go_link(_LINKS[str(event.table.id)](event.row))
