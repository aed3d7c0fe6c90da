"""Listings with a place for one of their rows: its path on the same screen."""

from typing import ClassVar

import duckdb
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.worker import get_current_worker

from benchmart.errors import BenchmartError
from tui.place import Place
from tui.screens.listed_page import ListedPage
from tui.warehouse import OpenWarehouse

_OF_A_LISTING = frozenset({"search", "sort", "order", "turn", "group"})
_LISTED = ("#search", "#found", "#rows")


class OpenedPage(ListedPage):
    """The listing, or what was opened, in its place; escape goes back to the listing."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "rows", "Back to the list", show=False)]
    OPENED: ClassVar[str] = ""
    """The selector of what shows a row that was opened."""

    _listed: Place | None = None
    """Where one was in the listing."""
    _shows_opened: bool | None = None

    @property
    def is_open(self) -> bool:
        """Whether the path names something that is opened."""
        return bool(self.place.path)

    def opened(self) -> ComposeResult:
        """Widgets of what is opened."""
        yield from ()

    def read(self, warehouse: OpenWarehouse, path: str) -> object:
        """What the path names, asked for in a thread."""
        raise NotImplementedError

    def shown(self, read: object) -> None:
        """Put it into the widgets."""
        raise NotImplementedError

    def focused_first(self) -> Widget:
        """What has the keys once something is opened."""
        return self.query_one(self.OPENED)

    def below(self) -> ComposeResult:
        """Hidden while the listing is shown."""
        yield from self.opened()

    def on_mount(self) -> None:
        """Show one of the two."""
        super().on_mount()
        self._switch()

    def visit(self, place: Place) -> None:
        """To another path, or back to the listing."""
        if not self.is_open and place.path != self.place.path:
            self._listed = self.here()
        super().visit(place)

    def load(self) -> None:
        """The listing, or what the path names."""
        self._switch()
        if self.is_open:
            self._read_opened(self.place.path)
        else:
            super().load()

    def action_rows(self) -> None:
        """From what was opened to the listing; from the words to the rows."""
        if self.is_open:
            self.browser.go(self._listed or Place(self.NAME))
        else:
            super().action_rows()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys of the listing only where it is shown."""
        if self.is_mounted and self.is_open and action in _OF_A_LISTING:
            return False
        return super().check_action(action, parameters)

    def _switch(self) -> None:
        """Keys stay where they are, such as in the words, while nothing changes."""
        self.head()
        if self._shows_opened == self.is_open:
            return
        self._shows_opened = self.is_open
        for selector in _LISTED:
            self.query_one(selector).display = not self.is_open
        self.query_one(self.OPENED).display = self.is_open
        (self.focused_first() if self.is_open else self.query_one("#rows")).focus()
        self.refresh_bindings()

    @work(thread=True, exclusive=True, group="opened")
    def _read_opened(self, path: str) -> None:
        warehouse, worker = self.warehouse, get_current_worker()
        if warehouse is None:
            return
        try:
            read = self.read(warehouse, path)
        except (BenchmartError, duckdb.Error) as error:
            if not worker.is_cancelled:
                self.app.call_from_thread(self.failed, error)
            return
        if not worker.is_cancelled:
            self.app.call_from_thread(self._show_opened, path, read)

    def _show_opened(self, path: str, read: object) -> None:
        if path == self.place.path:
            self.say("")
            self.shown(read)
