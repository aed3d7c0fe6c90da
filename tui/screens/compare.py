"""Results side by side."""

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Static

from tui.contents.compare import compare
from tui.contents.comparisons import COMPARISONS
from tui.contents.content import Content
from tui.contents.listing import Listing
from tui.screens.marking import compare_marked
from tui.screens.opened_page import OpenedPage
from tui.screens.page import fill
from tui.warehouse import OpenWarehouse
from tui.widgets.lazy_table import LazyTable

_VERDICTS = {
    "yes": "= A and {} are comparable",
    "but for one": "~ A and {} are comparable but for one thing",
    "no": "! A and {} are not comparable",
}


class ComparePage(OpenedPage):
    """What was marked, a column each; without marks, pairs that are ready to be compared."""

    NAME = "compare"
    EXAMPLE = "words: fp16 a100 throughput, kind=compiler, times>2"
    CSS_PATH = "../styles/compare.tcss"
    OPENED = "#comparison"
    HELP: ClassVar[str | None] = """
# Compare
In results `m` marks a row, `c` compares all that are marked, in the order of their marks. Each metric has a bar a
result, with the interval of its repeated measurements where there are six or more; each attribute a line, those that
differ first. Without marks: pairs that differ in nothing but precision, compiler or version; enter compares one.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "compare", "Compare marked", show=False),
        Binding("tab", "app.focus_next", "Metrics or attributes", show=False),
    ]

    _ids: Mapping[str, str]
    """Of the results that are shown, by the letters of their columns: the place may be another by now."""

    def listing(self) -> Listing:
        """Pairs that are ready."""
        return COMPARISONS

    def above(self) -> ComposeResult:
        """How results come here."""
        yield Static(id="marking", markup=False)

    def opened(self) -> ComposeResult:
        """Whether they can be compared; metrics; attributes."""
        with Vertical(id="comparison"):
            yield Static(id="comparable", markup=False)
            yield LazyTable(id="metrics")
            yield LazyTable(id="attributes")

    def focused_first(self) -> Widget:
        """The metrics."""
        return self.query_one("#metrics")

    def chosen(self, row: Mapping[str, Any]) -> None:
        """The pair, side by side: the one it is held against comes first."""
        if row["event_id"] is None or row["against_event_id"] is None:
            self.action_view_row()
        else:
            self.browser.go_link(f"compare/{row['against_event_id']},{row['event_id']}")

    def load(self) -> None:
        """With what is marked by now."""
        marked = len(self.browser.marks)
        line = self.query_one("#marking", Static)
        line.display = not self.is_open
        line.update(
            f"{marked} marked: c compares {'them' if marked > 1 else 'it'}"
            if marked
            else "Nothing is marked: in results, m marks a row and c compares. Or open one of these pairs:"
        )
        super().load()

    def on_screen_resume(self) -> None:
        """Marks may have been made meanwhile."""
        super().on_screen_resume()
        if self.warehouse is not None and not self.is_open:
            self.load()

    def read(self, warehouse: OpenWarehouse, path: str) -> Content:
        """All sections."""
        with warehouse.cursor() as cursor:
            return compare(cursor, path, self.place.asked)

    def shown(self, read: object) -> None:
        """The verdict in words, the rest in tables."""
        content = cast("Content", read)
        attributes = content.section("attributes")
        _, _, *letters = attributes.columns
        ids = next(row[2:] for row in attributes.rows if row[0] == "event_id")
        self._ids = dict(zip(letters, map(str, ids), strict=True))
        section = content.section("comparable")
        lines = [f"{_VERDICTS[word].format(letter)}: {because}" for letter, word, because in section.rows]
        self.query_one("#comparable", Static).update("\n".join(lines) or section.empty)
        for name in ("metrics", "attributes"):
            fill(self.query_one(f"#{name}", LazyTable), content, name)
        # As high as its rows, with its heading and the line to scroll by; the attributes have the rest.
        self.query_one("#metrics").styles.height = len(content.section("metrics").rows) + 2

    @on(LazyTable.Chosen, "#metrics")
    def _open_result(self, event: LazyTable.Chosen) -> None:
        self.browser.go_link(f"matrix/event/{self._ids[event.values[1]]}")

    @on(LazyTable.Chosen, "#attributes")
    def _view_attribute(self) -> None:
        self.action_view_row()

    def action_compare(self) -> None:
        """What is marked."""
        compare_marked(self)
