"""`benchmart import`: read other tools' result files into the event log."""

import json
import shlex
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from interfaces.cli.options import home_option, json_option

if TYPE_CHECKING:
    from rich.table import Table

    from collectors.adapters.contract import Adapter
    from collectors.importing import ImportReport
    from collectors.importing.importer import Progress

_COUNTS = ("files", "records", "new", "known", "quarantined", "not_measured", "untouched")
_EXPLAINED_FILES = 40
_TABLES = (".csv", ".tsv", ".json", ".parquet")
_LARGEST_TABLE_BYTES = 2**30
_LOOKED_AT_BYTES = 4096
_SECONDS_A_LINE = 0.1
_PIPED_WIDTH = 160
"""Characters a line where stdout is no terminal: wide enough that no column is cut."""


@click.command("import")
@click.argument("paths", metavar="PATH...", nargs=-1, type=click.Path(path_type=Path))
@home_option
@click.option(
    "--mapping",
    "mappings",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A TOML file that explains a kind of table (see docs/mapping.md); may be given several times",
)
@click.option(
    "--suggest-mapping",
    "unexplained",
    metavar="TABLE",
    type=click.Path(path_type=Path),
    help="Print a draft of a mapping for this table, and import nothing",
)
@click.option("--dry-run", is_flag=True, help="Read everything and report, but append nothing")
@click.option(
    "--progress",
    "shown",
    type=click.Choice(["auto", "lines"]),
    default="auto",
    show_default=True,
    help="lines: `done/total file` on stderr, for programs; else a bar where a person is looking",
)
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    *,
    paths: tuple[Path, ...],
    home: str | None,
    mappings: tuple[Path, ...],
    unexplained: Path | None,
    dry_run: bool,
    shown: str,
    as_json: bool,
) -> None:
    """Read other tools' result files into the event log.

    Each PATH is a file or a folder. A file's format is recognised by its content; what cannot be understood is kept
    in the log with the reason, and importing a file again adds nothing.

    \b
    Examples:
      benchmart import results/                  everything below a folder
      benchmart import --dry-run results/        only tell what would be added
      benchmart import --json run.csv | jq .formats
      benchmart import --suggest-mapping table.csv > table.toml
      benchmart import --mapping table.toml table.csv

    \b
    Exit codes:
      0  everything was understood
      3  some of it was quarantined or could not be read
      4  nothing was understood
    """
    from benchmart.config import find_home
    from benchmart.event_log.log import EventLog
    from collectors.importing import import_paths

    if unexplained is not None:
        _suggest(unexplained, paths)
        return
    if not paths:
        raise click.MissingParameter(ctx=ctx, param=ctx.command.params[0])
    adapters = _adapters(mappings)
    log = EventLog(find_home(home).events)
    with _progress_lines() if shown == "lines" else _progress() as progress:
        report = import_paths(log, paths, dry_run=dry_run, progress=progress, adapters=adapters)
    if as_json:
        click.echo(json.dumps(report.as_dict(), indent=2))
    else:
        _show(report)
        _advise(report, dict(zip((adapter.name for adapter in adapters), mappings, strict=False)))
    ctx.exit(report.exit_code)


def _adapters(mappings: Sequence[Path]) -> "tuple[Adapter, ...]":
    """Every adapter; those of the mappings given are asked first."""
    from benchmart.errors import UsageError
    from collectors.adapters.mapping import read_mapping
    from collectors.adapters.registry import all_adapters

    own = tuple(read_mapping(path) for path in mappings)
    names = [adapter.name for adapter in (*own, *all_adapters())]
    for adapter, path in zip(own, mappings, strict=True):
        if names.count(adapter.name) > 1:
            hint = "Rename the file: its name becomes the name of the format"
            raise UsageError("another format has this name", where=str(path), hint=hint)
    return own + all_adapters()


def _suggest(table: Path, paths: Sequence[Path]) -> None:
    """Print a draft of a mapping."""
    import os

    from benchmart.errors import UsageError
    from collectors.adapters.document import Document
    from collectors.adapters.mapping.suggest import suggest
    from collectors.importing.compressed import TooLarge, decompressed

    if paths:
        raise UsageError(
            "--suggest-mapping takes one table and imports nothing", hint="Leave out the other paths"
        )
    try:
        data = decompressed(table.read_bytes(), _LARGEST_TABLE_BYTES)
    except OSError as error:
        raise UsageError(f"cannot be read: {os.strerror(error.errno or 0)}", where=str(table)) from error
    except TooLarge as error:
        raise UsageError(str(error), where=str(table)) from error
    if b"\0" in data[:_LOOKED_AT_BYTES] and not data.startswith(b"PAR1"):
        raise UsageError("is no table", where=str(table), hint="A mapping explains CSV, JSON and Parquet")
    click.echo(suggest(Document(str(table), data)), nl=False)


@contextmanager
def _progress_lines() -> Iterator["Progress | None"]:
    """A line a file, and no more of them than can be read."""
    last = 0.0

    def show(path: Path, done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if done == total or now - last >= _SECONDS_A_LINE:
            last = now
            click.echo(f"{done}/{total} {path}", err=True)

    yield show


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
    if report.superseded:
        verb = "would be retracted" if report.is_dry_run else "are retracted"
        click.echo(
            f"{report.superseded:,} earlier results {verb}: their files are read otherwise now", err=True
        )
    verb = "would be added" if report.is_dry_run else "added"
    click.echo(f"{report.added:,} event{'s' * (report.added != 1)} {verb}", err=True)


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


def _advise(report: "ImportReport", mappings: Mapping[str, Path]) -> None:
    """Say on stderr what to do about tables that nobody knows, and name mappings that were of no use."""
    used = {file.format for file in report.files}
    for name, path in mappings.items():
        if name not in used:
            click.echo(f"{path} fits none of these files: compare the columns it names with theirs", err=True)
    tables = [file.path for file in report.files if file.format is None and file.path.endswith(_TABLES)]
    if tables and not mappings:
        click.echo(
            f"A table of your own needs a mapping: benchmart import --suggest-mapping {shlex.quote(tables[0])}",
            err=True,
        )
