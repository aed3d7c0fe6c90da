"""A form: names and what is typed beside them, as many a line as there is room for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Horizontal
from textual.message import Message
from textual.suggester import SuggestFromList
from textual.widgets import Input, Label

from tui.contents.question import Field


class Form(Container):
    """Enter in any line asks."""

    @dataclass
    class Asked(Message):
        """What is typed is to be asked."""

        texts: Mapping[str, str]

    def __init__(self, fields: Sequence[Field], *, id: str | None = None) -> None:  # noqa: A002 -- textual's name
        """Of these lines."""
        super().__init__(id=id)
        self._fields = fields

    def compose(self) -> ComposeResult:
        """A box for each."""
        for each in self._fields:
            with Horizontal(id=f"box-{each.name}", classes="field"):
                yield Label(each.label, markup=False)
                yield Input(placeholder=each.example, id=f"field-{each.name}", compact=True)

    def line(self, name: str) -> Input:
        """Where a field is typed."""
        return self.query_one(f"#field-{name}", Input)

    def suggest(self, name: str, known: Sequence[str]) -> None:
        """Complete what is typed by known names; right takes what is suggested."""
        self.line(name).suggester = SuggestFromList(known, case_sensitive=False)

    def fill(self, texts: Mapping[str, str], view: str) -> None:
        """These texts, and the lines of a view alone."""
        for each in self._fields:
            self.line(each.name).value = texts.get(each.name, "")
            self.query_one(f"#box-{each.name}").display = view in each.views

    def mark(self, name: str | None) -> None:
        """The line that means nothing has a sign beside its name; None takes all signs away."""
        for each in self._fields:
            is_wrong = each.name == name
            box = self.query_one(f"#box-{each.name}")
            box.set_class(is_wrong, "wrong")
            box.query_one(Label).update(f"! {each.label}" if is_wrong else each.label)

    @property
    def texts(self) -> dict[str, str]:
        """What is typed, without lines that are empty."""
        typed = {each.name: self.line(each.name).value.strip() for each in self._fields}
        return {name: text for name, text in typed.items() if text}

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Asked(self.texts))
