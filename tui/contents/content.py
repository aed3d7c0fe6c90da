"""What a screen shows: tables under headings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Section:
    """A table under a heading."""

    name: str
    """As programs call it."""
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    """Values as the warehouse has them, in the units the columns name."""
    total: int | None = None
    """All rows that fit, where these are fewer."""
    empty: str = "nothing"
    """Said where there are no rows."""


@dataclass(frozen=True, slots=True)
class Content:
    """All of a screen."""

    screen: str
    sections: Sequence[Section]

    def section(self, name: str) -> Section:
        """The section of this name."""
        return next(section for section in self.sections if section.name == name)

    def as_document(self) -> dict[str, Any]:
        """As JSON has it: each section by its name, each row by its columns."""
        return {
            "screen": self.screen,
            **{
                section.name: {
                    "rows": [dict(zip(section.columns, row, strict=True)) for row in section.rows],
                    "row_count": section.total if section.total is not None else len(section.rows),
                }
                for section in self.sections
            },
        }
