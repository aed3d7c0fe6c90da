"""What works where: from families down to the line of a source that a single event was read from."""

from collections.abc import Mapping
from typing import Any, ClassVar

import duckdb
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from benchmart.errors import BenchmartError
from tui.contents.content import Content
from tui.contents.event import event, rows_of_event
from tui.contents.listing import Asked, Listing
from tui.contents.matrix import NOTHING, GridListing
from tui.contents.matrix_levels import about, level_of, listing_of, told
from tui.contents.search import with_next
from tui.place import Place
from tui.screens.page import fill
from tui.screens.places_page import PlacesPage
from tui.widgets.grid import Grid
from tui.widgets.lazy_table import LazyTable

_ONLY_LISTED = ("search", "sort", "order", "turn", "group", "next_value")

_WIDEST_OF_EVENT = 400


class MatrixPage(PlacesPage):
    """A grid of families or models by devices; below it a model, a cell, and an event."""

    NAME = "matrix"
    EXAMPLE = "words, or column=value: resnet a100 mode=training status=failed"
    CSS_PATH = "../styles/matrix.tcss"
    HELP: ClassVar[str | None] = """
# Matrix
What works where. `ok` is when every measured result is, `partial` when some failed, `FAILED` when all did, with the
number of results, or of models, that are. What was only simulated, estimated or predicted is called so; a dot is where
no event speaks of it. Want of evidence is never a failure.

Enter goes down: a family, a model (the fastest first), a cell with its history and results, the event as the log has
it with the line it was read from. Escape or backspace goes back. `m` and `p` go through modes and precisions;
from an event that one came to by another way, `c` goes to its cell.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back"),
        Binding("m", "next_value('mode')", "Mode"),
        Binding("p", "next_value('precision')", "Precision"),
        Binding("c", "to_cell", "Its cell"),
    ]

    def __init__(self, place: Place | None = None) -> None:
        """At a place of it."""
        super().__init__(place)
        self._columns_left: dict[str, int] = {}
        """By path: where the cursor stood when one left it."""
        self._cell_link = ""
        """From an event to the cell that rests on it."""

    def above(self) -> ComposeResult:
        """What the place is about."""
        yield Static(id="about", markup=False)

    def rows(self) -> LazyTable:
        """A grid, which is a table on the levels below."""
        return Grid(id="rows")

    def below(self) -> ComposeResult:
        """How a cell came to be what it is."""
        yield Static("How it came to be", id="history-title", classes="title", markup=False)
        yield LazyTable(id="history")

    @property
    def level(self) -> str:
        """`family`, `model`, `cell`, `event`; empty above all families."""
        return self.place.path.partition("/")[0]

    def listing(self) -> Listing:
        """Of this level."""
        return listing_of(self.place.path)

    def visit(self, place: Place) -> None:
        """Keep the column of the place that is left."""
        self._columns_left[self.place.path] = self.query_one("#rows", Grid).column
        super().visit(place)

    def check_path(self, path: str) -> None:
        """Families, a family, a model, a cell or an event."""
        level_of(path)

    def set_out(self, path: str) -> None:
        """A history is of a cell; an event is not searched."""
        del path
        for name in ("#history", "#history-title"):
            self.query_one(name).display = self.level == "cell"
        for name in ("#search", "#found"):
            self.query_one(name).display = self.level != "event"

    def read_place(self, path: str) -> None:
        """A grid has nothing around it; the rows of an event are its fields."""
        level, rows = self.level, self.query_one("#rows", Grid)
        is_grid = isinstance(self.listing(), GridListing) and level != "event" and not self.place.asked.group
        rows.widest = _WIDEST_OF_EVENT if level == "event" else LazyTable.widest
        rows.show_by_cell(by_cell=is_grid, column=self._columns_left.get(path, 0))
        self._cell_link = ""
        if level == "event":
            self.workers.cancel_group(self, "find")
            self.query_one("#about", Static).update("Reading the log ...")
            self.read_around(path)
        elif is_grid:
            self.read_rows()
        else:
            super().read_place(path)

    def around(self, cursor: duckdb.DuckDBPyConnection, path: str) -> Content:
        """What the place is about; an event is read from the log."""
        level, name = level_of(path)
        if level == "event":
            return event(cursor, self.browser.home.events, name)
        return Content(self.NAME, about(cursor, path))

    def show_around(self, path: str, content: Content) -> None:
        """In words; a history and the fields of an event as tables."""
        self.query_one("#about", Static).update(told(content, path))
        if self.level == "cell":
            fill(self.query_one("#history", LazyTable), content, "history")
        elif self.level == "event":
            self.say("")
            self.rows_are_of(path)
            self._cell_link = next((link for (link,) in content.section("leads").rows), "")
            self.refresh_bindings()
            fill(self.query_one("#rows", LazyTable), rows_of_event(content), "fields")

    def moved(self, row: Mapping[str, Any] | None) -> None:
        """On a grid, the names of line and device, whole."""
        grid = self.query_one("#rows", Grid)
        if not grid.by_cell:
            return
        names = list(grid.columns)
        text = "" if row is None else str(row[names[0]])
        if row is not None and grid.column:
            device = names[grid.column]
            verdict = "no event speaks of it" if row[device] == NOTHING else row[device]
            text += f" on {device} (column {grid.column} of {len(names) - 1}): {verdict}"
        elif row is not None:
            text += f": {len(names) - 1} devices to the right"
        self.query_one("#about", Static).update(text)

    def chosen(self, row: Mapping[str, Any]) -> None:
        """A level down; from a column of a device, to that device only where a model is next."""
        grid = self.query_one("#rows", Grid)
        match self.level:
            case "":
                self.browser.go_link(f"matrix/family/{row['family']}")
            case "family":
                device = grid.columns[grid.column] if grid.column else ""
                search = f'device="{device}"' if device else ""
                self.browser.go(Place(self.NAME, f"model/{row['model']}", Asked(search)))
            case "model":
                self.browser.go_link(f"matrix/cell/{row['compatibility_id']}")
            case "cell":
                self.browser.go_link(f"matrix/event/{row['event_id']}")
            case _:
                self.action_view_row()

    @on(LazyTable.Chosen, "#history")
    def _chosen_change(self, event: LazyTable.Chosen) -> None:
        self.browser.go_link(f"matrix/event/{event.row['event_id']}")

    def action_to_cell(self) -> None:
        """From an event to the cell of the matrix that rests on it."""
        self.browser.go_link(self._cell_link)

    def action_next_value(self, column: str) -> None:
        """Keep one value of the column after the other, then all again."""
        self._read_values(column, self.listing(), self.place.asked)

    @work(thread=True, exclusive=True, group="values")
    def _read_values(self, column: str, listing: Listing, asked: Asked) -> None:
        warehouse = self.warehouse
        if warehouse is None:
            return
        try:
            with warehouse.cursor() as cursor:
                values = listing.values(cursor, column)
        except (BenchmartError, duckdb.Error) as error:
            self.app.call_from_thread(self.failed, error)
            return
        search = with_next(asked.search, column, values)
        self.app.call_from_thread(self._searched, search)

    def _searched(self, search: str) -> None:
        self.query_one("#search", Input).value = search

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """An event is one: nothing in it is searched, sorted or grouped."""
        if action in _ONLY_LISTED and self.level == "event":
            return False
        if action == "to_cell":
            return bool(self._cell_link)
        if action == "next_value" and self.level == "cell":
            return False
        return super().check_action(action, parameters)
