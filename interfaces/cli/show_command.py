"""`benchmart show`: what a screen of the browser shows, without a screen."""

from typing import TYPE_CHECKING

import click

from interfaces.cli.options import home_option, json_option

if TYPE_CHECKING:
    import duckdb

    from tui.contents.content import Content


@click.command("show")
@click.argument("screen", type=click.Choice(["overview", "results", "changes", "sql"]))
@home_option
@click.option("--search", default="", metavar="WORDS", help="results: keep those with all of these words")
@click.option(
    "--sort", default="measured", show_default=True, metavar="COLUMN", help="results: by this column"
)
@click.option("--ascending", is_flag=True, help="results: the smallest first")
@click.option("--sql", metavar="STATEMENT", help="sql: what to ask")
@click.option("--limit", type=click.IntRange(min=1), default=100, show_default=True, help="Most rows")
@json_option
def command(
    screen: str,
    home: str | None,
    search: str,
    sort: str,
    sql: str | None,
    limit: int,
    *,
    ascending: bool,
    as_json: bool,
) -> None:
    """Print what a screen of `benchmart tui` shows: for scripts, and to see it before going there.

    \b
    Examples:
      benchmart show overview --json
      benchmart show results --search "convnext fp16" --sort items/s
      benchmart show changes --limit 20
      benchmart show sql --sql "select count(*) from series_changes" --json
    """
    from benchmart.config import find_home
    from benchmart.connection import open_warehouse
    from interfaces.cli.tables import print_json

    with open_warehouse(find_home(home)) as connection:
        if screen == "results":
            from tui.contents.results import Asked, results

            content = results(connection, Asked(search, sort, not ascending), limit)
        elif screen == "changes":
            from tui.contents.changes import changed

            content = changed(connection, limit)
        else:
            content = _overview(connection) if screen == "overview" else _answer(connection, sql, limit)
    if as_json:
        print_json(content.as_document())
    else:
        _print(content)


def _overview(connection: "duckdb.DuckDBPyConnection") -> "Content":
    from tui.contents.overview import overview

    return overview(connection)


def _answer(connection: "duckdb.DuckDBPyConnection", sql: str | None, limit: int) -> "Content":
    from benchmart.errors import UsageError
    from tui.contents.statement import statement

    if not sql:
        raise UsageError("nothing to ask", hint="--sql has the statement")
    return statement(connection, sql, limit)


def _print(content: "Content") -> None:
    from interfaces.cli.tables import print_table
    from tui.words import cell, is_number

    for section in content.sections:
        click.echo(f"== {section.title}")
        if not section.rows:
            click.echo(section.empty)
            continue
        numeric = [
            name for at, name in enumerate(section.columns) if any(is_number(row[at]) for row in section.rows)
        ]
        cells = [
            [cell(name, value) for name, value in zip(section.columns, row, strict=True)]
            for row in section.rows
        ]
        print_table(section.columns, cells, numeric=numeric)
