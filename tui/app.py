"""The browser: screens, and the state of the warehouse they show."""

import json
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from textual import work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.css.query import NoMatches
from textual.dom import DOMNode
from textual.events import Event, InputEvent, Resize
from textual.screen import Screen
from textual.theme import ThemeProvider

from benchmart.config import Home
from benchmart.errors import WarehouseMissing
from tui.child import end_all, run_benchmart
from tui.commands import possible_now
from tui.memory import Tidying, keep_in_one_arena, put_off, set_apart, take_back
from tui.pages import PAGES, page_class
from tui.place import Place, from_link
from tui.screens.as_of import AsOfDialog
from tui.screens.late_events import Backdrop, staying
from tui.screens.page import Page
from tui.screens.palette import Palette
from tui.state import State, read_state, write_state
from tui.themes import ANSI_DARK, ANSI_LIGHT, DARK, LIGHT
from tui.trail import Trail
from tui.warehouse import OpenWarehouse

_LOOK_SECONDS = 2.0
_MADE_SECONDS = 0.5
"""For a new screen to stand with its first rows."""
_LEAST_DIALOG_LINES = 10


def _names() -> type[Provider]:
    """Names in the command palette, loaded when it is first opened."""
    from tui.find import FindProvider

    return FindProvider


def _place_of(page: Page) -> Place:
    """Where one is in it; where it was to begin, while it is not made yet."""
    try:
        return page.here()
    except NoMatches:
        return page.place


