"""What is asked over a screen: escape leaves it, and the answer is given once."""

from typing import ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.css.query import NoMatches
from textual.events import Resize
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.screens.late_events import leave_past_sizes

_Answer = TypeVar("_Answer")


class Dialog(ModalScreen[_Answer | None]):
    """Answers None where it is left."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave")]

    def on_resize(self, event: Resize) -> None:
        """Only the size that the terminal has."""
        leave_past_sizes(self, event)

    async def _dispatch_message(self, message: Message) -> None:
        """What is heard while it is taken down, such as that it was made, is of parts that are no more."""
        try:
            await super()._dispatch_message(message)
        except NoMatches:
            if not self._pruning:
                raise

    def answer(self, answer: _Answer | None = None) -> None:
        """Close with this answer; keys that come once it closes, or once another is over it, are of no use."""
        if self.is_active:
            self.dismiss(answer)

    def tell(self, told: str) -> bool:
        """What came of it, where the dialog has a line for it; False where it is being left, or was."""
        for line in self.query("#outcome").results(Static):
            line.update(told)
            return True
        return False

    def action_leave(self) -> None:
        """Close without an answer."""
        self.answer(None)
