"""What comes too late for a screen: sizes that are past, and that it is shown once it is not any more.

In textual 8.2 each screen sets all those behind it to the size it is told of, and these tell themselves. Of two sizes
within a frame each then undoes the other, for as long as the program runs, and no key is heard any more.

A screen that is told that it is shown when it was taken down already gives its parts colours, and makes bars to scroll
by for it. These are never taken down, and keep the screen in memory for as long as the program runs.
"""

from typing import Any

from textual.events import Resize, ScreenResume
from textual.screen import Screen


def leave_past_sizes(screen: Screen[Any], event: Resize) -> None:
    """Have nothing done for another size than the terminal has by now; of that, screens are told as well."""
    if event.size != screen.app.size:
        event.prevent_default()


def leave_past_resume(screen: Screen[Any], event: ScreenResume) -> None:
    """Have nothing done for a screen that was shown and is not any more; if it is again, it is told again."""
    if not screen.is_active:
        event.prevent_default()


class Backdrop(Screen[None]):
    """What is below all pages."""

    def on_resize(self, event: Resize) -> None:
        """Only the size that the terminal has."""
        leave_past_sizes(self, event)
