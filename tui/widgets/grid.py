"""A table whose cursor moves in two dimensions: the names of lines and of columns stay while the cells scroll."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.reactive import reactive
from textual.strip import Strip

from tui.widgets.lazy_table import LazyTable, ReadPage, fitted
from tui.words import cell

_GAP = 1
_WIDEST_CELL, _LEAST_NAME = 18, 8
_NAMES_SHARE = 0.4
"""Of the width, at most, for the names of lines."""
_TONES = {
    "ok": "good",
    "partial": "doubtful",
    "FAILED": "bad",
    "simulated": "doubtful",
    "suspect": "doubtful",
    "estimated": "doubtful",
    "predicted": "doubtful",
}


class Grid(LazyTable):
    """A table, or, while `by_cell` is set, a grid: its first column names the lines."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("shift+left,H", "columns(-1)", "Columns to the left", show=False),
        Binding("shift+right,L", "columns(1)", "Columns to the right", show=False),
    ]
    HELP = """Cells: arrows or hjkl move in both directions, shift with left or right by as many columns as are seen,
home and end go to the first and last line, enter opens."""

    by_cell: reactive[bool] = reactive(default=False)
    column: reactive[int] = reactive(0)
    """Of the cursor; 0 is the name of the line."""
    first: reactive[int] = reactive(1)
    """The leftmost column of cells that is seen."""
    _next: tuple[bool, int] | None = None

    def show_by_cell(self, *, by_cell: bool, column: int) -> None:
        """Whether what is shown next is a grid, and on which of its columns the cursor stands then."""
        self._next = (by_cell, column)

    def show(
        self, columns: Sequence[str], row_count: int, read: ReadPage, first: Sequence[Sequence[Any]] = ()
    ) -> None:
        """Show other rows, as a grid or as a table."""
        if self._next is not None:
            self.columns, self.first = columns, 1
            (self.by_cell, column), self._next = self._next, None
            self.set_reactive(Grid.column, column)
        super().show(columns, row_count, read, first)

    def validate_column(self, number: int) -> int:
        """Within the columns."""
        return max(0, min(number, len(self.columns) - 1))

    def watch_column(self) -> None:
        """Keep the cursor on the screen."""
        self._keep_seen()
        self.post_message(self.Moved(self, self.cursor))

    def _keep_seen(self) -> None:
        if self.column and self.column < self.first:
            self.first = self.column
        while self.column > self.first and self.column not in self.seen():
            self.first += 1

    def on_resize(self) -> None:
        """The cursor stays on the screen, and cells fill what has become free."""
        if self.by_cell:
            while self.first > 1 and len(self.columns) - 1 in self.seen(self.first - 1):
                self.first -= 1
            self._keep_seen()

    def seen(self, first: int | None = None) -> range:
        """Columns of cells that fit, beginning at one; at least one."""
        start = self.first if first is None else first
        free, end = self.size.width - self._name_width() - _GAP, start
        while end < len(self.columns) and free >= self._widths[end]:
            free -= self._widths[end] + _GAP
            end += 1
        return range(start, max(end, min(start + 1, len(self.columns))))

    def action_sideways(self, by: int) -> None:
        """A column of cells, or characters of a table."""
        if self.by_cell:
            self.column += 1 if by > 0 else -1
        else:
            super().action_sideways(by)

    def action_columns(self, by: int) -> None:
        """As many columns as are seen."""
        if self.by_cell:
            self.column += by * max(1, len(self.seen()))

    def on_click(self, event: events.Click) -> None:
        """The column first, as a second click opens the cell."""
        if self.by_cell:
            end = self._name_width() + _GAP
            at = 0
            for number in self.seen():
                if event.x >= end:
                    at = number
                end += self._widths[number] + _GAP
            self.column = at
        super().on_click(event)

    def render_line(self, y: int) -> Strip:
        """The heading, or a line."""
        if not self.by_cell or not self._widths:
            return super().render_line(y)
        width = self.size.width
        row = self.get_component_rich_style("lazy-table--row")
        if y == 0:
            head = self.get_component_rich_style("lazy-table--head")
            return Strip(self._cells(self.columns, head, None)).crop_extend(0, width, head)
        number = int(self.scroll_offset.y) + y - 1
        values = self.row(number) if number < self.row_count else None
        if values is None:
            return Strip([Segment("…" if number < self.row_count else "", row)]).crop_extend(0, width, row)
        return Strip(self._cells(values, row, number)).crop_extend(0, width, row)

    def _cells(self, values: Sequence[Any], style: Style, number: int | None) -> Iterator[Segment]:
        """Name and cells; `number` is that of the line, None for the heading."""
        cursor = self.get_component_rich_style("lazy-table--cursor")
        is_here = number is not None and number == self.cursor and self.has_focus
        name = cell(self.columns[0], values[0])
        of_name = style + Style(bold=True) if is_here else style
        yield Segment(
            fitted(name, self._name_width(), right=False), cursor if is_here and not self.column else of_name
        )
        yield Segment(" " * _GAP, style)
        for at in self.seen():
            text = cell("", values[at])
            shade = style if number is None else self._shade(text, style)
            if is_here and at == self.column:
                shade = cursor
            elif number is None and at == self.column and self.has_focus:
                shade = style + Style(reverse=True)
            yield Segment(fitted(text, self._widths[at], right=False), shade)
            yield Segment(" " * _GAP, style)

    def _shade(self, text: str, style: Style) -> Style:
        kind = _TONES.get(text.partition(" ")[0], "faint")
        return style + Style(color=self.get_component_rich_style(f"lazy-table--{kind}").color)

    def _name_width(self) -> int:
        most = max(_LEAST_NAME, int(self.size.width * _NAMES_SHARE))
        return min(self._widths[0], most) if self._widths else most

    def _measure(self) -> None:
        """A grid is as wide as the screen: columns scroll, not characters."""
        if not self.by_cell:
            super()._measure()
            return
        self._widths = [
            width if at == 0 else min(max(width, cell_len(str(self.columns[at]))), _WIDEST_CELL)
            for at, width in enumerate(self._widths)
        ]
        self.virtual_size = Size(0, self.row_count + 1)
        self.column = self.validate_column(self.column)
        self.first = max(1, min(self.first, len(self.columns) - 1))
        self._keep_seen()
        self.refresh()
