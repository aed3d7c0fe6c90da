"""What is wrong with the data: rules and what breaks them, what was not understood, what became of files."""

from collections.abc import Mapping
from typing import Any, ClassVar

import duckdb
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from tui.contents.content import Content
from tui.contents.listing import Asked, Listing
from tui.contents.quality import about_rule, beside, level_of, listing_of
from tui.place import Place
from tui.screens.page import fill
from tui.screens.places_page import PlacesPage
from tui.widgets.lazy_table import LazyTable

_WIDEST = 120
_BELOW = ("quarantine", "sources")


class QualityPage(PlacesPage):
    """Rules above; quarantine and files below."""

    NAME = "quality"
    EXAMPLE = "words, or column=value: severity=error"
    CSS_PATH = "../styles/quality.tcss"
    HELP: ClassVar[str | None] = """
# Quality
Each rule of data quality with how many results break it; `open` are those that nobody lets stand. Below: documents that
were not understood, by reason, and files by what became of them. Tab moves between the tables.

Enter on a rule lists what breaks it, and there the event with the line it was read from; on a reason its documents; on
an outcome its files. Escape or backspace goes back.
"""
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Back", show=False)]

    def above(self) -> ComposeResult:
        """What holds where nothing is wrong."""
        yield Static(id="rule", markup=False)

    def rows(self) -> LazyTable:
        """Wide enough for the sentence that a rule is."""
        table = super().rows()
        table.widest = _WIDEST
        return table

    def below(self) -> ComposeResult:
        """Two smaller tables."""
        with Horizontal(id="beside"):
            for name in _BELOW:
                yield Vertical(
                    Static(id=f"{name}-title", classes="title", markup=False),
                    LazyTable(id=name),
                    id=f"{name}-box",
                )

    def listing(self) -> Listing:
        """Of this place."""
        return listing_of(self.place.path)

    def check_path(self, path: str) -> None:
        """Rules, one rule, quarantine or sources."""
        level_of(path)

    def set_out(self, path: str) -> None:
        """The smaller tables stand beside the rules alone."""
        self.query_one("#beside").display = not path
        self.query_one("#rule").display = path.startswith("rule/")

    def around(self, cursor: duckdb.DuckDBPyConnection, path: str) -> Content:
        """The rule, or the two smaller tables."""
        level, name = level_of(path)
        sections = [about_rule(cursor, name)] if level == "rule" else [] if level else beside(cursor)
        return Content(self.NAME, sections)

    def show_around(self, path: str, content: Content) -> None:
        """The rule in words, the others as tables."""
        del path
        for section in content.sections:
            if section.name == "rule":
                rule = dict(zip(section.columns, section.rows[0], strict=True))
                counts = f"{rule['open_count']:,} open of {rule['violation_count']:,} violations"
                self.query_one("#rule", Static).update(f"{rule['severity']}: {rule['holds']}. {counts}")
            else:
                none = "" if section.rows else f": {section.empty}"
                self.query_one(f"#{section.name}-title", Static).update(f"{section.title}{none}")
                fill(self.query_one(f"#{section.name}", LazyTable), content, section.name)

    def chosen(self, row: Mapping[str, Any]) -> None:
        """A rule: what breaks it; what breaks it, or was not understood: the event."""
        if not self.place.path:
            self.browser.go_link(f"quality/rule/{row['rule']}")
        elif "event_id" in row:
            self.browser.go_link(f"matrix/event/{row['event_id']}")
        else:
            self.action_view_row()

    @on(LazyTable.Chosen, "#quarantine")
    def _chosen_reason(self, event: LazyTable.Chosen) -> None:
        self._narrow("quarantine", "reason", event.row["reason"])

    @on(LazyTable.Chosen, "#sources")
    def _chosen_outcome(self, event: LazyTable.Chosen) -> None:
        self._narrow("sources", "outcome", event.row["outcome"])

    def _narrow(self, level: str, column: str, value: str) -> None:
        """What has this value; a term cannot have a quote in it, so that the words before one have to do."""
        words, quote, _ = value.partition('"')
        self.browser.go(Place(self.NAME, level, Asked(f'{column}{":" if quote else "="}"{words}"')))
