"""The command palette, without what fails in textual's when keys come faster than it is laid out."""

from contextlib import suppress
from typing import Any

from textual import work
from textual.await_complete import AwaitComplete
from textual.command import CommandPalette, SearchIcon
from textual.css.query import NoMatches
from textual.css.styles import RenderStyles
from textual.events import Resize
from textual.message import Message
from textual.timer import Timer

from tui.screens.late_events import leave_past_sizes

_gather_commands = CommandPalette._gather_commands.__wrapped__  # type: ignore[attr-defined]  # noqa: SLF001
"""The search itself, which textual runs in a worker that may not fail."""


class Palette(CommandPalette):
    """Names and commands, found by their letters."""

    def on_mount(self) -> None:
        """A sign that all fonts have, and all themes can show, in place of a picture."""
        self.query_one(SearchIcon).icon = "/"

    def on_resize(self, event: Resize) -> None:
        """Only the size that the terminal has."""
        leave_past_sizes(self, event)

    def get_component_styles(self, *names: str) -> RenderStyles:
        """Names that are found before the first layout look as the rest."""
        try:
            return super().get_component_styles(*names)
        except KeyError:
            return self.styles

    async def _dispatch_message(self, message: Message) -> None:
        """What is found, typed or chosen while it is taken down changes parts that are no more."""
        with suppress(NoMatches):
            await super()._dispatch_message(message)

    @work(exclusive=True, group=CommandPalette._GATHER_COMMANDS_GROUP)  # noqa: SLF001 -- textual ends only its own group
    async def _gather_commands(self, search_value: str) -> None:
        """Likewise a search, which ends the browser where it fails."""
        with suppress(NoMatches):
            await _gather_commands(self, search_value)

    async def _watch__show_busy(self) -> None:
        """Likewise that something is looked for."""
        with suppress(NoMatches):
            await super()._watch__show_busy()

    def set_timer(self, delay: float, callback: Any = None, **options: Any) -> Timer:
        """Likewise what comes due later, such as that nothing was found: timers and watchers are no messages."""

        def due() -> Any:
            with suppress(NoMatches):
                return callback()
            return None

        return super().set_timer(delay, due if callback else None, **options)

    def dismiss(self, result: Any = None) -> AwaitComplete:
        """Closed once: keys that come faster than it closes are of no use any more."""
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def _action_command_list(self, action: str) -> None:
        """Moves in the list of what fits, unless it is not there yet, or no more.

        In textual 8.2 the list looks up the line of an option that has none before the next layout.
        """
        with suppress(KeyError, NoMatches):
            super()._action_command_list(action)

    def _action_cursor_down(self) -> None:
        """Opens the list, unless it is no more."""
        with suppress(NoMatches):
            super()._action_cursor_down()
