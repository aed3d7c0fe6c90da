"""`benchmart sql`: one read-only statement against the warehouse."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from interfaces.cli.options import as_of_option, home_at, home_option

if TYPE_CHECKING:
    from benchmart.queries.rows import Rows

_TABLE_LIMIT = 200


@click.command("sql")
@click.argument("statement", required=False)
@home_option
@as_of_option
@click.option(
    "--file",
    "-f",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Read the statement from a file",
)
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True,
    help="How to print the rows",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="The same as --format json")
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    help=f"Most rows to print, 0 for all [default: {_TABLE_LIMIT} in a table, else all]",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.1),
    default=60.0,
    show_default=True,
    help="Longest run time, in seconds",
)
def command(
    statement: str | None,
    home: str | None,
    as_of: str | None,
    path: Path | None,
    form: str,
    as_json: bool,  # noqa: FBT001
    limit: int | None,
    timeout: float,
) -> None:
    """Run one read-only SQL statement (DuckDB's dialect) against the warehouse.

    Without a STATEMENT it is read from --file or from standard input. `show tables` names the marts, and
    `describe MART` their columns. The file can also be opened with DuckDB itself: it is an ordinary database.

    \b
    Examples:
      benchmart sql "show tables"
      benchmart sql "select hardware_id, status from compatibility_matrix where model_id = 'resnet50'"
      benchmart sql --format csv -f question.sql > answer.csv
      echo "from series limit 5" | benchmart sql --json
    """
    from benchmart.connection import open_warehouse
    from benchmart.queries.statement import run_statement

    form = "json" if as_json else form
    most = limit if limit is not None else _TABLE_LIMIT if form == "table" else 0
    text = _statement(statement, path)
    with open_warehouse(home_at(home, as_of)) as connection:
        rows = run_statement(connection, text, limit=most or None, timeout_seconds=timeout)
    _print(rows, form)
    if rows.is_truncated:
        click.echo(f"... only the first {most:,} rows are shown; --limit 0 shows all", err=True)


def _statement(statement: str | None, path: Path | None) -> str:
    from benchmart.errors import UsageError

    if statement is not None and path is not None:
        raise UsageError("both a statement and --file were given", hint="Give one of them")
    if path is not None:
        try:
            return path.read_text(encoding="utf-8")
        except OSError as error:
            raise UsageError(f"cannot be read: {os.strerror(error.errno or 0)}", where=str(path)) from error
        except UnicodeDecodeError as error:
            raise UsageError("is not UTF-8 text", where=str(path)) from error
    if statement is None and sys.stdin.isatty():
        raise UsageError("no statement", hint='Try: benchmart sql "show tables"')
    return statement if statement is not None else sys.stdin.read()


def _print(rows: "Rows", form: str) -> None:
    from interfaces.cli.tables import print_csv, print_json, print_table, shown

    if form == "csv":
        print_csv(rows.columns, rows.rows)
    elif form == "json":
        print_json(rows.as_dicts())
    else:
        numeric = [
            name
            for place, name in enumerate(rows.columns)
            if any(
                isinstance(row[place], int | float) and not isinstance(row[place], bool) for row in rows.rows
            )
        ]
        print_table(rows.columns, (list(map(shown, row)) for row in rows.rows), numeric)
