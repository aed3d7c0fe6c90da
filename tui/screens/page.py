"""What all screens have: the line of where one is, the keys, and a state of the warehouse to show."""

from typing import TYPE_CHECKING, ClassVar, cast

import duckdb
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.screen import Screen
from textual.widgets import Static
from textual.worker import get_current_worker

from benchmart.errors import BenchmartError
from tui.contents.content import Content
from tui.place import Place
from tui.screens.export import ExportDialog
from tui.screens.late_events import leave_past_sizes
from tui.screens.record import RecordView
from tui.warehouse import OpenWarehouse, Superseded
from tui.widgets.footer import KeysFooter
from tui.widgets.lazy_table import LazyTable
from tui.widgets.page_tabs import PageTabs
from tui.widgets.series_view import SeriesView

if TYPE_CHECKING:
    from tui.app import Browser


class Page(Screen[None]):
    """A screen of the browser; its content is read in a thread, so that keys are never kept waiting."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "view_row", "View row", show=False),
        Binding("y", "copy_row", "Copy row", show=False),
        Binding("Y", "copy_link", "Copy link to this place", show=False),
        Binding("e", "export", "Export"),
        Binding("r", "reload", "Newest state", show=False),
    ]
    NAME: ClassVar[str] = ""
    """As links, keys and `benchmart show` call it."""
    HELP: ClassVar[str | None] = None
    """What the screen is for, as Markdown."""

    warehouse: OpenWarehouse | None = None
    place: Place
    """Where one is in it; screens with more than one thing to show keep it up to date."""

    def __init__(self, place: Place | None = None) -> None:
        """At a place of it, or at its beginning."""
        super().__init__()
        self.place = place or Place(self.NAME)

    @property
    def browser(self) -> "Browser":
        """The application."""
        return cast("Browser", self.app)

    def compose(self) -> ComposeResult:
        """A heading, the body, and the keys."""
        yield PageTabs(self.browser.page_names, self.NAME)
        yield Static(id="place", markup=False)
        yield from self.body()
        yield Static(id="message", markup=False)
        yield KeysFooter()

    def body(self) -> ComposeResult:
        """The widgets between heading and keys."""
        yield from ()

    def on_resize(self, event: Resize) -> None:
        """Only the size that the terminal has."""
        leave_past_sizes(self, event)

    def on_mount(self) -> None:
        """Show where one is."""
        for table in self.query(LazyTable):
            table.explain(self.HELP or "")
        self.say("")
        self.head()

    def on_screen_resume(self) -> None:
        """The moment that is looked at may have changed meanwhile."""
        self.head()

    def head(self, *where: str) -> None:
        """Say what of the screen is shown, and the moment if it is not now."""
        moment = f"as of {self.browser.as_of}" if self.browser.as_of else ""
        text = "   ".join(filter(None, (*where, moment)))
        line = self.query_one("#place", Static)
        line.update(text)
        line.display = bool(text)

    def failed(self, error: BenchmartError | duckdb.Error) -> None:
        """Say what could not be read; that another state is shown by now is no failure."""
        if not isinstance(error, Superseded):
            self.say(explained(error))

    @on(LazyTable.Failed)
    @on(SeriesView.Failed)
    def _failed(self, event: LazyTable.Failed | SeriesView.Failed) -> None:
        self.failed(event.error)

    @on(PageTabs.Picked)
    def _picked(self, event: PageTabs.Picked) -> None:
        self.browser.action_page(event.name)

    def show_state(self, warehouse: OpenWarehouse | None) -> None:
        """Show this state of the warehouse."""
        self.warehouse = warehouse
        if warehouse is None:
            self.say(self.browser.missing or "No warehouse")
        else:
            self.load()

    def visit(self, place: Place) -> None:
        """Go to a place of this screen; what is shown already is not read again."""
        if place != self.place:
            self.place = place
            if self.warehouse is not None:
                self.load()

    def here(self) -> Place:
        """The place to come back to."""
        return self.place

    def action_reload(self) -> None:
        """Switch to the newest state."""
        self.app.call_later(self.app.run_action, "newest")

    def say(self, text: str) -> None:
        """A text at the bottom; an empty one takes it away."""
        line = self.query_one("#message", Static)
        if not text and not line.display:
            return
        line.update(text)
        line.display = bool(text)

    def load(self) -> None:
        """Read what is shown, in a thread."""
        raise NotImplementedError

    def table(self) -> LazyTable | None:
        """The table that row keys and export speak of: the one with the keys, else the first."""
        if isinstance(self.focused, LazyTable):
            return self.focused
        tables = [each for each in self.query(LazyTable) if each.display]
        return tables[0] if tables else None

    def picture(self) -> str | None:
        """The chart that is shown, as SVG; None on a screen without."""
        return None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 -- textual's
        """Row keys only where there are rows."""
        if action in ("view_row", "copy_row"):
            table = self.table() if self.is_mounted else None
            return bool(table is not None and table.row_count)
        return True

    def action_view_row(self) -> None:
        """All of the row, one column below the other: long cells are whole there."""
        table = self.table()
        row = table.row(table.cursor) if table is not None and table.row_count else None
        if table is not None and row is not None:
            self.app.push_screen(RecordView(table.columns, row))

    def action_copy_row(self) -> None:
        """Its cells, with tabs between them, into the clipboard of the terminal."""
        table = self.table()
        row = table.row(table.cursor) if table is not None and table.row_count else None
        if row is not None:
            self.app.copy_to_clipboard("\t".join("" if value is None else str(value) for value in row))
            self.notify("Row copied")

    def action_copy_link(self) -> None:
        """The command that comes back here."""
        import shlex

        here = self.here()
        search = f" --filter {shlex.quote(here.asked.search)}" if here.asked.search else ""
        self.app.copy_to_clipboard(f"benchmart tui {shlex.quote(here.link)}{search}")
        self.notify("Command copied")

    def action_export(self) -> None:
        """Write the table, or the chart, into a file."""
        self.app.push_screen(ExportDialog(self.NAME, self.table(), self.picture()))


class ContentPage(Page):
    """A screen that is read whole."""

    def read(self, warehouse: OpenWarehouse) -> Content:
        """What the screen shows, asked for in a thread."""
        raise NotImplementedError

    def shown(self, content: Content) -> None:
        """Put it into the widgets."""
        raise NotImplementedError

    def load(self) -> None:
        """Read, then show; an error is said, and the screen stays as it was."""
        self._read_whole()

    @work(thread=True, exclusive=True, group="content")
    def _read_whole(self) -> None:
        warehouse, worker = self.warehouse, get_current_worker()
        if warehouse is None:
            return
        try:
            content = self.read(warehouse)
        except (BenchmartError, duckdb.Error) as error:
            if not worker.is_cancelled:
                self.app.call_from_thread(self.failed, error)
            return
        if not worker.is_cancelled:
            self.app.call_from_thread(self._show, content)

    def _show(self, content: Content) -> None:
        self.say("")
        self.shown(content)


def explained(error: BenchmartError | duckdb.Error) -> str:
    """What went wrong; a warehouse that another version built lacks tables or columns."""
    if isinstance(error, duckdb.CatalogException | duckdb.BinderException):
        return f"error: the warehouse was built by another version. Run `benchmart build` ({error})"
    return f"error: {error}"


def fill(table: LazyTable, content: Content, name: str) -> None:
    """Show a section whose rows are all there."""
    section = content.section(name)
    rows = section.rows
    table.show(section.columns, len(rows), lambda first, count: rows[first : first + count], rows[:100])
