"""Results of models."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from tui.contents.listing import Listing
from tui.contents.results import RESULTS
from tui.screens.listed_page import ListedPage
from tui.screens.marking import compare_marked, mark
from tui.widgets.lazy_table import LazyTable


class ResultsPage(ListedPage):
    """The table of results."""

    NAME = "results"
    EXAMPLE = "words, or column=value: convnext fp16 batch>=32 status=ok"
    HELP: ClassVar[str | None] = """
# Results
Every result of a model: what was run where, how, how fast, and how it ended. Type `/` and words, or terms such as
`batch>=32`, `status=failed`, `hardware:a100`. Order with `s`, `o` and `d`; count values of a column with `b`. Enter
shows the event as it is in the log, and the line of its source.
`m` marks a row, `c` compares what is marked, `M` takes all marks away.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m,space", "mark", "Mark"),
        Binding("c", "compare", "Compare"),
        Binding("M", "unmark", "Take all marks away", show=False),
    ]

    def listing(self) -> Listing:
        """All results."""
        return RESULTS

    def chosen(self, row: Mapping[str, Any]) -> None:
        """The event, as it is in the log."""
        self.browser.go_link(f"matrix/event/{row['event_id']}")

    def below(self) -> ComposeResult:
        """How many are marked."""
        yield Static(id="marks", markup=False)

    def on_mount(self) -> None:
        """Rows have room for a mark in front."""
        super().on_mount()
        self.query_one("#rows", LazyTable).marked = self._is_marked
        self._tell_marks()

    def on_screen_resume(self) -> None:
        """Marks may have been made meanwhile."""
        super().on_screen_resume()
        self._tell_marks()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Results are marked, not groups of them."""
        if action == "mark" and self.place.asked.group:
            return False
        return super().check_action(action, parameters)

    def action_mark(self) -> None:
        """Mark the row, or take its mark away, and go on to the next."""
        table = self.query_one("#rows", LazyTable)
        row = table.row(table.cursor) if table.row_count and "event_id" in table.columns else None
        if row is not None:
            mark(self, self._event_id(table, row))
            table.cursor += 1
            self._tell_marks()

    def action_unmark(self) -> None:
        """Mark nothing."""
        self.browser.marks.clear()
        self._tell_marks()

    def action_compare(self) -> None:
        """What is marked, side by side."""
        compare_marked(self)

    def _event_id(self, table: LazyTable, row: Sequence[Any]) -> str:
        return str(row[list(table.columns).index("event_id")])

    def _is_marked(self, row: Sequence[Any]) -> bool:
        table = self.query_one("#rows", LazyTable)
        is_result = "event_id" in table.columns  # not while rows of a group stand there
        return is_result and self._event_id(table, row) in self.browser.marks

    def _tell_marks(self) -> None:
        marked = len(self.browser.marks)
        line = self.query_one("#marks", Static)
        line.display = bool(marked)
        line.update(f"{marked} marked: c compares, M takes all marks away")
        self.query_one("#rows", LazyTable).refresh()
