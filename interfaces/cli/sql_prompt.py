"""The prompt of `benchmart sql`: history, completion, colours, several lines.

prompt_toolkit is what IPython, pgcli and litecli are made with. Python's own readline edits one line at a time, shows
no meanings beside the words it completes, and is another library on every system.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import click
from prompt_toolkit import PromptSession
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.lexers import PygmentsLexer
from pygments.lexers.sql import SqlLexer

from benchmart.config import Home
from interfaces.cli.sql_completion import Names, read_names, suggestions
from interfaces.cli.sql_history import kept_history
from interfaces.cli.sql_session import COMMANDS, Session

_MORE = "      ...> "


class MartCompleter(Completer):
    """Completes with the names of the warehouse as it is served; they are read again when a build has replaced it."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._seen: tuple[int, int] | None = None
        self._names = Names()

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:  # noqa: ARG002
        """What may come next."""
        for text, meaning, taken in suggestions(document.text_before_cursor, self._current_names()):
            yield Completion(text, start_position=-taken, display_meta=meaning)

    def _current_names(self) -> Names:
        seen = None
        with suppress(OSError):
            status = self._home.warehouse.stat()
            seen = (status.st_ino, status.st_mtime_ns)
        if seen is None or seen != self._seen:
            self._names = read_names(
                self._home, {name: command.description for name, command in COMMANDS.items()}
            )
            self._seen = seen
        return self._names


def prompt(session: Session, **terminal: Any) -> None:
    """Ask until the end of input or `.quit`; errors are told and it goes on. `terminal`: what prompt_toolkit takes."""
    session.is_timed = True
    prompts: PromptSession[str] = PromptSession(
        "benchmart> ",
        history=kept_history(),
        auto_suggest=AutoSuggestFromHistory(),
        completer=MartCompleter(session.home),
        complete_while_typing=True,
        lexer=PygmentsLexer(SqlLexer),
        multiline=Condition(lambda: not is_complete(prompts.default_buffer.text)),
        prompt_continuation=_MORE,
        key_bindings=_keys(),
        **terminal,
    )
    click.echo(f"{session.home.warehouse}: statements end with ;  .help tells more", err=True)
    while True:
        try:
            text = prompts.prompt()
        except KeyboardInterrupt:  # drops the line, as in a shell
            continue
        except EOFError:
            return
        try:
            if not session.handle(text):
                return
        except KeyboardInterrupt:
            click.echo("interrupted", err=True)


def is_complete(text: str) -> bool:
    """Whether the end of the line ends the statement: behind a semicolon, a dot command, or nothing."""
    line = text.strip()
    return not line or line.startswith(".") or line.endswith(";")


def _keys() -> KeyBindings:
    keys = KeyBindings()

    @keys.add("escape", "enter")
    def _(event: KeyPressEvent) -> None:
        """Run what is there, semicolon or not."""
        event.current_buffer.validate_and_handle()

    return keys
