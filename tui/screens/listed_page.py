"""Screens that are a listing: searched as one types, sorted by any column, grouped, of any number of rows."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, ClassVar

import duckdb
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static
from textual.worker import get_current_worker

from benchmart.errors import BenchmartError
from tui.contents.listing import PAGE, Asked, Listed, Listing, narrowed, number_of_rows, rows_from
from tui.place import Place
from tui.screens.choice import Choice
from tui.screens.page import Page, explained
from tui.warehouse import OpenWarehouse, Superseded
from tui.widgets.lazy_table import LazyTable, ReadPage

_SETTLED_SECONDS = 0.01
"""After the last key, before the warehouse is asked: keys of a word that is pasted come faster."""


class ListedPage(Page):
    """A line to search in, what was found, and the rows."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "Search", key_display="/"),
        Binding("s", "sort(1)", "Sort"),
        Binding("S", "sort(-1)", "Sort by the column before", show=False),
        Binding("o", "order", "Order by...", show=False),
        Binding("d", "turn", "Turn order", show=False),
        Binding("b", "group", "Group"),
        Binding("escape", "rows", "Rows", show=False),
    ]
    AUTO_FOCUS: ClassVar[str | None] = "#rows"
    EXAMPLE: ClassVar[str] = ""
    """Of a search, shown while none is typed."""

    trouble: str = ""
    """What could not be read around the rows; said until another place is gone to."""
    _found: Listed | None = None
    _wanted_row = 0
    _shown_of: tuple[str, str] | None = None
    """Path and group of the rows in the table: after these changed, others are on their way."""
    _asking: duckdb.DuckDBPyConnection | None = None
    """Of the rows that are looked for."""

    def listing(self) -> Listing:
        """What is listed, at this place."""
        raise NotImplementedError

    def chosen(self, row: Mapping[str, Any]) -> None:
        """A row was opened: all of it is shown, unless a screen knows better."""
        del row
        self.action_view_row()

    def moved(self, row: Mapping[str, Any] | None) -> None:
        """The cursor stands on another row; None where there are none."""

    def above(self) -> ComposeResult:
        """Widgets above the line of the search."""
        yield from ()

    def rows(self) -> LazyTable:
        """The widget that shows the rows; its id is `rows`."""
        return LazyTable(id="rows")

    def below(self) -> ComposeResult:
        """Widgets below the rows."""
        yield from ()

    def body(self) -> ComposeResult:
        """A line to search in, what was found, and the rows."""
        yield from self.above()
        yield Input(self.place.asked.search, placeholder=self.EXAMPLE, id="search", compact=True)
        yield Static(id="found", markup=False)
        yield self.rows()
        yield from self.below()

    def show_state(self, warehouse: OpenWarehouse | None) -> None:
        """Show this state, with the keys on the rows."""
        self._wanted_row = self.here().row or self.place.row
        super().show_state(warehouse)

    def visit(self, place: Place) -> None:
        """Another search, order or row."""
        self._wanted_row = place.row
        line = self.query_one("#search", Input)
        if line.value != place.asked.search:
            with self.prevent(Input.Changed):
                line.value = place.asked.search
        if place.path != self.place.path:
            self.keys_to_rows()
        super().visit(place)

    def here(self) -> Place:
        """With the row of the cursor."""
        return replace(self.place, row=self.query_one("#rows", LazyTable).cursor)

    def load(self) -> None:
        """Count and read the first page; others are read as they are looked at."""
        before = self._asking
        self._find(self.listing(), self.place.path, self.place.asked)
        if before is not None:
            with suppress(duckdb.Error):  # it may have ended by itself
                before.interrupt()  # else what was asked between two letters is answered first

    def failed(self, error: BenchmartError | duckdb.Error) -> None:
        """Say it, also beside rows that can be read."""
        if not isinstance(error, Superseded):
            self.trouble = explained(error)
        super().failed(error)

    def rows_are_of(self, path: str, group: str = "") -> None:
        """The table has these rows now."""
        self._shown_of = path, group

    @property
    def shows_place(self) -> bool:
        """Whether rows mean what the place says, not yet what that of before did."""
        return self._shown_of == (self.place.path, self.place.asked.group)

    def keys_to_rows(self) -> None:
        """Where another table had the keys, which is of no use at the place that is gone to."""
        if isinstance(self.focused, LazyTable) and self.focused.id != "rows":
            self.query_one("#rows", LazyTable).focus()

    def ask(self, asked: Asked) -> None:
        """List other rows, or in another order."""
        self.place = replace(self.place, asked=asked, row=0)
        self._wanted_row = 0
        self.load()

    @work(thread=True, exclusive=True, group="find")
    def _find(self, listing: Listing, path: str, asked: Asked) -> None:
        warehouse, worker = self.warehouse, get_current_worker()
        if warehouse is None:
            return
        try:
            with warehouse.cursor() as cursor:
                found = listing.listed(cursor, asked)
            first = warehouse.read(rows_from, listing, asked, 0, PAGE, on_cursor=self._may_interrupt)
            if worker.is_cancelled:
                return
            is_all = len(first) < PAGE
            self.app.call_from_thread(self._show_rows, found, listing, path, first, is_all=is_all)
            if is_all:
                return
            count = warehouse.read(number_of_rows, listing, asked, on_cursor=self._may_interrupt)
        except (BenchmartError, duckdb.Error) as error:
            if not worker.is_cancelled:
                self.app.call_from_thread(self.failed, error)
            return
        if not worker.is_cancelled:
            self.app.call_from_thread(self._counted, listing, count)

    def _may_interrupt(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._asking = cursor

    def _show_rows(
        self,
        found: Listed,
        listing: Listing,
        path: str,
        first: Sequence[Sequence[Any]],
        *,
        is_all: bool,
    ) -> None:
        """What was read is shown before all is counted."""
        self._found = found
        self.rows_are_of(path, found.asked.group)
        self.say(self.trouble)
        table = self.query_one("#rows", LazyTable)
        table.show(found.columns, len(first), self._page_of(listing, found.asked), first)
        if is_all:
            self._counted(listing, len(first))
        else:
            self._tell_number(listing, None)

    def _counted(self, listing: Listing, count: int) -> None:
        self._tell_number(listing, count)
        table = self.query_one("#rows", LazyTable)
        table.counted(count)
        table.cursor, self._wanted_row = self._wanted_row or table.cursor, 0
        if not count:
            self.moved(None)

    def _tell_number(self, listing: Listing, count: int | None) -> None:
        """How many there are of what, in which order; None while they are counted."""
        found = self._found
        if found is None:
            return
        arrow = "down" if found.descending else "up"
        number = "..." if count is None else f"{count:,}"
        what = f"values of {found.asked.group}" if found.asked.group else listing.name
        none = f": {listing.empty}" if count == 0 else ""
        line = self.query_one("#found", Static)
        line.update(f"{number} {what} by {found.sort}, {arrow}{none}", layout=False)

    def _page_of(self, listing: Listing, asked: Asked) -> ReadPage:
        def read(first: int, count: int) -> Sequence[Sequence[Any]]:
            if self.warehouse is None:
                return []
            return self.warehouse.read(rows_from, listing, asked, first, count)

        return read

    @on(Input.Changed, "#search")
    def _typed(self, event: Input.Changed) -> None:
        if event.value == self.place.asked.search:
            return  # a line tells of what it begins with, too
        self.place = replace(self.place, asked=replace(self.place.asked, search=event.value), row=0)
        self.set_timer(_SETTLED_SECONDS, lambda: self._settled(event.value))

    def _settled(self, typed: str) -> None:
        if typed == self.place.asked.search:
            self.load()

    @on(LazyTable.Chosen, "#rows")
    def _chosen(self, event: LazyTable.Chosen) -> None:
        asked = self.place.asked
        if event.is_past or not self.shows_place:
            return
        if asked.group:
            self.browser.go(replace(self.place, asked=narrowed(asked, event.values[0]), row=0))
        else:
            self.chosen(event.row)

    @on(LazyTable.Moved, "#rows")
    def _moved(self, event: LazyTable.Moved) -> None:
        row = event.table.row(event.row) if event.table.row_count else None
        if row is not None and self.shows_place and not self.place.asked.group:
            self.moved(dict(zip(event.table.columns, row, strict=True)))

    @on(Input.Submitted, "#search")
    def action_rows(self) -> None:
        """From the words to the rows."""
        self.query_one("#rows", LazyTable).focus()

    def action_search(self) -> None:
        """From the rows to the words."""
        self.query_one("#search", Input).focus()

    def action_sort(self, by: int) -> None:
        """By the next column, or the one before."""
        if self._found is not None:
            names = self._found.columns
            at = names.index(self._found.sort) if self._found.sort in names else min(by, 0) - by
            name = names[(at + by) % len(names)]
            self.ask(replace(self.place.asked, sort=name, descending=None))

    def action_order(self) -> None:
        """By a column that is chosen."""
        if self._found is not None:
            self.app.push_screen(Choice("Order by", self._found.columns), self._ordered)

    def _ordered(self, column: str | None) -> None:
        if column is not None:
            self.ask(replace(self.place.asked, sort=column, descending=None))

    def action_turn(self) -> None:
        """The other way round."""
        if self._found is not None:
            self.ask(replace(self.place.asked, descending=not self._found.descending))

    def action_group(self) -> None:
        """Count the values of a column that is chosen; again for the rows one by one."""
        if self.place.asked.group:
            self.ask(replace(self.place.asked, group="", sort="", descending=None))
        else:
            self.app.push_screen(Choice("Group by", tuple(self.listing().columns)), self._grouped)

    def _grouped(self, column: str | None) -> None:
        if column is not None:
            self.ask(replace(self.place.asked, group=column, sort="", descending=None))
