"""One of many texts, found by words of it."""

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static
from textual.widgets.option_list import Option

from tui.screens.dialog import Dialog
from tui.widgets.options import Options

_MOST = 500
_NAME_WIDTH = 24


class Pick(Dialog[str]):
    """Asked over the screen; words narrow the list, enter takes the line, escape leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move('cursor_up')", show=False),
        Binding("down", "move('cursor_down')", show=False),
        Binding("pageup", "move('page_up')", show=False),
        Binding("pagedown", "move('page_down')", show=False),
    ]

    def __init__(self, title: str, lines: Sequence[tuple[str, str]], empty: str) -> None:
        """Each line answers with its first text; the second tells what it is."""
        super().__init__()
        self._title, self._lines, self._empty = title, lines, empty
        self._shown: list[str] = []

    def compose(self) -> ComposeResult:
        """The question, the words, and what has them."""
        with Vertical(classes="dialog tall"):
            yield Static(self._title, markup=False)
            yield Input(placeholder="words to look for", id="words", compact=True)
            yield Options(id="lines", markup=False, compact=True)
            yield Static(id="none", markup=False)

    def on_mount(self) -> None:
        """All of them."""
        self.query_one("#lines", Options).can_focus = False
        self._narrow("")

    @on(Input.Changed, "#words")
    def _typed(self, event: Input.Changed) -> None:
        self._narrow(event.value)

    def _narrow(self, text: str) -> None:
        words = text.lower().split()
        found = [line for line in self._lines if all(word in " ".join(line).lower() for word in words)][
            :_MOST
        ]
        self._shown = [name for name, _ in found]
        options = self.query_one("#lines", Options)
        options.set_options(Option(_shown(*line)) for line in found)
        options.highlighted = 0 if found else None
        none = self.query_one("#none", Static)
        none.update("nothing has these words" if self._lines else self._empty)
        none.display = not found

    def action_move(self, how: str) -> None:
        """In the list, while words are typed."""
        options = self.query_one("#lines", Options)
        getattr(options, f"action_{how}")()

    @on(Input.Submitted, "#words")
    def _take(self) -> None:
        at = self.query_one("#lines", Options).highlighted
        if at is not None:
            self.answer(self._shown[at])

    @on(Options.OptionSelected, "#lines")
    def _select(self, event: Options.OptionSelected) -> None:
        self.answer(self._shown[event.option_index])


def _shown(name: str, meaning: str) -> Text:
    """In one line."""
    text = Text(no_wrap=True, overflow="ellipsis")
    line = " ".join(name.split())
    text.append(f"{line:<{_NAME_WIDTH}}  " if meaning else line, "bold" if meaning else "")
    text.append(meaning)
    return text
