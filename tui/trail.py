"""Back and forward, as in a browser of pages."""

from tui.place import Place

_MOST = 200


class Trail:
    """Places one came from, and those that were left by going back."""

    def __init__(self) -> None:
        """At the beginning."""
        self._before: list[Place] = []
        self._after: list[Place] = []

    def go(self, here: Place | None, there: Place) -> None:
        """From a place to another; what lay ahead is forgotten."""
        if here is not None and here != there:
            self._before = [*self._before[1 - _MOST :], here]
            self._after = []

    def back(self, here: Place) -> Place | None:
        """The place before; None at the beginning."""
        if not self._before:
            return None
        self._after.append(here)
        return self._before.pop()

    def forward(self, here: Place) -> Place | None:
        """The place that was left by going back; None at the end."""
        if not self._after:
            return None
        self._before.append(here)
        return self._after.pop()
