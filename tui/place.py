"""Where a person is: what back, forward, deep links and the state kept between sessions speak of."""

from dataclasses import asdict, dataclass, field
from typing import Any

from tui.contents.listing import Asked


@dataclass(frozen=True, slots=True)
class Place:
    """A screen, what it shows, and where in it."""

    screen: str
    path: str = ""
    """What of the screen, such as the id of a series: a screen reads its own."""
    asked: Asked = field(default_factory=Asked)
    row: int = 0
    """Of its table, counted from 0."""

    @property
    def link(self) -> str:
        """As `benchmart tui` takes it."""
        return f"{self.screen}/{self.path}" if self.path else self.screen

    def as_document(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)


def from_link(link: str, search: str = "") -> Place:
    """The place of `trends` or `trends/<series>`; which screens there are is not looked at."""
    screen, _, path = link.partition("/")
    return Place(screen, path, Asked(search))


def from_document(document: Any) -> Place:
    """The place that was written. Raises TypeError or KeyError for anything else."""
    return Place(
        str(document["screen"]), str(document["path"]), Asked(**document["asked"]), int(document["row"])
    )
