"""`benchmart sql`: read-only SQL statements against the warehouse."""

import os
import sys
from pathlib import Path

import click

from interfaces.cli.options import as_of_option, home_at, home_option

_FORMATS = ("table", "csv", "json", "markdown", "parquet", "arrow")


@click.command("sql")
@click.argument("statement", required=False)
@home_option
@as_of_option
@click.option("--file", "-f", "path", type=click.Path(dir_okay=False, path_type=Path),
              help="Read the statement from a file")  # fmt: skip
@click.option("--query", "-q", "named", metavar="NAME", help="Ask a question that has a name")
@click.option("--set", "-s", "settings", multiple=True, metavar="NAME=VALUE",
              help="Value of a parameter: $NAME in the statement; may be repeated")  # fmt: skip
@click.option("--queries", "is_listing", is_flag=True, help="List the questions that have a name")
@click.option("--format", "form", type=click.Choice(_FORMATS),
              help="How to write the rows [default: as the name of --output says, else a table]")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="The same as --format json")
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="Write the rows to a file"
)
@click.option("--limit", type=click.IntRange(min=0),
              help="Most rows, 0 for all [default: 200 for people to read, else all]")  # fmt: skip
@click.option("--timeout", type=click.FloatRange(min=0.1), default=60.0, show_default=True,
              help="Longest run time, in seconds")  # fmt: skip
@click.option("--memory", type=click.FloatRange(min=0.1), default=2.0, show_default=True,
              help="Most memory, in GiB; twice that on disk for what does not fit")  # fmt: skip
def command(
    statement: str | None,
    home: str | None,
    as_of: str | None,
    path: Path | None,
    named: str | None,
    settings: tuple[str, ...],
    is_listing: bool,  # noqa: FBT001
    form: str | None,
    as_json: bool,  # noqa: FBT001
    output: Path | None,
    limit: int | None,
    timeout: float,
    memory: float,
) -> None:
    """Run one read-only SQL statement (DuckDB's dialect) against the warehouse, or ask a question that has a name.

    Without a STATEMENT it is read from --file or from standard input; on a terminal, a prompt begins, with history
    and completion. `show tables` names the marts, and `describe MART` their columns. What can be asked, and the
    limits: docs/sql.md. The file can also be opened with DuckDB itself: it is an ordinary database.

    \b
    Examples:
      benchmart sql "show tables"
      benchmart sql "select hardware_id, status from compatibility_matrix where model_id = 'resnet50'"
      benchmart sql --queries
      benchmart sql --query top_throughput --set model=resnet50
      benchmart sql -f question.sql --output answer.parquet
      echo "from series limit 5" | benchmart sql --json
    """
    from benchmart.sql_limits import Limits, bound_address_space
    from interfaces.cli.output import chosen_format
    from interfaces.cli.sql_session import Session, list_queries, named_values

    form = chosen_format(form, output, as_json=as_json)
    if is_listing:
        list_queries(form, output)
        return
    given = named_values(settings)
    memory_bytes = int(memory * 2**30)
    limits = Limits(timeout, memory_bytes, 2 * memory_bytes)
    session = Session(home_at(home, as_of), limits, form, limit, output)
    bound_address_space(limits)
    if named is not None:
        _refuse_two(named=named, statement=statement, file=path)
        session.run_named(named, given)
    elif statement is None and path is None and sys.stdin.isatty():
        from interfaces.cli.sql_prompt import prompt

        prompt(session)
    else:
        _refuse_two(statement=statement, file=path)
        session.run(_statement(statement, path), {name: _guessed(text) for name, text in given.items()})


def _refuse_two(**given: object) -> None:
    from benchmart.errors import UsageError

    names = [name for name, value in given.items() if value is not None]
    if len(names) > 1:
        raise UsageError(f"both a {names[0]} and a {names[1]} were given", hint="Give one of them")


def _statement(statement: str | None, path: Path | None) -> str:
    from benchmart.errors import UsageError

    if path is None:
        return sys.stdin.read() if statement is None else statement
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot be read: {os.strerror(error.errno or 0)}", where=str(path)) from error
    except UnicodeDecodeError as error:
        raise UsageError("is not UTF-8 text", where=str(path)) from error


def _guessed(text: str) -> int | float | str:
    """The number that a text is, else the text: nobody said what type it has."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
