"""One of several names, found by its first letters."""

from collections.abc import Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from tui.screens.dialog import Dialog
from tui.widgets.options import Options


class Choice(Dialog[str]):
    """Asked over the screen; enter chooses, a letter goes to the next name that begins with it, escape leaves."""

    def __init__(self, title: str, names: Sequence[str]) -> None:
        """Of these."""
        super().__init__()
        self._title, self._names = title, names

    def compose(self) -> ComposeResult:
        """The question, and the names."""
        with Vertical(classes="dialog"):
            yield Static(self._title, markup=False)
            yield Options(*self._names, id="names", markup=False, compact=True)

    def on_key(self, event: events.Key) -> None:
        """Letters go to names."""
        if event.character is None or not event.character.isprintable() or event.character == " ":
            return
        options = self.query_one("#names", Options)
        at = options.highlighted if options.highlighted is not None else -1
        for number in [*range(at + 1, len(self._names)), *range(at + 1)]:
            if self._names[number].lower().startswith(event.character.lower()):
                options.highlighted = number
                event.stop()
                return

    @on(Options.OptionSelected, "#names")
    def _select(self, event: Options.OptionSelected) -> None:
        self.answer(self._names[event.option_index])
