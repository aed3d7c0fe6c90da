"""The browser: screens, and the state of the warehouse they show."""

from collections.abc import Iterable
from functools import partial
from typing import Any, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from benchmart.config import Home
from benchmart.errors import WarehouseMissing
from tui.screens.changes import ChangesPage
from tui.screens.overview import OverviewPage
from tui.screens.page import Page
from tui.screens.results import ResultsPage
from tui.screens.sql import SqlPage
from tui.warehouse import OpenWarehouse

PAGES: dict[str, type[Page]] = {
    "overview": OverviewPage,
    "results": ResultsPage,
    "changes": ChangesPage,
    "sql": SqlPage,
}
_LOOK_SECONDS = 2.0


class Browser(App[None]):
    """A warehouse, screen by screen."""

    TITLE = "benchmart"
    CSS_PATH = "styles/app.tcss"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,ctrl+q", "quit", "Quit", key_display="q"),
        Binding("n", "newest", "Newest state", show=False),
        *(Binding(str(number), f"page('{name}')", name.capitalize()) for number, name in enumerate(PAGES, 1)),
    ]

    def __init__(self, home: Home, page: str = "overview") -> None:
        """Look at the warehouse of this home, beginning with a screen."""
        super().__init__()
        self.home = home
        self.missing = ""
        self._first = page
        self._warehouse: OpenWarehouse | None = None
        self._pages: dict[str, Page] = {}

    def on_mount(self) -> None:
        """Open what is there, and begin to look for newer states."""
        self._open()
        self.action_page(self._first)
        self.set_interval(_LOOK_SECONDS, self._look)

    def on_unmount(self) -> None:
        """Let go of the warehouse, which others in this process may want to open."""
        if self._warehouse is not None:
            self._warehouse.close()

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """What is possible now, for the command palette."""
        yield from super().get_system_commands(screen)
        for name in PAGES:
            yield SystemCommand(f"Go to {name}", f"The screen {name}", partial(self.action_page, name))
        if self._warehouse is None or self._warehouse.is_outdated():
            yield SystemCommand("Newest state", "Show what was built last", self.action_newest)

    def action_page(self, name: str) -> None:
        """Show a screen; each keeps its place."""
        is_new = name not in self._pages
        if is_new:
            page = self._pages[name] = PAGES[name]()
            self.install_screen(page, name)  # else it would be taken down when another is shown
        if len(self.screen_stack) == 1:
            self.push_screen(name)
        else:
            self.switch_screen(name)
        if is_new:
            self.call_after_refresh(self._pages[name].show_state, self._warehouse)

    def action_newest(self) -> None:
        """Switch all screens to what is served now; each keeps its place."""
        if self._warehouse is not None:
            self._warehouse.close()
        self._open()
        for page in self._pages.values():
            page.show_state(self._warehouse)

    def _open(self) -> None:
        try:
            self._warehouse, self.missing = OpenWarehouse(self.home), ""
        except WarehouseMissing as error:
            self._warehouse, self.missing = None, f"error: {error}"

    def _look(self) -> None:
        """Say that a newer state is there; whoever reads is not disturbed."""
        if isinstance(self.screen, Page) and self._warehouse is not None and self._warehouse.is_outdated():
            self.screen.say("A newer state was built: n shows it")
