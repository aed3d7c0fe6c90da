"""Jump mode: a letter on each part of the screen that takes keys."""

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from tui.screens.dialog import Dialog

_LETTERS = "asdfghjklqwertyuiopzxcvbnm"


class Jump(Dialog[None]):
    """Over the screen, which stays in sight; any other key leaves it."""

    def __init__(self, below: Screen[None]) -> None:
        """To parts of this screen."""
        super().__init__()
        reachable = [each for each in below.focus_chain if each.region.area]
        self._targets = dict(zip(_LETTERS, reachable, strict=False))

    def compose(self) -> ComposeResult:
        """A letter at the corner of each part."""
        for letter, widget in self._targets.items():
            label = Static(letter, classes="jump", markup=False)
            label.styles.offset = widget.region.offset
            yield label

    def on_key(self, event: events.Key) -> None:
        """Go to a part, or leave."""
        event.stop()
        target: Widget | None = self._targets.get(event.character or "")
        self.answer()
        if target is not None:
            target.focus()
