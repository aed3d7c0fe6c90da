"""A statement of one's own, guarded, and its answer as a table."""

from dataclasses import replace
from time import monotonic
from typing import ClassVar

import duckdb
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import OptionList, Static, TextArea
from textual.worker import get_current_worker

from benchmart.errors import BenchmartError, UsageError
from interfaces.cli.sql_completion import Names, names_in, suggestions
from tui.contents.asked_before import AskedBefore
from tui.contents.statement import (
    Answered,
    answered,
    is_named,
    known_queries,
    link_to,
    marked,
    refused,
    statement_at,
)
from tui.place import Place
from tui.screens.page import Page, fill
from tui.screens.pick import Pick
from tui.warehouse import OpenWarehouse, Superseded, does_not_fit
from tui.widgets.lazy_table import LazyTable
from tui.widgets.sql_editor import Completions, SqlEditor

_FIRST = "select family, count(*) as results from performance group by family order by results desc"
_TICK_SECONDS = 0.1


class SqlPage(Page):
    """The console."""

    NAME = "sql"
    HELP: ClassVar[str | None] = """
# SQL
A statement that reads, in DuckDB's dialect; `show tables` names the marts. `F5` runs it, escape stops it or goes to the
answer, `i` comes back. `ctrl+r` lists what was asked before, `ctrl+n` statements that have a name. `e` exports.
"""
    CSS_PATH = "../styles/sql.tcss"
    AUTO_FOCUS: ClassVar[str | None] = "#statement"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5,ctrl+j", "run", "Run", key_display="F5", priority=True),
        Binding("escape,ctrl+c", "stop", "Stop", key_display="esc", priority=True),
        Binding("escape", "answer", "To the answer", show=False),
        Binding("i,slash", "write", "Write", show=False),
        Binding("ctrl+r", "history", "Asked before"),
        Binding("ctrl+n", "queries", "Named"),
    ]

    _cursor: duckdb.DuckDBPyConnection | None = None
    """Of the statement that runs."""
    _began: float | None = None
    """When it began; None while none runs."""
    _is_stopped = False
    _answered = ""
    """The statement that the rows are of."""
    _told = ""

    def body(self) -> ComposeResult:
        """The statement above, its answer below."""
        self._history = AskedBefore()
        completions = Completions(id="completions", markup=False, compact=True)
        yield SqlEditor(_FIRST, completions, id="statement")
        yield Static(id="refused", markup=False)
        yield Static(id="answered", markup=False)
        yield LazyTable(id="answer")
        yield completions

    def on_mount(self) -> None:
        """With the statement of the place."""
        super().on_mount()
        self._editor = self.query_one("#statement", SqlEditor)
        self._refuse("")
        self.set_interval(_TICK_SECONDS, self._tick)
        self._put_place()

    def show_state(self, warehouse: OpenWarehouse | None) -> None:
        """Keep the statement; nothing is run by itself but what was named by a link."""
        self.warehouse = warehouse
        self._end()
        self.say("" if warehouse is not None else self.browser.missing or "No warehouse")
        if warehouse is not None:
            self._read_names(warehouse)
            if is_named(self.place.path):
                self.action_run()

    def visit(self, place: Place) -> None:
        """Another statement."""
        self.place = place
        self._put_place()
        if is_named(place.path):
            self.action_run()

    def here(self) -> Place:
        """With what is written, and the row."""
        if not self.is_mounted:
            return self.place
        row = self.query_one("#answer", LazyTable).cursor
        return replace(self.place, path=link_to(self._editor.text), row=row)

    def _put_place(self) -> None:
        """A place without a statement leaves what is written."""
        try:
            text = statement_at(self.place.path)
        except UsageError as error:
            self._refuse(f"error: {error}")
            self.place = replace(self.place, path="")
            return
        if text and text != self._editor.text:
            self._editor.put(text)

    @work(thread=True, exclusive=True, group="names")
    def _read_names(self, warehouse: OpenWarehouse) -> None:
        """What is offered while one types; without it one types all."""
        try:
            with warehouse.cursor() as cursor:
                names = names_in(cursor)
        except (BenchmartError, duckdb.Error):
            return
        if not get_current_worker().is_cancelled:
            self.app.call_from_thread(self._offer, names)

    def _offer(self, names: Names) -> None:
        self._editor.offers = lambda before: suggestions(before, names)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is something to stop only while a statement runs."""
        if action == "stop":
            return self._began is not None
        return super().check_action(action, parameters)

    def action_run(self) -> None:
        """Run what is written."""
        text = self._editor.text
        if self._began is not None:
            self.notify("A statement runs: escape stops it")
        elif self.warehouse is not None and text.strip():
            self._editor.close_offer()
            self._began, self._is_stopped = monotonic(), False
            self.refresh_bindings()
            self._ask(self.warehouse, text)

    @work(thread=True, group="statement")
    def _ask(self, warehouse: OpenWarehouse, text: str) -> None:
        worker = get_current_worker()
        self._history.add(text)  # here, as a key does not wait for a file
        found: Answered | Exception
        try:
            found = self._answer(warehouse, text)
        except (BenchmartError, duckdb.Error) as error:
            found = error
        if not worker.is_cancelled:
            self.app.call_from_thread(self._ended, warehouse, text, found)

    def _answer(self, warehouse: OpenWarehouse, text: str) -> Answered:
        """Here, or where that takes too much memory, beside."""
        try:
            with warehouse.cursor() as cursor:
                self._cursor = cursor
                return answered(cursor, text)
        except BenchmartError as error:
            if not does_not_fit(error) or self._is_stopped:
                raise
            self._cursor = None
        return warehouse.read_apart(answered, text)

    def _ended(self, warehouse: OpenWarehouse, text: str, found: Answered | Exception) -> None:
        if warehouse is not self.warehouse or isinstance(found, Superseded):
            return  # another state is shown by now
        is_stopped, seconds = self._is_stopped, monotonic() - (self._began or monotonic())
        self._end()
        if isinstance(found, Answered):
            self._show(text, found)
        elif is_stopped:
            self._refuse(f"Stopped after {seconds:.1f} s")
        else:
            refusal = refused(found, text)
            spot = refusal.spot
            self._refuse("\n".join([refusal.text, *([marked(text, spot)] if spot else [])]))
            if spot is not None and text == self._editor.text:
                self._editor.move_cursor((spot.line, spot.column))

    def _end(self) -> None:
        """Nothing runs any more."""
        self._cursor, self._began, self._is_stopped = None, None, False
        self.refresh_bindings()
        self._tell()

    def _show(self, text: str, found: Answered) -> None:
        """The answer as a table."""
        section = found.content.section("answer")
        count = len(section.rows)
        more = "" if section.total is not None else "first "
        self._told = f"{more}{count:,} row{'' if count == 1 else 's'} in {found.seconds:.2f} s"
        self._answered = text
        self._refuse("")
        self._tell()
        fill(self.query_one("#answer", LazyTable), found.content, "answer")

    def _refuse(self, text: str) -> None:
        line = self.query_one("#refused", Static)
        line.update(text)
        line.display = bool(text)

    def _tick(self) -> None:
        """Say how long it takes; an interrupt is forgotten before a statement has begun, so it is given again."""
        if self._began is None:
            return
        if self._is_stopped and self.warehouse is not None:
            try:
                self._cursor.interrupt() if self._cursor is not None else self.warehouse.apart.stop()
            except duckdb.Error:
                return  # it ended meanwhile
        self._tell()

    @on(TextArea.Changed, "#statement")
    def _tell(self) -> None:
        """Of what the rows are, and how long they took."""
        if self._began is not None:
            doing = "stopping" if self._is_stopped else "running, escape stops it"
            text = f"{monotonic() - self._began:.1f} s: {doing}"
        elif not self._told:
            text = "F5 runs the statement"
        else:
            other = "   of another statement: F5 runs this one" if self._answered != self._editor.text else ""
            text = self._told + other
        self.query_one("#answered", Static).update(text)

    def action_stop(self) -> None:
        """Stop the statement that runs."""
        self._is_stopped = True
        self._tick()

    def action_answer(self) -> None:
        """From the statement to its answer."""
        self.query_one("#answer", LazyTable).focus()

    def action_write(self) -> None:
        """From the answer to the statement."""
        self._editor.focus()

    @on(OptionList.OptionSelected, "#completions")
    def _taken(self, event: OptionList.OptionSelected) -> None:
        self._editor.accept(event.option_index)
        self._editor.focus()

    @on(SqlEditor.Recalled)
    def _recall(self, event: SqlEditor.Recalled) -> None:
        text = self._history.step(event.by, self._editor.text)
        if text is not None:
            self._editor.put(text)

    def action_history(self) -> None:
        """Choose from what was asked before."""
        lines = [(text, "") for text in self._history.newest_first()]
        self.app.push_screen(Pick("Asked before, the newest first", lines, "nothing yet"), self._chosen)

    def action_queries(self) -> None:
        """Choose a statement that has a name."""
        lines = [(query.name, query.description) for query in known_queries().values()]
        self.app.push_screen(Pick("Statements that have a name", lines, "there are none"), self._named)

    def _named(self, name: str | None) -> None:
        if name is not None:
            self._chosen(known_queries()[name].sql.strip())

    def _chosen(self, text: str | None) -> None:
        if text is not None:
            self._editor.put(text)
            self._editor.focus()
