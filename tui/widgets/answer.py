"""An answer of the selector or the planner: rows, or a front, and more of the row with the cursor."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from tui.contents.content import Content, Section
from tui.contents.question import OPTIONS, PLAN, AskedHardware
from tui.contents.select import Chosen
from tui.widgets.answer_texts import OPTION_HINT, Fronts, combined, detail_of
from tui.widgets.lazy_table import LazyTable
from tui.widgets.pareto import Pareto

_LINES_BESIDE_ROWS = 2
"""Heading, and the bar to scroll sideways."""


class Answer(Vertical):
    """One of four views, as it was asked for."""

    content: Content | None = None
    _rows: Section | None = None
    """Of the content, as the table has them."""
    _fronts: Fronts | None = None
    _is_plan = False

    def compose(self) -> ComposeResult:
        """The table or the front, and more of a row."""
        yield LazyTable(id="rows")
        yield Pareto(id="front")
        yield Static(id="detail", markup=False)

    @property
    def table(self) -> LazyTable:
        """The rows."""
        return self.query_one("#rows", LazyTable)

    def show(self, content: Content, asked: AskedHardware, row: int) -> None:
        """As the view wants it, with the cursor on a row; a plan begins at what was chosen."""
        self.content, self._is_plan = content, content.sections[0].name == "strategies"
        self._fronts, self._rows = _fronts(content, asked), combined(content)
        table, front, detail = self.table, self.query_one("#front", Pareto), self.query_one("#detail", Static)
        is_drawn = self._fronts is not None
        front.display, table.display, detail.display = is_drawn, not is_drawn, not is_drawn
        front.show(self._fronts.shown if self._fronts is not None else None)
        rows = self._rows.rows
        table.show(
            self._rows.columns, len(rows), lambda first, count: rows[first : first + count], rows[:100]
        )
        self.set_class(self._is_plan, "plan")
        table.styles.height = len(rows) + _LINES_BESIDE_ROWS if self._is_plan else "1fr"
        chosen = next((at for at, each in enumerate(rows) if each[0]), 0) if self._is_plan else 0
        table.cursor = row or chosen

    def fits(self, asked: AskedHardware) -> bool:
        """Whether what is shown answers such a question."""
        return self.content is not None and self._is_plan == (asked.view == PLAN)

    def svg(self) -> str | None:
        """The front, where it is shown."""
        return self._fronts.svg() if self._fronts is not None else None

    @on(LazyTable.Moved, "#rows")
    def _moved(self, event: LazyTable.Moved) -> None:
        detail, rows = self.query_one("#detail", Static), self._rows
        if rows is None or self.content is None:
            return
        if not rows.rows:
            detail.update(OPTION_HINT if rows.name == "options" else rows.empty)
            return
        row = dict(zip(rows.columns, rows.rows[min(event.row, len(rows.rows) - 1)], strict=True))
        detail.update(detail_of(self.content, row, detail.content_size.width or self.size.width - 2))


def _fronts(content: Content, asked: AskedHardware) -> Fronts | None:
    """What is drawn; None where rows are shown."""
    if not isinstance(content, Chosen) or content.selection is None or asked.view in (OPTIONS, PLAN):
        return None
    return Fronts(content.selection.options, asked.view)
