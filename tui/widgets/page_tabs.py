"""The screens and their keys, in a line; the one that is shown stands out."""

from collections.abc import Sequence

from rich.text import Text
from textual import events
from textual.message import Message
from textual.widget import Widget

_FEWEST_LETTERS = 3


class PageTabs(Widget):
    """As much of each name as there is room for; a click shows a screen."""

    COMPONENT_CLASSES = {"page-tabs--shown"}  # noqa: RUF012 -- as textual has it

    class Picked(Message):
        """A screen was clicked."""

        def __init__(self, name: str) -> None:
            """The one of this name."""
            super().__init__()
            self.name = name

    def __init__(self, names: Sequence[str], shown: str) -> None:
        """Of all screens the one that is shown."""
        super().__init__(id="tabs")
        self._names, self._shown = names, shown

    def render(self) -> Text:
        """Numbers and names."""
        text = Text(no_wrap=True, overflow="crop", end="")
        style = self.get_component_rich_style("page-tabs--shown")
        for name, label in zip(self._names, labels(self._names, self.size.width), strict=True):
            text.append(label, style if name == self._shown else "")
        return text

    def on_click(self, event: events.Click) -> None:
        """The screen below the pointer."""
        at = 0
        for name, label in zip(self._names, labels(self._names, self.size.width), strict=True):
            at += len(label)
            if event.x < at:
                self.post_message(self.Picked(name))
                return


def labels(names: Sequence[str], width: int) -> list[str]:
    """What stands for each, in as many letters as all have room for."""
    longest = max(map(len, names), default=0)
    for letters in range(longest, _FEWEST_LETTERS - 1, -1):
        found = [f" {number % 10} {name[:letters]} " for number, name in enumerate(names, 1)]
        if sum(map(len, found)) <= width:
            return found
    return [f" {number % 10} " for number in range(1, len(names) + 1)]
