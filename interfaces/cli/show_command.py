"""`benchmart show`: what a screen of the browser shows, without a screen."""

from typing import TYPE_CHECKING

import click

from interfaces.cli.options import home_option, json_option

if TYPE_CHECKING:
    from tui.contents.content import Content


@click.command("show")
@click.argument("place", metavar="SCREEN[/WHAT]")
@home_option
@click.option(
    "--filter", "search", default="", metavar="WORDS", help="Keep rows with these words, as typed after /"
)
@click.option(
    "--sort", default="", metavar="COLUMN", help="By this column, instead of the screen's own order"
)
@click.option("--ascending", is_flag=True, help="The smallest first")
@click.option("--group", default="", metavar="COLUMN", help="Count the values of this column")
@click.option("--sql", metavar="STATEMENT", help="sql: what to ask")
@click.option("--limit", type=click.IntRange(min=1), default=100, show_default=True, help="Most rows")
@json_option
def command(
    place: str,
    home: str | None,
    search: str,
    sort: str,
    group: str,
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
      benchmart show results --filter "convnext fp16 batch>=32" --sort items/s
      benchmart show results --group hardware
      benchmart show matrix/model/convnext_base --filter "fp16 mode=inference"
      benchmart show compare --filter "fp16 a100"
      benchmart show changes --limit 20
      benchmart show trends --filter "degrading latency"
      benchmart show "select/resnet50?precision=amp_fp16&batch=256" --json
      benchmart show sql --sql "select count(*) from series_changes" --json
      benchmart show sql/query/top_throughput
    """
    from benchmart.config import find_home
    from benchmart.connection import open_warehouse
    from benchmart.errors import UsageError
    from interfaces.cli.tables import print_json
    from tui.contents.listing import Asked
    from tui.contents.shown import CONTENTS, Wanted

    screen, _, path = place.partition("/")
    if screen not in CONTENTS:
        raise UsageError(f"no screen {screen!r}", hint=f"There are {', '.join(CONTENTS)}")
    asked = Asked(search, sort, False if ascending else None, group)
    there = find_home(home)
    with open_warehouse(there) as connection:
        content = CONTENTS[screen](connection, Wanted(path, asked, limit, sql, there))
    if as_json:
        print_json(content.as_document())
    else:
        _print(content)


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
