"""Of which moment the warehouse is looked at."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from benchmart.errors import UsageError
from benchmart.moments import FORMS, parse_moment
from tui.screens.dialog import Dialog


class AsOfDialog(Dialog[str]):
    """Asked over the screen; enter goes there, escape stays."""

    def __init__(self, moment: str) -> None:
        """The moment that is looked at now; empty for the newest state."""
        super().__init__()
        self._moment = moment

    def compose(self) -> ComposeResult:
        """The moment, and how it can be written."""
        with Vertical(classes="dialog"):
            yield Static("Show everything as it stood at a moment; nothing for now", markup=False)
            yield Input(self._moment, placeholder="2026-11-01, 7d", id="moment")
            yield Static(f"Such as {FORMS}", id="outcome", markup=False)

    @on(Input.Submitted, "#moment")
    def _go(self, event: Input.Submitted) -> None:
        text = event.value.strip()
        try:
            if text:
                parse_moment(text)
        except UsageError as error:
            self.query_one("#outcome", Static).update(f"error: {error}")
        else:
            self.answer(text)
