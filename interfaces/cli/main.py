"""`benchmart`: finds the command, loads only its module, and turns errors into exit codes."""

import os
import sys
from importlib import import_module

import click

from benchmart import __version__
from benchmart.errors import BenchmartError, ExitCode

COMMANDS = {
    "collect": "Measure models on this machine and append the results to the event log.",
    "train-bench": "Train models on the ranks of this machine: speed, memory, loss.",
    "run": "Run a command, record how it ended, import what it wrote.",
    "import": "Read other tools' result files into the event log.",
    "profile": "Trace models into tables of operators, without weights or data.",
    "build": "Build the warehouse from the event log.",
    "matrix": "Show what works where: the compatibility matrix.",
    "compare": "Compare devices, software, precisions and more on equal conditions.",
    "report": "Write a report: Markdown, or one HTML file with charts.",
    "explain": "Explain a cell of a table: formula, events, source lines.",
    "diff": "Show what changed in the tables between two moments, and why.",
    "predict": "Predict what was not measured, and how sure that is.",
    "select": "Choose the hardware for a model, and say why.",
    "plan": "Plan a training run: strategy, memory, time, and files to start it.",
    "outliers": "Find results that cannot be right, and show who says so.",
    "detect": "Find changes, outliers and trends of series in CSV files.",
    "changes": "List changes of level, acknowledge them, link issues.",
    "baseline": "Mark runs or points that others are compared with.",
    "gate": "Judge results just taken against those before, for CI.",
    "tui": "Browse the warehouse in the terminal.",
    "show": "Print what a screen of the browser shows.",
    "notify": "Tell a webhook or a file of changes, each once.",
    "quality": "Show where results break a rule of data quality.",
    "query": "Ask about one metric by device, model, batch size or family.",
    "sql": "Ask in SQL: statements, named queries, or a prompt.",
    "log": "Verify, checkpoint and show the event log.",
}
"""Command name to its one-line help, so that `benchmart --help` needs none of their modules."""


class LazyGroup(click.Group):
    """A group that imports `interfaces.cli.<name>_command` when its command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = import_module(f"interfaces.cli.{name.replace('-', '_')}_command")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="benchmart")
def cli() -> None:
    """Keep every benchmark result as an event, build tables from them, ask with SQL.

    \b
    benchmart collect          measure this machine
    benchmart import PATH      take in results of other tools
    benchmart build            make the tables
    benchmart matrix           what works where
    """


def main() -> None:
    """Entry point of the `benchmart` command."""
    try:
        code = cli(standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("interrupted; what was finished is kept, and running it again does the rest", err=True)
        code = 130
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except BenchmartError as error:
        click.echo(f"error: {error}", err=True)
        code = error.exit_code
    except OSError as error:  # such as a home that may not be entered, or a full disk behind stdout
        hint = (
            ". Choose another folder with --home or BENCHMART_HOME"
            if isinstance(error, PermissionError)
            else ""
        )
        where = f"{error.filename}: " if error.filename else ""
        click.echo(f"error: {where}{os.strerror(error.errno or 0)}{hint}", err=True)
        code = ExitCode.FAILURE
    sys.exit(int(code) if isinstance(code, int) else ExitCode.OK)
