"""A statement of one's own, guarded, and its answer as a table."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static, TextArea

from tui.contents.content import Content
from tui.contents.statement import statement
from tui.screens.page import ContentPage, fill
from tui.warehouse import OpenWarehouse
from tui.widgets.lazy_table import LazyTable

_FIRST = "select family, count(*) as results from performance group by family order by results desc"


class SqlPage(ContentPage):
    """The console."""

    NAME = "sql"
    CSS_PATH = "../styles/sql.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5,ctrl+j", "run", "Run", key_display="F5", priority=True),
        Binding("escape", "answer", "To the answer", show=False),
    ]

    def body(self) -> ComposeResult:
        """The statement above, its answer below."""
        yield TextArea.code_editor(
            _FIRST,
            language="sql",
            id="statement",
            tab_behavior="focus",
            show_line_numbers=False,
            soft_wrap=True,
        )
        yield Static(id="answered", markup=False)
        yield LazyTable(id="answer")

    def show_state(self, warehouse: OpenWarehouse | None) -> None:
        """Keep the statement; nothing is run by itself."""
        self.warehouse = warehouse
        self.say("")
        if warehouse is None:
            super().show_state(warehouse)
        self.query_one("#statement", TextArea).focus()

    def read(self, warehouse: OpenWarehouse) -> Content:
        """The answer."""
        with warehouse.cursor() as cursor:
            return statement(cursor, self.query_one("#statement", TextArea).text)

    def shown(self, content: Content) -> None:
        """The answer as a table."""
        section = content.section("answer")
        more = "" if section.total is not None else " first"
        self.query_one("#answered", Static).update(f"{len(section.rows):,}{more} rows")
        fill(self.query_one("#answer", LazyTable), content, "answer")

    def action_run(self) -> None:
        """Run what is written."""
        self.load()

    def action_answer(self) -> None:
        """From the statement to its answer."""
        self.query_one("#answer", LazyTable).focus()
