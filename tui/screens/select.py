"""Hardware for a model, and plans of training: a form above, the answer below."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import duckdb
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static
from textual.worker import get_current_worker

from benchmart.errors import BenchmartError
from tui.contents.content import Content, Section
from tui.contents.question import BY_NAME, FIELDS, OPTIONS, PLAN, AskedHardware, from_path
from tui.contents.select import Chosen, models, names, select_apart
from tui.contents.simulated import SIMULATED
from tui.contents.typed import FieldError
from tui.place import Place
from tui.screens.page import ContentPage
from tui.screens.sections import SectionsView
from tui.screens.simulated import SimulatedDialog
from tui.warehouse import OpenWarehouse
from tui.widgets.answer import Answer
from tui.widgets.answer_texts import doubt_of, found_line
from tui.widgets.form import Form
from tui.widgets.lazy_table import LazyTable

if TYPE_CHECKING:
    from predictors.selector.option import Option

_LOADING = "Looking at what is known. Loading the predictor takes some seconds the first time..."


class SelectPage(ContentPage):
    """The form, and one of four views of the answer."""

    NAME = "select"
    CSS_PATH = "../styles/select.tcss"
    HELP: ClassVar[str | None] = """
# Select
Name a model and press enter: devices come best first, those that do not fit last, with why. `✓ measured` was measured
under this very condition; all else says where it comes from. `needs_gb` is what nearly all runs stay below. Enter on a
device shows the terms of its score.

Of a plan, `memory` is that of each gpu, `batch` that of a step on all, `link` and `network` are bytes a second of
a gpu's link (both ways together) and of a node's network (one way), `host` is a node's memory to offload to.

