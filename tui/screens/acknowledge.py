"""Why a change stands: a kind and a reason."""

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Select, Static

from benchmart.errors import BenchmartError
from benchmart.event_log.change_events import CHANGE_CATEGORIES
from benchmart.telling import tell_of_change
from tui.screens.dialog import Dialog
from tui.screens.page import Page, explained


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a change."""

    category: str
    reason: str


class Acknowledge(Dialog[Said]):
    """Asked over the table; enter records, escape leaves it."""

    def compose(self) -> ComposeResult:
        """The kind, and the reason in words."""
        with Vertical(classes="dialog"):
            yield Static("Why does this change stand? enter records, escape leaves it", markup=False)
            yield Input(placeholder="in your words", id="reason")
            yield Select(
                [(name, name) for name in CHANGE_CATEGORIES],
                value=CHANGE_CATEGORIES[0],
                allow_blank=False,
                id="kind",
            )

    @on(Input.Submitted, "#reason")
    def _record(self, event: Input.Submitted) -> None:
        if event.value.strip():
            self.answer(Said(str(self.query_one("#kind", Select).value), event.value.strip()))


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
