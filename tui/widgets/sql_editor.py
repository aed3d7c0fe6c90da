"""Where a statement is written: with colours, and what may come next offered while one types."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Offset
from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.option_list import Option

from tui.widgets.options import Options
from tui.widgets.sql_colours import coloured, sql_theme

Offers = Callable[[str], Iterator[tuple[str, str, int]]]
"""What may stand at the end of a text: the word, what it is, how many characters it takes the place of."""
_THEME = "sql"
_MOST = 50
_SHOWN = 8
_WIDEST_WORD, _WIDEST = 40, 64


class Completions(Options, can_focus=False):
    """What may come next, beside the cursor; the keys stay with the editor."""

    def offer(self, found: list[tuple[str, str, int]], at: Offset) -> None:
        """Show these; `at` is where the cursor stands on the screen."""
        width = min(_WIDEST_WORD, max(len(word) for word, _, _ in found))
        self.set_options(_option(word, meaning, width) for word, meaning, _ in found)
        self.highlighted = 0
        self.styles.width = min(_WIDEST, width + max(len(meaning) for _, meaning, _ in found) + 5)
        self.styles.height = min(_SHOWN, len(found))
        begun = found[0][2]
        room = self.screen.size.height
        above = at.y + 1 + min(_SHOWN, len(found)) > room and at.y > _SHOWN
        self.absolute_offset = Offset(
            max(0, at.x - begun - 1), at.y - min(_SHOWN, len(found)) if above else at.y + 1
        )
        self.display = True


class SqlEditor(TextArea):
    """Tab takes what is offered, escape closes it; alt and an arrow go through what was asked before."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+up,alt+up", "recall(1)", "Asked before", show=False),
        Binding("ctrl+down,alt+down", "recall(-1)", "Asked after", show=False),
        Binding("ctrl+space,ctrl+@", "complete", "What may come next", show=False),
    ]
    HELP = (
        "Statement: F5 or ctrl+j runs it, tab takes the word that is offered and escape closes the offer,"
        " ctrl+space offers, alt+up and alt+down go through what was asked before, ctrl+r lists it,"
        " ctrl+n lists statements that have a name."
    )

    @dataclass
    class Recalled(Message):
        """An older statement is wanted, or a newer one."""

        by: int

    def __init__(self, text: str, completions: Completions, *, id: str) -> None:  # noqa: A002 -- textual's name
        """`completions` stands elsewhere on the screen, above all."""
        super().__init__(text, soft_wrap=True, show_line_numbers=False, tab_behavior="focus", id=id)
        self.offers: Offers = lambda _before: iter(())
        self._completions = completions
        self._found: list[tuple[str, str, int]] = []

    def on_mount(self) -> None:
        """In the colours of the browser."""
        self._recolour()
        self.theme = _THEME

    def _app_theme_changed(self) -> None:
        self._recolour()
        super()._app_theme_changed()

    def _recolour(self) -> None:
        self.register_theme(sql_theme(_THEME, self.app.current_theme.to_color_system().generate()))

    def _build_highlight_map(self) -> None:
        """In place of textual's, whose grammar of SQL has words of DuckDB as names, and numbers as texts."""
        super()._build_highlight_map()
        for row, begin, end, kind in coloured("\n".join(self.document.lines)):
            self._highlights[row].append((begin, end, kind))

    @property
    def before(self) -> str:
        """The text before the cursor."""
        return self.get_text_range((0, 0), self.cursor_location)

    async def _on_key(self, event: events.Key) -> None:
        if self._completions.display and self._steer(event.key):
            event.stop()
            event.prevent_default()
            return
        was = self.text
        await super()._on_key(event)
        if event.is_printable and self.text != was:
            self.action_complete()
        elif event.key not in ("backspace", "ctrl+@", "ctrl+space"):
            self.close_offer()

    def _steer(self, key: str) -> bool:
        """Whether the key was for what is offered."""
        at = self._completions.highlighted or 0
        if key == "tab":
            self.accept(at)
        elif key == "escape":
            self.close_offer()
        elif key in ("up", "down"):
            self._completions.highlighted = (at + (1 if key == "down" else -1)) % len(self._found)
        else:
            return False
        return True

    def on_blur(self) -> None:
        """Nothing is offered to who writes elsewhere."""
        self.close_offer()

    def action_delete_left(self) -> None:
        """What is offered follows."""
        super().action_delete_left()
        if self._completions.display:
            self.action_complete()

    def action_complete(self) -> None:
        """Offer what may come next; nothing within a text or a comment."""
        before = self.before
        line = before.rpartition("\n")[2]
        is_code = line.count("'") % 2 == 0 and "--" not in line
        self._found = (
            [found for found, _ in zip(self.offers(before), range(_MOST), strict=False)] if is_code else []
        )
        if self._found:
            self._completions.offer(self._found, self.cursor_screen_offset)
        else:
            self.close_offer()

    def accept(self, number: int) -> None:
        """Put a word that is offered in place of what is begun of it."""
        if number < len(self._found):
            word, _, begun = self._found[number]
            row, column = self.cursor_location
            self.replace(word, (row, column - begun), (row, column), maintain_selection_offset=False)
            self.move_cursor((row, column - begun + len(word)))
        self.close_offer()

    def close_offer(self) -> None:
        """Offer nothing any more."""
        self._completions.display = False

    def put(self, text: str) -> None:
        """Another statement, the cursor at its end; undo brings the one before back."""
        self.close_offer()
        self.replace(text, (0, 0), self.document.end)
        self.move_cursor(self.document.end)

    def action_recall(self, by: int) -> None:
        """Older or newer."""
        self.post_message(self.Recalled(by))


def _option(word: str, meaning: str, width: int) -> Option:
    text = Text(no_wrap=True, overflow="ellipsis")
    text.append(f"{word:<{width}}  ")
    text.append(meaning, "dim")
    return Option(text)
