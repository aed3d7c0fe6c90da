"""A table of any length: only the rows on the screen are read, a page at a time, in a thread of their own."""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, ClassVar

import duckdb
from rich.segment import Segment
from rich.style import Style
from textual import events, work
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.worker import get_current_worker

from benchmart.errors import BenchmartError
from tui.words import cell, is_number, tone

ReadPage = Callable[[int, int], Sequence[Sequence[Any]]]
"""First row, counted from 0, and how many; called in a thread."""
_PAGE = 100
_KEPT_PAGES = 30
_WIDEST, _NARROWEST = 40, 4
_GAP = 2
_MARK = "●"


class LazyTable(ScrollView, can_focus=True):
    """Rows under a heading that stays."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home,g", "go_to(0)", "First", show=False),
        Binding("end,G", "go_to(-1)", "Last", show=False),
        Binding("left,h", "sideways(-8)", "Left", show=False),
        Binding("right,l", "sideways(8)", "Right", show=False),
        Binding("enter", "choose", "Open"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "lazy-table--head",
        "lazy-table--cursor",
        "lazy-table--row",
        "lazy-table--good",
        "lazy-table--bad",
        "lazy-table--doubtful",
        "lazy-table--faint",
    }
    HELP = "Rows: arrows or hjkl move, home and end go to the first and last, enter opens, v shows all of one row."

    cursor: reactive[int] = reactive(0)

    @dataclass
    class Chosen(Message):
        """A row was opened."""

        table: "LazyTable"
        number: int
        columns: Sequence[str]
        """Of the row: the table may have others by the time this is heard."""
        values: Sequence[Any]

        @property
        def row(self) -> Mapping[str, Any]:
            """Its values by their columns."""
            return dict(zip(self.columns, self.values, strict=True))

        @property
        def is_past(self) -> bool:
            """Whether the table has other columns by now."""
            return self.columns != self.table.columns

        @property
        def control(self) -> "LazyTable":
            """The table, for handlers of one."""
            return self.table

    @dataclass
    class Moved(Message):
        """The cursor stands on another row, or on the first of other rows."""

        table: "LazyTable"
        row: int

        @property
        def control(self) -> "LazyTable":
            """The table, for handlers of one."""
            return self.table

        def can_replace(self, message: Message) -> bool:
            """Of many moves only the last matters."""
            return isinstance(message, LazyTable.Moved) and message.table is self.table

    @dataclass
    class Failed(Message):
        """A page could not be read."""

        error: BenchmartError | duckdb.Error

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 -- textual's name
        """An empty table; `show` fills it."""
        super().__init__(id=id)
        self.columns: Sequence[str] = ()
        self.row_count = 0
        self.read: ReadPage = lambda _first, _count: []
        self.marked: Callable[[Sequence[Any]], bool] | None = None
        """Whether a row has a mark in front of it; None where rows are not marked, and nothing is in front."""
        self._pages: OrderedDict[int, Sequence[Sequence[Any]]] = OrderedDict()
        self._asked: set[int] = set()
        self._widths: list[int] = []
        self._rights: list[bool] = []
        self._starts: list[int] = []
        """Where each column begins."""
        self._generation = 0

    widest = _WIDEST
    """Of a column, in characters; all of a cell is seen with v."""

    def show(
        self, columns: Sequence[str], row_count: int, read: ReadPage, first: Sequence[Sequence[Any]] = ()
    ) -> None:
        """Show other rows; `first` are those of the first page, where they are known already."""
        self._generation += 1
        self.columns, self.row_count, self.read = columns, row_count, read
        self._pages.clear()
        self._asked.clear()
        if first:
            self._pages[0] = first[:_PAGE]
        self._rights = [_is_of_numbers([row[at] for row in first]) for at in range(len(columns))]
        self._widths = [
            _width(column, [row[at] for row in first], self.widest) for at, column in enumerate(columns)
        ]
        self.cursor = 0
        self.scroll_to(0, 0, animate=False)
        self._measure()
        self.post_message(self.Moved(self, 0))

    def counted(self, row_count: int) -> None:
        """There are so many rows; those on the screen were the first of them, and are not painted again."""
        if row_count == self.row_count:
            return
        self.row_count = row_count
        self._resized(Size(self.virtual_size.width, row_count + 1))

    def explain(self, about: str) -> None:
        """What the help panel says of these rows: first what the screen is for."""
        vars(self)["HELP"] = f"{about.strip()}\n\n{self.HELP}"  # typed as of the class, read of the widget

    def row(self, number: int) -> Sequence[Any] | None:
        """The values of a row; None while they are read."""
        page = self._pages.get(number // _PAGE)
        if page is None:
            self._ask_for(number // _PAGE)
            return None
        self._pages.move_to_end(number // _PAGE)
        at = number % _PAGE
        return page[at] if at < len(page) else None

    def render_line(self, y: int) -> Strip:
        """The heading, or a row."""
        if y == 0:
            return self._line(self.columns, self.get_component_rich_style("lazy-table--head"))
        number = int(self.scroll_offset.y) + y - 1
        style = self.get_component_rich_style("lazy-table--row")
        if number >= self.row_count:
            return Strip([Segment(" " * self.size.width, style)], self.size.width)
        values = self.row(number)
        if number == self.cursor and self.has_focus:
            style = self.get_component_rich_style("lazy-table--cursor")
        return self._line(["…"], style) if values is None else self._line(None, style, values)

    def watch_cursor(self, before: int, now: int) -> None:
        """Keep the row of the cursor on the screen."""
        self.refresh()
        if self.row_count and before != now:
            self.post_message(self.Moved(self, now))
            self.scroll_to_region(
                Region(int(self.scroll_offset.x), now, 1, 2), animate=False, force=True, immediate=True
            )

    def validate_cursor(self, number: int) -> int:
        """Within the rows."""
        return max(0, min(number, self.row_count - 1))

    def action_move(self, by: int) -> None:
        """Rows up or down."""
        self.cursor += by

    def action_page(self, by: int) -> None:
        """Screens up or down."""
        self.cursor += by * max(1, self.size.height - 2)

    def action_go_to(self, number: int) -> None:
        """A row, the last being -1."""
        self.cursor = number if number >= 0 else self.row_count - 1

    def action_sideways(self, by: int) -> None:
        """Characters to the left or right."""
        self.scroll_to(x=self.scroll_offset.x + by, animate=False)

    def action_choose(self) -> None:
        """Open the row of the cursor."""
        values = self.row(self.cursor) if self.row_count else None
        if values is not None:
            self.post_message(self.Chosen(self, self.cursor, self.columns, values))

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on a row; a second click opens it."""
        if event.y > 0 and (number := int(self.scroll_offset.y) + event.y - 1) < self.row_count:
            self.cursor = number
            if event.chain > 1:
                self.action_choose()

    def _line(self, texts: Sequence[str] | None, style: Style, values: Sequence[Any] | None = None) -> Strip:
        """The columns in sight, of texts or of values: an answer may have ten thousand others."""
        width, left = self.size.width, int(self.scroll_offset.x)
        first = max(0, bisect_right(self._starts, left) - 1)
        parts = [] if first else self._mark(style, values)
        begin = self._starts[first] if first else 0
        for at in range(first, len(self._widths)):
            if self._starts[at] >= left + width:
                break
            if values is not None:
                text = cell(self.columns[at], values[at])
            else:
                text = texts[at] if texts and at < len(texts) else ""
            right = self._rights[at] and (values is None or is_number(values[at]))
            shade = self._toned(self.columns[at], values[at], style) if values is not None else style
            parts.append(Segment(fitted(text, self._widths[at], right=right) + " " * _GAP, shade))
        return Strip(parts).crop_extend(left - begin, left - begin + width, style)

    def _mark(self, style: Style, values: Sequence[Any] | None) -> list[Segment]:
        """What stands in front of a row where rows can be marked."""
        if self.marked is None:
            return []
        is_marked = values is not None and self.marked(values)
        return [Segment((_MARK if is_marked else " ") + " " * (_GAP - 1), style)]

    def _toned(self, column: str, value: Any, style: Style) -> Style:
        """What is good, bad or doubtful has its colour, beside its word; under the cursor the words are enough."""
        kind = tone(column, value)
        if not kind or style.bold:
            return style
        return style + Style(color=self.get_component_rich_style(f"lazy-table--{kind}").color)

    def _ask_for(self, page: int) -> None:
        if page not in self._asked:
            self._asked.add(page)
            self._load(page, self._generation)

    @work(thread=True, group="pages")
    def _load(self, page: int, generation: int) -> None:
        try:
            rows = self.read(page * _PAGE, _PAGE)
        except (BenchmartError, duckdb.Error) as error:
            self.post_message(self.Failed(error))
            return
        if not get_current_worker().is_cancelled:
            self.app.call_from_thread(self._loaded, page, rows, generation)

    def _loaded(self, page: int, rows: Sequence[Sequence[Any]], generation: int) -> None:
        if generation != self._generation:
            return
        self._pages[page] = rows
        self._asked.discard(page)
        while len(self._pages) > _KEPT_PAGES:
            self._pages.popitem(last=False)
        for at, column in enumerate(self.columns):
            self._widths[at] = max(self._widths[at], _width(column, [row[at] for row in rows], self.widest))
        self._measure()

    def _measure(self) -> None:
        columns = len(self._widths) + (self.marked is not None)
        front = _GAP if self.marked is not None else 0
        self._starts = list(accumulate((width + _GAP for width in self._widths[:-1]), initial=front))
        self.refresh()
        self._resized(Size(sum(self._widths) + _GAP * columns, self.row_count + 1))

    def _resized(self, whole: Size) -> None:
        """Without a layout, which paints all again, where the same scrollbars are needed as before."""
        beyond = whole.width > self.size.width, whole.height > self.size.height
        if beyond != (self.show_horizontal_scrollbar, self.show_vertical_scrollbar):
            self.virtual_size = whole
            return
        self.set_reactive(LazyTable.virtual_size, whole)
        if beyond[0]:
            self.horizontal_scrollbar.window_virtual_size = whole.width
        if beyond[1]:
            self.vertical_scrollbar.window_virtual_size = whole.height


def _is_of_numbers(values: Sequence[Any]) -> bool:
    """Whether a column stands at the right: its heading, too."""
    return any(map(is_number, values)) and not any(isinstance(value, str) for value in values)


def _width(column: str, values: Sequence[Any], widest: int) -> int:
    longest = max((len(cell(column, value)) for value in values), default=0)
    return max(_NARROWEST, len(column), min(longest, widest))


def fitted(text: str, width: int, *, right: bool) -> str:
    """The text in so many columns of the terminal; cut, it says so."""
    from rich.cells import cell_len, set_cell_size

    if cell_len(text) > width:
        text = set_cell_size(text, width - 1) + "…"
    return " " * (width - cell_len(text)) + text if right else set_cell_size(text, width)
