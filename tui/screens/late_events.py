"""What comes too late for a screen: sizes that are past, and colours once it is being taken down.

In textual 8.2 each screen sets all those behind it to the size it is told of, and these tell themselves. Of two sizes
within a frame each then undoes the other, for as long as the program runs, and no key is heard any more.

Parts that are given colours while they are taken down get bars to scroll by, which nobody takes down any more. These
keep the screen in memory for as long as the program runs.
"""

from typing import Any

from textual.dom import DOMNode
from textual.events import Resize
from textual.screen import Screen


def leave_past_sizes(screen: Screen[Any], event: Resize) -> None:
    """Have nothing done for another size than the terminal has by now; of that, screens are told as well."""
    if event.size != screen.app.size:
        event.prevent_default()


def staying(node: DOMNode) -> list[DOMNode]:
    """A part and what is in it, without what is being taken down."""
    return [each for each in node.walk_children(with_self=True) if not each._pruning]  # noqa: SLF001 -- said nowhere else


class Backdrop(Screen[None]):
    """What is below all pages."""

    def on_resize(self, event: Resize) -> None:
        """Only the size that the terminal has."""
        leave_past_sizes(self, event)