`o` options, `t` speed against price (again: against memory), `h` ranks a device that nobody has, `p` plans training on
the device of the row. `/` goes to the model, escape to the rows.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "model", "Model", key_display="/"),
        Binding("o", "view('options')", "Options"),
        Binding("t", "front", "Price/memory"),
        Binding("h", "simulate", "What if", priority=True),  # before the table's own, which is left as well
        Binding("p", "plan", "Plan"),
        Binding("escape,down", "rows", "Rows", show=False),
    ]
    AUTO_FOCUS: ClassVar[str | None] = "#rows"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 -- as textual declares it
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]  # noqa: RUF012 -- likewise

    def body(self) -> ComposeResult:
        """The form, what is wrong in it, the answer, and more of the row with the cursor."""
        yield Form(FIELDS)
        yield Static(id="wrong", markup=False)
        yield Static(id="found", markup=False)
        yield Answer()

    @property
    def asked(self) -> AskedHardware:
        """The question of this place."""
        return from_path(self.place.path)

    def show_state(self, warehouse: OpenWarehouse | None) -> None:
        """With what is typed there."""
        self.place = self.here()
        self._fill()
        super().show_state(warehouse)
        if warehouse is not None:
            self._suggest()

    def visit(self, place: Place) -> None:
        """Another question, or another view of its answer."""
        self.query_one(Form).fill(from_path(place.path).given, from_path(place.path).view)
        super().visit(place)

    def here(self) -> Place:
        """With the row of the cursor."""
        table = self.query_one(Answer).table
        return replace(self.place, row=table.cursor) if table.row_count and table.display else self.place

    def load(self) -> None:
        """Say so where it takes long."""
        if self.asked.model and self.warehouse is not None and not self.warehouse.apart.is_there:
            self.query_one("#found", Static).update(_LOADING)
        super().load()

    def read(self, warehouse: OpenWarehouse) -> Content:
        """The answer, or which line of the form means nothing."""
        asked = self.asked
        try:
            if asked.model:
                return warehouse.read_apart(select_apart, warehouse.home, asked)
            with warehouse.cursor() as cursor:
                return models(cursor)
        except FieldError as error:
            return Content("select", [Section("wrong", error.field, ("message",), [[error.told]])])

    def shown(self, content: Content) -> None:
        """As the view wants it; what is wrong is said beside the line, and the answer before stays if it fits."""
        form, found, answer = self.query_one(Form), self.query_one("#found", Static), self.query_one(Answer)
        first = content.sections[0]
        if first.name == "wrong":
            form.mark(first.title)
            label = BY_NAME[first.title].label if first.title in BY_NAME else first.title
            self._warn(f"! {label}: {first.rows[0][0]}")
            found.update("")
            answer.display = answer.fits(self.asked)
            if first.title in BY_NAME:
                form.line(first.title).focus()
            return
        form.mark(None)
        doubt = doubt_of(content)
        self._warn(f"? model: {doubt}" if doubt else "")
        found.update(found_line(content, self.asked))
        answer.display = True
        answer.show(content, self.asked, self.place.row)
        self.action_rows()

    def _warn(self, text: str) -> None:
        line = self.query_one("#wrong", Static)
        line.update(text)
        line.display = bool(text)

    def picture(self) -> str | None:
        """Speed against price or memory, where that is shown."""
        return self.query_one(Answer).svg()

    @on(Form.Asked)
    def _asked(self, event: Form.Asked) -> None:
        self._go(replace(self.asked, given=event.texts))

    def _go(self, asked: AskedHardware) -> None:
        """Another question; back returns to the one before."""
        if asked == self.asked:
            self.place = self.here()
            self.load()
        else:
            self.browser.go(Place(self.NAME, asked.path))

    def _fill(self) -> None:
        self.query_one(Form).fill(self.asked.given, self.asked.view)

    @work(thread=True, exclusive=True, group="names")
    def _suggest(self) -> None:
        warehouse, worker = self.warehouse, get_current_worker()
        if warehouse is None:
            return
        try:
            with warehouse.cursor() as cursor:
                models, devices = names(cursor)
        except (BenchmartError, duckdb.Error):
            return  # suggestions are a help only; the answer says what is amiss
        if not worker.is_cancelled:
            self.app.call_from_thread(self._suggested, models, devices)

    def _suggested(self, models: list[str], devices: list[str]) -> None:
        from predictors.selector.request import MODES

        form = self.query_one(Form)
        for name, known in {"model": models, "hardware": devices, "gpu": devices, "mode": MODES}.items():
            form.suggest(name, known)

    def action_model(self) -> None:
        """Type a model."""
        self.query_one(Form).line("model").focus()

    def action_rows(self) -> None:
        """From the form to the answer."""
        table = self.query_one(Answer).table
        self.set_focus(table if table.display else None)

    def action_view(self, view: str) -> None:
        """Another view, with what is typed."""
        self._go(AskedHardware(self.query_one(Form).texts, view, self.asked.simulated))

    def action_plan(self) -> None:
        """Plan training on the device of the row, unless memory is typed."""
        texts, table = self.query_one(Form).texts, self.query_one(Answer).table
        row = table.row(table.cursor) if table.row_count and "hardware_id" in table.columns else None
        device = str(row[list(table.columns).index("hardware_id")]) if row is not None else SIMULATED
        if "each" not in texts and not device.startswith(SIMULATED):
            texts["gpu"] = device
        self._go(AskedHardware(texts, PLAN, self.asked.simulated))

    def action_front(self) -> None:
        """Speed against price, then against memory."""
        self.action_view("memory" if self.asked.view == "price" else "price")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A letter that is typed is no command."""
        if action == "simulate":
            return not isinstance(self.focused, Input)
        return super().check_action(action, parameters)

    def action_simulate(self) -> None:
        """Rank a device that nobody has."""
        before = self.asked.simulated
        self.app.push_screen(SimulatedDialog(before[-1] if before else ""), self._simulated)

    def _simulated(self, device: str | None) -> None:
        if device is None:
            return
        name = device.split(",")[0]
        kept = [each for each in self.asked.simulated if each.split(",")[0] != name]
        view = OPTIONS if self.asked.view == PLAN else self.asked.view
        self._go(replace(self.asked, view=view, simulated=(*kept, device) if device else ()))

    @on(LazyTable.Chosen, "#rows")
    def _chosen(self, event: LazyTable.Chosen) -> None:
        content = self.query_one(Answer).content
        if event.is_past:
            return
        if isinstance(content, Chosen) and content.selection is not None:
            options = (*content.selection.options, *content.selection.rejected)
            named = [each for each in options if each.hardware_id == event.row["hardware_id"]]
            if named:
                self._explain(content, named[0])
        elif content is not None and content.sections[0].name == "strategies":
            told = [content.section("why"), content.section("refused")]
            self.app.push_screen(SectionsView(f"Training {self.asked.model}", Content("select", told)))
        else:
            self._take(event.row)

    def _take(self, row: Mapping[str, Any]) -> None:
        """A model of the list, under the condition most of its results have."""
        condition = {name: str(row[name]) for name in ("model", "mode", "precision", "batch") if row[name]}
        self._go(replace(self.asked, given={**self.asked.given, **condition}))

    @work(thread=True, exclusive=True, group="why")
    def _explain(self, content: Chosen, option: "Option") -> None:
        from tui.contents.reasons import reasons

        warehouse, worker = self.warehouse, get_current_worker()
        if warehouse is None or content.selection is None:
            return
        try:
            with warehouse.cursor() as cursor:
                why = reasons(cursor, content.selection, option)
        except (BenchmartError, duckdb.Error) as error:
            self.app.call_from_thread(self.failed, error)
            return
        if not worker.is_cancelled:
            self.app.call_from_thread(self.app.push_screen, SectionsView(option.device.name, why))
