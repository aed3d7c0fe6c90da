"""Sizes of the terminal that are past, kept from screens.

In textual 8.2 each screen sets all those behind it to the size it is told of, and these tell themselves. Of two sizes
within a frame each then undoes the other, for as long as the program runs, and no key is heard any more.
"""

from typing import Any

from textual.events import Resize
from textual.screen import Screen


def leave_past_sizes(screen: Screen[Any], event: Resize) -> None:
    """Have nothing done for another size than the terminal has by now; of that, screens are told as well."""
    if event.size != screen.app.size:
        event.prevent_default()


class Backdrop(Screen[None]):
    """What is below all pages."""

    def on_resize(self, event: Resize) -> None:
        """Only the size that the terminal has."""
        leave_past_sizes(self, event)
