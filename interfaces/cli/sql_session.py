"""Statements and dot commands, asked one after another: what `benchmart sql` does with each."""

import os
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from benchmart.errors import BenchmartError, ExitCode, UsageError
from benchmart.sql_limits import Limits
from interfaces.cli.output import BINARY_FORMATS, TEXT_FORMATS, announce, write_batches, write_text

if TYPE_CHECKING:
    from benchmart.config import Home

SHOWN_ROWS = 200
"""Most rows for people, unless they say otherwise."""


@dataclass
class Session:
    """How statements are asked, and where their rows go.

    Each statement has a connection of its own, so that no build is hindered and each sees the newest.
    """

    home: "Home"
    limits: Limits = field(default_factory=Limits)
    form: str = "table"
    limit: int | None = None
    """Most rows, 0 for all; None for as many as the form is good for."""
    output: Path | None = None
    is_timed: bool = False
    """Whether rows and time are told after each statement."""

    def run(self, sql: str, parameters: Mapping[str, Any] | None = None) -> None:
        """Answer one statement. Raises StatementRefused."""
        self._answer(sql, lambda _: parameters or {})

    def run_named(self, name: str, given: Mapping[str, str]) -> None:
        """Answer a named query. Raises UsageError for an unknown name or parameter."""
        from benchmart.queries.named import bound, named_query

        query = named_query(name)
        self._answer(query.sql, lambda connection: bound(connection, query, given))

    def _answer(self, sql: str, parameters: Callable[[Any], Mapping[str, Any]]) -> None:
        from benchmart.connection import open_warehouse
        from benchmart.queries.statement import Asking, ask, ask_for_batches

        asking = Asking(self._most_rows(), self.limits, end_process)
        with open_warehouse(self.home, self.limits) as connection:
            values = parameters(connection)
            if self.form in BINARY_FORMATS:
                batches = ask_for_batches(connection, sql, values, asking)
                write_batches(batches.schema, batches.batches(), self.form, self.output)
                self._tell(batches.row_count, batches.seconds, is_truncated=batches.is_truncated)
            else:
                answer = ask(connection, sql, values, asking)
                write_text(answer.columns, answer.rows(), self.form, self.output)
                self._tell(answer.row_count, answer.seconds, is_truncated=answer.is_truncated)

    def _most_rows(self) -> int | None:
        if self.limit is not None:
            return self.limit or None
        return SHOWN_ROWS if self.form in {"table", "markdown"} and self.output is None else None

    def _tell(self, count: int, seconds: float, *, is_truncated: bool) -> None:
        if is_truncated:
            click.echo(
                f"... only the first {count:,} rows are shown; {self._way_to_more()} shows all", err=True
            )
        if self.output is not None:
            announce(count, self.output)
        elif not count and not self.is_timed:
            click.echo("no rows", err=True)
        if self.is_timed:
            click.echo(f"({count:,} row{'' if count == 1 else 's'}, {seconds * 1000:,.0f} ms)", err=True)

    def _way_to_more(self) -> str:
        return ".limit 0" if self.is_timed else "--limit 0"

    def handle(self, text: str) -> bool:
        """Do what was typed at a prompt, and say what was wrong with it; False when that was to leave."""
        line = text.strip()
        try:
            if line.startswith("."):
                return self._command(line)
            if line.strip("; "):
                self.run(line)
        except (BenchmartError, click.ClickException) as error:
            click.echo(
                f"error: {error.message if isinstance(error, click.ClickException) else error}", err=True
            )
        return True

    def _command(self, line: str) -> bool:
        try:
            name, *words = shlex.split(line.rstrip(";"))
        except ValueError as error:
            raise UsageError(f"cannot be read: {error}", where=line) from error
        found = COMMANDS.get(name)
        if found is None:
            raise UsageError(f"no command {name!r}", hint=f"There are: {', '.join(COMMANDS)}")
        return found.action(self, words)


@dataclass(frozen=True)
class DotCommand:
    """What a word with a dot before it does."""

    usage: str
    description: str
    action: Callable[[Session, list[str]], bool]
    """Given the words behind; False to leave."""


