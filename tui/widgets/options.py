"""Names of which one is taken, in a list that may have no line to stand on."""

from contextlib import suppress
from typing import Any

from textual.widgets import OptionList


class Options(OptionList):
    """Textual's list, without what fails in it where the terminal has too few lines for any of it."""

    def _move_page(self, direction: Any) -> None:
        """A page up or down; nowhere while nothing is laid out.

        In textual 8.2 it looks up the line of an option that has none at a height of 0, or before the first layout.
        """
        with suppress(KeyError):
            super()._move_page(direction)
