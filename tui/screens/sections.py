"""Tables of a content below each other, over the screen."""

from typing import ClassVar

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from tui.contents.content import Content, Section
from tui.screens.dialog import Dialog
from tui.words import cell, is_number


class SectionsView(Dialog[None]):
    """Read and left: escape leaves it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,v", "leave", "Leave", show=False)]

    def __init__(self, title: str, content: Content) -> None:
        """All sections of a content."""
        super().__init__()
        self._title, self._content = title, content

    def compose(self) -> ComposeResult:
        """The title, and each section."""
        with VerticalScroll(classes="dialog tall"):
            yield Static(Text(self._title, "bold"))
            for section in self._content.sections:
                yield Static(_drawn(section), classes="section")


def _drawn(section: Section) -> RenderableType:
    title = Text(section.title, "bold underline")
    if not section.rows:
        return Group(title, Text(section.empty))
    table = Table(box=None, pad_edge=False, header_style="bold")
    for at, column in enumerate(section.columns):
        is_right = any(is_number(row[at]) for row in section.rows)
        table.add_column(Text(column), justify="right" if is_right else "left", overflow="fold")
    for row in section.rows:
        table.add_row(*(Text(cell(name, value)) for name, value in zip(section.columns, row, strict=True)))
    return Group(title, table)
