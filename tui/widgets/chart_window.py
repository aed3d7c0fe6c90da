"""Which points of a chart are on the screen, and on which of them the cursor stands."""

_FEWEST = 8
"""Points: closer is of no use."""


class Window:
    """A stretch of points around a cursor, never beyond the first and the last."""

    def __init__(self, count: int) -> None:
        """All of so many points, the cursor on the first."""
        self.count = count
        self.cursor = 0
        self._first, self._length = 0, count

    @property
    def places(self) -> range:
        """The points that are shown."""
        return range(self._first, self._first + self._length)

    @property
    def is_whole(self) -> bool:
        """Whether all are shown."""
        return self._length == self.count

    def go(self, place: int) -> None:
        """Put the cursor on a point; where it was not shown, the stretch has it in the middle."""
        self.cursor = min(max(place, 0), self.count - 1)
        if self.cursor not in self.places:
            self._centre()

    def pan(self, by: int) -> None:
        """Half a stretch on, the cursor with it; where the stretch is at an end, the cursor goes on alone."""
        step = by * max(1, self._length // 2)
        self._first = min(max(self._first + step, 0), self.count - self._length)
        self.cursor = min(max(self.cursor + step, 0), self.count - 1)

    def zoom(self, by: int) -> None:
        """Half as many points for a negative number, else twice as many; the cursor stays in the middle."""
        wanted = self._length // 2 if by < 0 else self._length * 2
        self._length = min(max(wanted, _FEWEST), self.count)
        self._centre()

    def whole(self) -> None:
        """All points."""
        self._first, self._length = 0, self.count

    def _centre(self) -> None:
        self._first = min(max(self.cursor - self._length // 2, 0), self.count - self._length)
