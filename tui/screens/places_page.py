"""Listings whose path says what is listed, with what else there is of it read beside the rows."""

import duckdb
from textual import work
from textual.widgets import Input
from textual.worker import get_current_worker

from benchmart.errors import BenchmartError, UsageError
from tui.contents.content import Content
from tui.screens.listed_page import ListedPage


class PlacesPage(ListedPage):
    """The rows of a place, and what stands around them; a path that is no place is said."""

    def check_path(self, path: str) -> None:
        """Raises UsageError for a path that is no place of the screen."""
        raise NotImplementedError

    def around(self, cursor: duckdb.DuckDBPyConnection, path: str) -> Content:
        """What stands around the rows, asked for in a thread."""
        raise NotImplementedError

    def show_around(self, path: str, content: Content) -> None:
        """Put it into the widgets."""
        raise NotImplementedError

    def set_out(self, path: str) -> None:
        """Show the widgets that the place has, before anything is read."""

    def read_place(self, path: str) -> None:
        """Read the rows, and what stands around them."""
        self.read_rows()
        self.read_around(path)

    def read_rows(self) -> None:
        """Read the rows alone."""
        super().load()

    def load(self) -> None:
        """Both, where the path is a place."""
        path = self.place.path
        self.head(*path.split("/", 1))
        self.set_out(path)
        self.trouble = ""
        try:
            self.check_path(path)
        except UsageError as error:
            self.failed(error)
            return
        self.read_place(path)

    @work(thread=True, exclusive=True, group="around")
    def read_around(self, path: str) -> None:
        """Read it, then show it, if one is still there."""
        warehouse, worker = self.warehouse, get_current_worker()
        if warehouse is None:
            return
        try:
            with warehouse.cursor() as cursor:
                content = self.around(cursor, path)
        except (BenchmartError, duckdb.Error) as error:
            if not worker.is_cancelled:
                self.app.call_from_thread(self.failed, error)
            return
        if not worker.is_cancelled:
            self.app.call_from_thread(self._show_if_there, path, content)

    def _show_if_there(self, path: str, content: Content) -> None:
        if path == self.place.path:
            self.show_around(path, content)

    def action_leave(self) -> None:
        """From the words to the rows; from the rows to where one came from."""
        if isinstance(self.focused, Input):
            self.action_rows()
        else:
            self.browser.action_go_back()
