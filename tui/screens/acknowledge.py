"""Why a change stands: a kind and a reason."""

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from benchmart.errors import BenchmartError
from benchmart.event_log.change_events import CHANGE_CATEGORIES
from benchmart.telling import tell_of_change
from tui.screens.dialog import Dialog
from tui.screens.page import Page, explained
from tui.widgets.options import Options


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a change."""

    category: str
    reason: str


class Acknowledge(Dialog[Said]):
    """Asked over the table; enter records on either line."""

    def compose(self) -> ComposeResult:
        """The reason in words, and the kind."""
        with Vertical(classes="dialog"):
            yield Static("Why does this change stand? tab goes to its kind, enter records", markup=False)
            yield Input(placeholder="in your words", id="reason")
            yield Options(*CHANGE_CATEGORIES, id="kind", markup=False, compact=True)

    def on_mount(self) -> None:
        """The first kind stands until another is moved to."""
        self.query_one("#kind", Options).highlighted = 0

    @on(Input.Submitted, "#reason")
    @on(Options.OptionSelected, "#kind")
    def _record(self) -> None:
        reason = self.query_one("#reason", Input).value.strip()
        kind = self.query_one("#kind", Options).highlighted
        if reason and kind is not None:
            self.answer(Said(CHANGE_CATEGORIES[kind], reason))


def acknowledge(page: Page, change_id: str) -> None:
    """Ask over a page why a change stands, and record what is said."""
    page.app.push_screen(Acknowledge(), lambda said: _record(page, change_id, said))


def _record(page: Page, change_id: str, said: Said | None) -> None:
    if said is None or page.warehouse is None:
        return
    try:
        tell_of_change(
            page.browser.home, change_id, action="acknowledge", category=said.category, reason=said.reason
        )
    except BenchmartError as error:
        page.say(explained(error))
    else:
        page.say("Recorded; the next build applies it")
