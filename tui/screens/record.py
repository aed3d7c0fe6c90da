"""One row, whole: each column on lines of its own."""

from collections.abc import Sequence
from typing import Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from interfaces.cli.tables import shown
from tui.screens.dialog import Dialog


class RecordView(Dialog[None]):
    """Over the table; escape leaves it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v,enter", "leave", "Leave", show=False),
        Binding("y", "copy", "Copy"),
    ]

    def __init__(self, columns: Sequence[str], values: Sequence[Any]) -> None:
        """These values under these columns."""
        super().__init__()
        self._columns, self._values = columns, values

    def compose(self) -> ComposeResult:
        """All columns, scrolled."""
        with VerticalScroll(classes="dialog tall"):
            yield Static(self._text())

    def _text(self) -> Text:
        text = Text()
        width = min(max(map(len, self._columns), default=0), 30)
        for column, value in zip(self._columns, self._values, strict=True):
            text.append(f"{column:<{width}}  ", "bold")
            text.append(f"{'' if value is None else shown(value)}\n")
        return text

    def action_copy(self) -> None:
        """The whole row, a column a line."""
        self.app.copy_to_clipboard(self._text().plain)
        self.notify("Copied")
