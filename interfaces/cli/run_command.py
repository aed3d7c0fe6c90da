"""`benchmart run`: run a command, record how it ended and how long it took, import what it wrote."""

from typing import TYPE_CHECKING

import click

from benchmart.errors import BenchmartError, ExitCode
from interfaces.cli.options import home_option

if TYPE_CHECKING:
    from collectors.commands.record import Recorded
    from collectors.importing import ImportReport

_EXPLAINED_FILES = 5


@click.command("run", context_settings={"allow_interspersed_args": False})
@click.argument("command_line", metavar="-- COMMAND...", nargs=-1, required=True, type=click.UNPROCESSED)
@home_option
@click.option("--subject", metavar="NAME", help="What the result is about [default: the command line]")
@click.option(
    "--condition",
    "conditions",
    metavar="KEY=VALUE",
    multiple=True,
    help="What must be equal for two results to be comparable; may be repeated",
)
@click.option(
    "--timeout",
    "timeout_seconds",
    metavar="SECONDS",
    type=click.FloatRange(min=0, min_open=True),
    help="End the command, and all it has started, after this time",
)
@click.option(
    "--import",
    "--junit",
    "--json",
    "imports",
    metavar="PATH|GLOB",
    multiple=True,
    help="Import these files or folders if the command wrote them; quote patterns. Formats are recognised by content",
)
@click.pass_context
def command(
    ctx: click.Context,
    /,
    *,
    command_line: tuple[str, ...],
    home: str | None,
    subject: str | None,
    conditions: tuple[str, ...],
    timeout_seconds: float | None,
    imports: tuple[str, ...],
) -> None:
    """Run a command, record how it ended and how long it took, import what it wrote.

    Its output passes through, through pipes: programs that look for a terminal find none. Ctrl-C and other signals
    reach the command, and its end is recorded then too. The whole command line is recorded: keep passwords out of it.

    \b
    Examples:
      benchmart run -- make bench
      benchmart run --junit report.xml -- pytest --junitxml report.xml
      benchmart run --json 'out/*.json' --subject nightly --timeout 3600 -- ./bench.sh

    \b
    Exit codes, beside the command's own:
      124    it was ended after --timeout
      125    it was not started, or it succeeded, and nothing could be recorded or imported
      126    it cannot be started
      127    there is no such command
      128+n  signal n ended it
    """
    from collectors.commands import run_and_record

    condition = _condition(conditions)
    try:
        recorded = run_and_record(
            home,
            command_line,
            subject=subject,
            timeout_seconds=timeout_seconds,
            condition=condition,
            imports=imports,
        )
    except BenchmartError as error:
        click.echo(f"error: {error}", err=True)
        ctx.exit(ExitCode.NOT_RECORDED)
    _tell(recorded)
    is_lost = recorded.exit_code == 0 and recorded.problems
    ctx.exit(ExitCode.NOT_RECORDED if is_lost else recorded.exit_code)


def _condition(conditions: tuple[str, ...]) -> dict[str, str]:
    pairs = [text.partition("=") for text in conditions]
    if wrong := [key for key, is_pair, _ in pairs if not (key and is_pair)]:
        raise click.BadParameter(f"{wrong[0]!r} is not KEY=VALUE", param_hint="--condition")
    return {key: value for key, _, value in pairs}


def _tell(recorded: "Recorded") -> None:
    """On stderr, what was recorded; the command's output stays what it is."""
    for problem in recorded.problems:
        click.echo(f"error: {problem}", err=True)
    if not recorded.problems:
        click.echo(
            f"benchmart: {recorded.status} after {recorded.wall_seconds:.3f} s: {recorded.subject}", err=True
        )
    if recorded.missing:
        click.echo("benchmart: the command wrote none of the files to import", err=True)
    if recorded.imported:
        _tell_import(recorded.imported)


def _tell_import(report: "ImportReport") -> None:
    records, new = (
        sum(getattr(file, count) for file in report.files) for count in ("records", "quarantined_new")
    )
    told = f"benchmart: {len(report.files)} files imported: {records} records"
    click.echo(f"{told}, {new} parts not understood" if new else told, err=True)
    for file in [file for file in report.files if file.reason][:_EXPLAINED_FILES]:
        click.echo(f"{file.outcome}: {file.path}: {file.reason}", err=True)
