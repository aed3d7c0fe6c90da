"""Results of models: searched as one types, sorted by any column, of any number."""

from collections.abc import Sequence
from typing import Any, ClassVar

import duckdb
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static
from textual.worker import get_current_worker

from benchmart.errors import BenchmartError
from tui.contents.results import COLUMNS, Asked, Results
from tui.screens.page import Page, explained
from tui.warehouse import OpenWarehouse
from tui.widgets.lazy_table import LazyTable, ReadPage

_SETTLED_SECONDS = 0.06
"""After the last key, before the warehouse is asked: a word is typed faster."""


class ResultsPage(Page):
    """The table of results."""

    TITLE_OF_PAGE = "results"
    CSS_PATH = "../styles/results.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "Search", key_display="/"),
        Binding("s", "sort(1)", "Sort by next"),
        Binding("S", "sort(-1)", "By previous", show=False),
        Binding("d", "turn", "Turn order"),
        Binding("escape", "rows", "Rows", show=False),
    ]

    def __init__(self, asked: Asked | None = None) -> None:
        """Results that fit, if any are asked for."""
        super().__init__()
        self.asked = asked or Asked()

    def body(self) -> ComposeResult:
        """A line to search in, what was found, and the rows."""
        yield Input(self.asked.search, placeholder="words: convnext fp16 a100", id="search", compact=True)
        yield Static(id="found", markup=False)
        yield LazyTable(id="rows")

    def show_state(self, warehouse: OpenWarehouse | None) -> None:
        """Show this state, with the keys on the rows."""
        super().show_state(warehouse)
        self.query_one("#rows", LazyTable).focus()

    def load(self) -> None:
        """Count and read the first page; others are read as they are looked at."""
        self._find(self.asked)

    @work(thread=True, exclusive=True, group="find")
    def _find(self, asked: Asked) -> None:
        warehouse, worker = self.warehouse, get_current_worker()
        if warehouse is None:
            return
        try:
            with warehouse.cursor() as cursor:
                found = Results(cursor, asked)
                first = found.page(0)
                if worker.is_cancelled:
                    return
                self.app.call_from_thread(self._show_rows, asked, len(first), first, counted=False)
                count = found.count()
        except (BenchmartError, duckdb.Error) as error:
            self.app.call_from_thread(self.say, explained(error))
            return
        if not worker.is_cancelled:
            self.app.call_from_thread(self._show_rows, asked, count, first, counted=True)

    def _show_rows(self, asked: Asked, count: int, first: Sequence[Sequence[Any]], *, counted: bool) -> None:
        arrow = "down" if asked.descending else "up"
        number = f"{count:,}" if counted else "..."
        self.query_one("#found", Static).update(f"{number} results by {asked.sort}, {arrow}")
        self.say("")
        table = self.query_one("#rows", LazyTable)
        at = table.cursor if counted else 0
        table.show(tuple(COLUMNS), count, self._page_of(asked), first)
        table.cursor = at

    def _page_of(self, asked: Asked) -> ReadPage:
        def read(first: int, count: int) -> Sequence[Sequence[Any]]:
            if self.warehouse is None:
                return []
            with self.warehouse.cursor() as cursor:
                return Results(cursor, asked).page(first, count)

        return read

    @on(Input.Changed, "#search")
    def _typed(self, event: Input.Changed) -> None:
        self.asked = Asked(event.value, self.asked.sort, self.asked.descending)
        self.set_timer(_SETTLED_SECONDS, lambda: self._settled(event.value))

    def _settled(self, typed: str) -> None:
        if typed == self.asked.search:
            self._find(self.asked)

    @on(Input.Submitted, "#search")
    def action_rows(self) -> None:
        """From the words to the rows."""
        self.query_one("#rows", LazyTable).focus()

    def action_search(self) -> None:
        """From the rows to the words."""
        self.query_one("#search", Input).focus()

    def action_sort(self, by: int) -> None:
        """By the next column, or the one before."""
        names = list(COLUMNS)
        name = names[(names.index(self.asked.sort) + by) % len(names)]
        self.asked = Asked(self.asked.search, name, self.asked.descending)
        self._find(self.asked)

    def action_turn(self) -> None:
        """The other way round."""
        self.asked = Asked(self.asked.search, self.asked.sort, not self.asked.descending)
        self._find(self.asked)