def end_process(reason: str) -> NoReturn:
    """Say why, and end at once: a single value that takes for ever cannot be interrupted."""
    click.echo(f"error: {reason}", err=True)
    os._exit(int(ExitCode.USAGE))


def named_values(pairs: list[str] | tuple[str, ...]) -> dict[str, str]:
    """`name=value` texts as a dictionary. Raises UsageError."""
    for pair in pairs:
        if "=" not in pair.lstrip("="):
            raise UsageError(f"cannot be read: {pair}", hint="Write name=value")
    return {name.strip().lstrip("$"): value for name, _, value in (pair.partition("=") for pair in pairs)}


def list_queries(form: str, output: Path | None = None) -> None:
    """The named queries: a table for people, or everything about each."""
    from dataclasses import asdict

    from benchmart.queries.named import named_queries

    queries = named_queries()
    if form in {"table", "markdown"}:
        rows = [
            (query.name, query.description, "; ".join(each.usage for each in query.parameters))
            for query in queries.values()
        ]
        write_text(("query", "answers", "parameters"), rows, form, output)
    else:
        documents = [asdict(query) for query in queries.values()]
        write_text(tuple(documents[0]), [tuple(each.values()) for each in documents], form, output)


def _tables(session: Session, _words: list[str]) -> bool:
    replace(session, limit=0).run(
        "select table_name as mart, count(*) as columns from information_schema.columns"
        " where table_schema = 'main' group by all order by all"
    )
    return True


def _describe(session: Session, words: list[str]) -> bool:
    if len(words) != 1:
        raise UsageError("one mart is described at a time", hint="Try: .describe fct_results")
    replace(session, limit=0).run(
        f"select column_name, column_type from (describe {words[0]})"  # noqa: S608 - judged as any statement
    )
    return True


def _queries(session: Session, _words: list[str]) -> bool:
    list_queries("table" if session.form in BINARY_FORMATS else session.form)
    return True


def _query(session: Session, words: list[str]) -> bool:
    if not words:
        raise UsageError("no name", hint="Try: .queries")
    session.run_named(words[0], named_values(words[1:]))
    return True


def _format(session: Session, words: list[str]) -> bool:
    if len(words) != 1 or words[0] not in TEXT_FORMATS:
        raise UsageError("no such format", hint=f"There are: {', '.join(TEXT_FORMATS)}")
    session.form = words[0]
    return True


def _limit(session: Session, words: list[str]) -> bool:
    if len(words) != 1 or not words[0].isdecimal():
        raise UsageError("no number of rows", hint="Try: .limit 1000, or .limit 0 for all")
    session.limit = int(words[0])
    return True


def _timeout(session: Session, words: list[str]) -> bool:
    try:
        [seconds] = map(float, words)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise UsageError("no number of seconds", hint="Try: .timeout 120")
    session.limits = replace(session.limits, seconds=seconds)
    return True


def _help(_session: Session, _words: list[str]) -> bool:
    click.echo("A statement ends with a semicolon, and may take several lines.")
    for command in COMMANDS.values():
        click.echo(f"{command.usage:<28}{command.description}")
    return True


def _quit(_session: Session, _words: list[str]) -> bool:
    return False


COMMANDS = {
    ".tables": DotCommand(".tables", "the marts", _tables),
    ".describe": DotCommand(".describe MART", "its columns", _describe),
    ".queries": DotCommand(".queries", "questions that have a name", _queries),
    ".query": DotCommand(".query NAME [name=value...]", "ask one of them", _query),
    ".format": DotCommand(".format FORMAT", f"print rows as {', '.join(TEXT_FORMATS)}", _format),
    ".limit": DotCommand(".limit ROWS", "most rows to print, 0 for all", _limit),
    ".timeout": DotCommand(".timeout SECONDS", "longest run time of a statement", _timeout),
    ".help": DotCommand(".help", "this list", _help),
    ".quit": DotCommand(".quit", "leave; Ctrl-D does too", _quit),
}
