"""What a report is made of, whatever it is printed as."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

Draw = Callable[[str, int], str]
"""From a name that tells a chart from others, and a width in pixels, to SVG."""


@dataclass(frozen=True, slots=True)
class Table:
    """Texts in columns."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: Sequence[str] = ()
    """Columns that are aligned right."""
    title: str = ""
    left_out: str = ""
    """What was left out, and how to have it; empty when nothing was."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A chart and the table of the same numbers, or a table alone."""

    table: Table
    chart: Draw | None = None
    heading: str = ""
    note: str = ""
    """What it comes to, in a sentence."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what belongs to it."""

    heading: str
    paragraphs: Sequence[str] = ()
    exhibits: Sequence[Exhibit] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A page."""

    title: str
    lead: str
    """What it tells, in a sentence or two."""
    asked: Sequence[tuple[str, str]]
    """What was asked for: name of a filter and its values."""
    state: str
    """Of what state of the warehouse it speaks."""
    sections: Sequence[Section]
    figures: Sequence[tuple[str, str]] = field(default_factory=list)
    """Numbers to begin with: value and what it counts."""
    command: str = ""
    """What prints it again."""


@dataclass(frozen=True, slots=True)
class Link:
    """Another page beside this one; without an address, the page itself."""

    label: str
    address: str = ""


def nothing(why: str) -> Section:
    """The section of a report that has nothing to show."""
    return Section("Nothing to show", [why])