class Browser(App[None]):
    """A warehouse, screen by screen."""

    TITLE = "benchmart"
    CSS_PATH = "styles/app.tcss"
    ENABLE_COMMAND_PALETTE = True
    COMMANDS = App.COMMANDS | {_names}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True),
        Binding("q", "quit", "Quit"),
        Binding("n", "newest", "Newest state", show=False),
        Binding("backspace,alt+left", "go_back", "Back", show=False),
        Binding("alt+right", "go_forward", "Forward", show=False),
        Binding("question_mark,f1", "toggle_help", "Help", key_display="?"),
        Binding("ctrl+o", "jump", "Jump to a part of the screen", show=False),
        Binding("at", "as_of", "As of a moment...", show=False, key_display="@"),
        Binding("ctrl+t", "toggle_light", "Light or dark", show=False),
        *(
            Binding(str(number % 10), f"page('{name}')", name.capitalize(), show=False)
            for number, name in enumerate(PAGES, 1)
        ),
    ]

    def __init__(
        self, home: Home, place: Place | None = None, *, past: tuple[Home, str] | None = None
    ) -> None:
        """Look at the warehouse of this home, beginning at a place; else where one was last.

        `past` is the home of a moment, with the moment, where that is looked at first.
        """
        super().__init__()
        self.home = home
        self.missing = ""
        self._opened, self.as_of = past or (home, "")
        # The moment that is looked at; empty for now.
        self.marks: list[str] = []
        """Results to compare, by their event ids, in the order of their marks."""
        self._kept = read_state(home.root)
        self._first = place
        self._trail = Trail()
        self._warehouse: OpenWarehouse | None = None
        self._pages: dict[str, Page] = {}
        self._tidying = Tidying()

    @property
    def page_names(self) -> tuple[str, ...]:
        """Of all screens, in the order of their keys."""
        return tuple(PAGES)

    def get_default_screen(self) -> Screen[None]:
        """What is below all pages."""
        return Backdrop(id="_default")

    def on_load(self) -> None:
        """The first screen comes first."""
        keep_in_one_arena()
        put_off()

    def on_mount(self) -> None:
        """Open what is there, and begin to look for newer states."""
        self.ansi_theme_dark, self.ansi_theme_light = ANSI_DARK, ANSI_LIGHT
        for theme in (DARK, LIGHT):
            self.register_theme(theme)
        self.theme = self._kept.theme if self._kept.theme in self.available_themes else DARK.name
        self._open(self._opened)
        last = self._kept.screen if self._kept.screen in PAGES else next(iter(PAGES))
        self.go(self._first or self._kept.places.get(last, Place(last)))
        self.set_interval(_LOOK_SECONDS, self._look)

    async def on_event(self, event: Event) -> None:
        """Keys and the mouse are noted: what takes a while waits until there are none."""
        if isinstance(event, InputEvent):
            self._tidying.used()
        await super().on_event(event)

    def on_resize(self, event: Resize) -> None:
        """A list of commands has no room in a few lines, and fails there when its keys are pressed."""
        if event.size.height < _LEAST_DIALOG_LINES:
            while self.screen.is_modal:
                self.pop_screen()

    def action_command_palette(self) -> None:
        """The list of commands, where there is room for it."""
        self._show_palette(Palette(id="--command-palette"))

    def search_themes(self) -> None:
        """The list of themes, likewise."""
        self._show_palette(Palette([ThemeProvider], placeholder="Search for themes..."))

    def _show_palette(self, palette: Palette) -> None:
        if self.size.height >= _LEAST_DIALOG_LINES and not self.screen.is_modal:
            self.push_screen(palette)

    def update_styles(self, node: DOMNode, animate: bool = True) -> None:  # noqa: FBT001, FBT002 -- textual's own
        """Colours of a part and of what is in it."""
        if isinstance(node, App):
            super().update_styles(node, animate)
        else:
            self.stylesheet.update_nodes(staying(node), animate=animate)

    def on_unmount(self) -> None:
        """Let go of the warehouse, which others in this process may want to open, and of commands that run."""
        end_all()
        take_back()
        if self._warehouse is not None:
            self._warehouse.close()

    async def action_quit(self) -> None:
        """End, and keep where one was."""
        page = self._page()
        places = self._kept.places | {name: _place_of(each) for name, each in self._pages.items()}
        write_state(self.home.root, State(self.theme, page.NAME if page else "", places))
        self.exit()

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """What is possible now, for the command palette."""
        yield from super().get_system_commands(screen)
        yield from possible_now(screen)
        for name, page in PAGES.items():
            yield SystemCommand(f"Go to {name}", page.about, partial(self.action_page, name))

    def action_page(self, name: str) -> None:
        """Show a screen, at the place where one left it."""
        page = self._pages.get(name)
        self.go(_place_of(page) if page else self._kept.places.get(name, Place(name)))

    def go_link(self, link: str) -> None:
        """Go to a place that is named by its link."""
        self.go(from_link(link))

    def go(self, place: Place) -> None:
        """Go to a place; `back` returns to the one before."""
        page = self._page()
        self._trail.go(_place_of(page) if page else None, place)
        self._visit(place)

    def action_go_back(self) -> None:
        """To the place before."""
        self._along(self._trail.back)

    def action_go_forward(self) -> None:
        """To the place that was left by going back."""
        self._along(self._trail.forward)

    def _along(self, step: Any) -> None:
        page = self._page()
        place = step(_place_of(page)) if page else None
        if place is not None:
            self._visit(place)

    def _page(self) -> Page | None:
        """The one that is shown, also below a dialog."""
        return next((each for each in reversed(self.screen_stack) if isinstance(each, Page)), None)

    def _visit(self, place: Place) -> None:
        """Show a place; each screen is made when it is first shown."""
        if place.screen not in PAGES:
            self.notify(f"There is no screen {place.screen}", severity="error")
            return
        while self.screen.is_modal:
            self.pop_screen()  # else the page below would stay there for good
        is_new = place.screen not in self._pages
        if is_new:
            page = self._pages[place.screen] = page_class(place.screen)(place)
            self.install_screen(page, place.screen)  # else it would be taken down when another is shown
        if len(self.screen_stack) == 1:
            self.push_screen(place.screen)
        else:
            self.switch_screen(place.screen)
        page = self._pages[place.screen]
        if is_new:
            self.call_after_refresh(lambda: page.show_state(self._warehouse))
            self.set_timer(_MADE_SECONDS, set_apart)
        else:
            page.visit(place)

    def action_newest(self) -> None:
        """Switch all screens to what is served now; each keeps its place."""
        self.look_at(self.home, "")

    def look_at(self, home: Home, as_of: str) -> None:
        """Switch all screens to the state of a home, which is the one of a moment or the served one."""
        if self._warehouse is not None:
            self._warehouse.close()
        self.as_of = as_of
        self._open(home)
        for page in self._pages.values():
            if page.is_mounted:  # else it is about to show this state first
                page.show_state(self._warehouse)
                page.head()

    def action_as_of(self) -> None:
        """Show everything as it stood at a moment."""
        self.push_screen(AsOfDialog(self.as_of), self._go_to_moment)

    def _go_to_moment(self, moment: str | None) -> None:
        if moment is None:
            return
        if not moment:
            self.action_newest()
        else:
            self._say(f"Building the state of {moment}...")
            self._build_moment(moment)

    @work(thread=True, exclusive=True, group="as of")
    def _build_moment(self, moment: str) -> None:
        """In a process of its own: builds take memory, and print."""
        outcome = run_benchmart(["build", "--as-of", moment, "--json", "--home", str(self.home.root)])
        if outcome.exit_code:
            self.call_from_thread(self._say, outcome.told)
        else:
            warehouse = Path(json.loads(outcome.output)["warehouse"])
            self.call_from_thread(self.look_at, Home(warehouse.parent), moment)

    def notify(self, message: str, **options: Any) -> None:
        """As it is: names of files and errors may have brackets in them, which are no markup."""
        super().notify(message, **options | {"markup": False})

    def _say(self, text: str) -> None:
        page = self._page()
        if page is not None:
            page.say(text)

    def _open(self, home: Home) -> None:
        try:
            self._warehouse, self.missing = OpenWarehouse(home), ""
        except WarehouseMissing as error:
            self._warehouse, self.missing = None, f"error: {error}"

    def _look(self) -> None:
        """Say that a newer state is there; whoever reads is not disturbed. Tidy up where there is time."""
        if self._warehouse is not None and not self.as_of and self._warehouse.is_outdated():
            self._say("A newer state was built: n shows it")
        if self._tidying.is_due():
            self._tidying.tidy()

    @property
    def warehouse(self) -> OpenWarehouse | None:
        """The state that is looked at; None where there is none."""
        return self._warehouse

    def action_toggle_light(self) -> None:
        """Light colours, or dark ones."""
        self.theme = DARK.name if self.theme == LIGHT.name else LIGHT.name

    def action_toggle_help(self) -> None:
        """What the part of the screen with the keys is for, and all keys."""
        if self.screen.query("HelpPanel"):
            self.action_hide_help_panel()
        else:
            self.action_show_help_panel()

    def action_jump(self) -> None:
        """Letters on all parts of the screen that take keys; one of them goes there."""
        from tui.screens.jump import Jump

        if isinstance(self.screen, Page):
            self.push_screen(Jump(self.screen))
