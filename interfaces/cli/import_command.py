"""`benchmart import`: read other tools' result files into the event log."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from interfaces.cli.options import home_option, json_option

if TYPE_CHECKING:
    from rich.table import Table

    from collectors.importing import ImportReport
    from collectors.importing.importer import Progress

_COUNTS = ("files", "records", "new", "known", "quarantined", "not_measured", "untouched")
_EXPLAINED_FILES = 40
_PIPED_WIDTH = 160
"""Characters a line where stdout is no terminal: wide enough that no column is cut."""


@click.command("import")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@home_option
@click.option("--dry-run", is_flag=True, help="Read everything and report, but append nothing")
@json_option
@click.pass_context
def command(
    ctx: click.Context, /, *, paths: tuple[Path, ...], home: str | None, dry_run: bool, as_json: bool
) -> None:
    """Read other tools' result files into the event log.

    Each PATH is a file or a folder. A file's format is recognised by its content; what cannot be understood is kept
    in the log with the reason, and importing a file again adds nothing.

    \b
    Examples:
      benchmart import results/                  everything below a folder
      benchmart import --dry-run results/        only tell what would be added
      benchmart import --json run.csv | jq .formats

    \b
    Exit codes:
      0  everything was understood
      3  some of it was quarantined or could not be read
      4  nothing was understood
    """
    from benchmart.config import find_home
    from benchmart.event_log.log import EventLog
    from collectors.importing import import_paths

    log = EventLog(find_home(home).events)
    with _progress() as progress:
        report = import_paths(log, paths, dry_run=dry_run, progress=progress)
    if as_json:
        click.echo(json.dumps(report.as_dict(), indent=2))
    else:
        _show(report)
    ctx.exit(report.exit_code)


@contextmanager
def _progress() -> Iterator["Progress | None"]:
    """A bar on stderr when a person is looking."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def show(path: Path, done: int, total: int) -> None:
            bar.update(task, description=path.name, completed=done, total=total)

        yield show


def _show(report: "ImportReport") -> None:
    from rich.console import Console

    console = Console(width=None if sys.stdout.isatty() else _PIPED_WIDTH)
    console.print(_table(report))
    _explain(report)
    verb = "would be added" if report.is_dry_run else "added"
    click.echo(f"{report.added:,} events {verb}", err=True)


def _table(report: "ImportReport") -> "Table":
    from rich.table import Table

    table = Table("format", box=None, header_style="bold")
    for count in _COUNTS:
        table.add_column(count.replace("_", " "), justify="right")
    for line in report.formats:
        table.add_row(line.format, *(f"{getattr(line, count):,}" for count in _COUNTS))
    return table


def _explain(report: "ImportReport") -> None:
    """Name the files something is wrong with, with the reason, on stderr."""
    explained = [file for file in report.files if file.reason]
    for file in explained[:_EXPLAINED_FILES]:
        click.echo(f"{file.outcome}: {file.path}: {file.reason}", err=True)
    if len(explained) > _EXPLAINED_FILES:
        click.echo(
            f"... and {len(explained) - _EXPLAINED_FILES:,} more files; --json names them all", err=True
        )
