"""What all screens have: the line of where one is, the keys, and a state of the warehouse to show."""

from typing import ClassVar

import duckdb
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Footer, Static
from textual.worker import get_current_worker

from benchmart.errors import BenchmartError
from tui.contents.content import Content
from tui.warehouse import OpenWarehouse
from tui.widgets.lazy_table import LazyTable


class Page(Screen[None]):
    """A screen of the browser; its content is read in a thread, so that keys are never kept waiting."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("r", "reload", "Reload")]
    TITLE_OF_PAGE: ClassVar[str] = ""

    warehouse: OpenWarehouse | None = None

    def compose(self) -> ComposeResult:
        """A heading, the body, and the keys."""
        yield Static(id="place", markup=False)
        yield from self.body()
        yield Static(id="message", markup=False)
        yield Footer()

    def body(self) -> ComposeResult:
        """The widgets between heading and keys."""
        yield from ()

    def on_mount(self) -> None:
        """Show where one is, and read."""
        self.say("")
        self.query_one("#place", Static).update(f"benchmart  {self.TITLE_OF_PAGE}")

    def show_state(self, warehouse: OpenWarehouse | None) -> None:
        """Show this state of the warehouse."""
        self.warehouse = warehouse
        if warehouse is None:
            self.say(str(getattr(self.app, "missing", "") or "No warehouse"))
        else:
            self.load()

    def action_reload(self) -> None:
        """Switch to the newest state."""
        self.app.call_later(self.app.run_action, "newest")

    def say(self, text: str) -> None:
        """A text at the bottom; an empty one takes it away."""
        line = self.query_one("#message", Static)
        line.update(text)
        line.display = bool(text)

    def load(self) -> None:
        """Read what is shown, in a thread."""
        raise NotImplementedError


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
            self.app.call_from_thread(self.say, explained(error))
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
