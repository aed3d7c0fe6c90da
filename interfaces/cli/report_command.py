"""`benchmart report`: answers as a page with charts, or as Markdown."""

import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from interfaces.cli.options import as_of_option, home_at, home_option

if TYPE_CHECKING:
    import duckdb

    from interfaces.reports.report import Report

_Function = TypeVar("_Function", bound=Callable[..., Any])

_NOT_REPEATED = frozenset({"home", "output", "form"})
"""Options that do not change what a report says."""
_KINDS = (
    "hardware", "stack", "compiler", "precision", "batch", "sequence", "training", "energy", "cost", "system",
)  # fmt: skip


def _page_options(function: _Function) -> _Function:
    """Add `--home`, `--as-of`, `--format` and `--output`."""
    for add in (
        click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
                     help="Write into this file, and not to stdout"),
        click.option("--format", "form", type=click.Choice(["markdown", "html"]),
                     help="How to write it [default: html into a file named so, else markdown]"),
        as_of_option,
        home_option,
    ):  # fmt: skip
        function = add(function)
    return function


def _filter_options(function: _Function) -> _Function:
    """Add the filters that reports share with `matrix` and `compare`."""
    for add in (
        click.option("--precision", "precisions", multiple=True, metavar="NAME", help="Keep this precision"),
        click.option("--mode", "modes", multiple=True, type=click.Choice(["inference", "training"]),
                     help="Keep this mode"),
        click.option("--hardware", multiple=True, metavar="NAME", help="Keep this device; may be repeated"),
        click.option("--model", "models", multiple=True, metavar="NAME", help="Keep this model; may be repeated"),
    ):  # fmt: skip
        function = add(function)
    return function


_family_option = click.option(
    "--family", "families", multiple=True, metavar="NAME", help="Keep this family of models"
)
_limit_option = click.option(
    "--limit", type=click.IntRange(min=1, max=100), default=12, show_default=True, help="Most series to show"
)


@click.group("report")
def command() -> None:
    """Write a report: Markdown, or one HTML file with charts that asks for nothing from elsewhere.

    \b
    Examples:
      benchmart report summary --output summary.html
      benchmart report comparison rtx4090 rtx3090 --output comparison.html
      benchmart report trend --model resnet50 > trend.md
      benchmart report changes --output changes.html
      benchmart report coverage --family vision --format html > coverage.html
      benchmart report prediction --output prediction.html
      benchmart report all --output reports/
    """


@command.command("comparison")
@click.argument("side", required=False)
@click.argument("baseline", required=False)
@_page_options
@click.option(
    "--by", type=click.Choice(_KINDS), default="hardware", show_default=True, help="What to hold against what"
)
@click.option("--metric", default="throughput", show_default=True, metavar="NAME", help="What to compare by")
@_filter_options
@_family_option
@click.option("--collector", "collectors", multiple=True, metavar="NAME",
              help="Keep what this collector or format brought in, such as timm_csv")  # fmt: skip
def comparison(
    home: str | None,
    as_of: str | None,
    form: str | None,
    output: Path | None,
    **asked: Any,
) -> None:
    """Compare SIDE with BASELINE, or all there is, as `benchmart compare` does.

    Of one comparison, it is also told under which conditions it holds and for how many models; pairs are listed the
    worst first.

    \b
    Examples:
      benchmart report comparison rtx4090 rtx3090 --collector timm_csv --output comparison.html
      benchmart report comparison --by stack 2.4 2.1
      benchmart report comparison --by precision --metric latency_mean --format html > precision.html
    """

    def make(connection: "duckdb.DuckDBPyConnection") -> "Report":
        from benchmart.queries.pairs import Asked
        from interfaces.reports.comparison import comparison_report

        return comparison_report(connection, Asked(**asked), _again())

    _write(home, as_of, form, output, make)


@command.command("trend")
@_page_options
@click.option("--metric", "metrics", multiple=True, metavar="NAME", help="Keep this metric; may be repeated")
@click.option(
    "--versions", "has_versions", is_flag=True, help="Only series with more than one version of the runtime"
)
@_filter_options
@_limit_option
def trend(
    home: str | None,
    as_of: str | None,
    form: str | None,
    output: Path | None,
    limit: int,
    **asked: Any,
) -> None:
    """Show the series with most points, over time or over versions, and what changed between versions.

    \b
    Examples:
      benchmart report trend --output trend.html
      benchmart report trend --versions --model resnet50 --metric throughput
      benchmart report trend --mode training --limit 4
    """

    def make(connection: "duckdb.DuckDBPyConnection") -> "Report":
        from benchmart.queries.trends import TrendFilter
        from interfaces.reports.trend import trend_report

        return trend_report(connection, TrendFilter(**asked), limit, _again())

    _write(home, as_of, form, output, make)


@command.command("changes")
@_page_options
@click.option("--metric", "metrics", multiple=True, metavar="NAME", help="Keep this metric; may be repeated")
@click.option("--verdict", "verdicts", multiple=True, type=click.Choice(["regression", "improvement"]),
              help="Keep these")  # fmt: skip
@_filter_options
@_limit_option
def changes(
    home: str | None,
    as_of: str | None,
    form: str | None,
    output: Path | None,
    limit: int,
    **asked: Any,
) -> None:
    """Show the series whose level changed, the largest change first, with pictures.

    \b
    Examples:
      benchmart report changes --output changes.html
      benchmart report changes --verdict regression --model resnet50
    """

    def make(connection: "duckdb.DuckDBPyConnection") -> "Report":
        from benchmart.queries.series_changes import ChangeFilter
        from interfaces.reports.changes import changes_report

        return changes_report(connection, ChangeFilter(**asked), limit, _again())

    _write(home, as_of, form, output, make)


@command.command("coverage")
@_page_options
@_filter_options
@_family_option
def coverage(
    home: str | None,
    as_of: str | None,
    form: str | None,
    output: Path | None,
    **asked: Any,
) -> None:
    """Show what was measured by device, family and mode, what is missing, and what was not understood.

    \b
    Examples:
      benchmart report coverage --output coverage.html
      benchmart report coverage --family vision --mode training
    """

    def make(connection: "duckdb.DuckDBPyConnection") -> "Report":
        from benchmart.queries.matrix import MatrixFilter
        from interfaces.reports.coverage import coverage_report

        return coverage_report(connection, MatrixFilter(**asked), _again())

    _write(home, as_of, form, output, make)


@command.command("prediction")
@_page_options
def prediction(home: str | None, as_of: str | None, form: str | None, output: Path | None) -> None:
    """Show how well predictions do, whether their intervals hold, what they go by, and what to measure next.

    What they go by is told of the version that serves now, also with --as-of.

    \b
    Examples:
      benchmart report prediction --output prediction.html
      benchmart report prediction --as-of 7d > prediction.md
    """

    def make(connection: "duckdb.DuckDBPyConnection") -> "Report":
        from benchmart.config import find_home
        from interfaces.reports.prediction import prediction_report

        return prediction_report(connection, find_home(home), _again())

    _write(home, as_of, form, output, make)


@command.command("summary")
@_page_options
@_filter_options
@_family_option
def summary(
    home: str | None,
    as_of: str | None,
    form: str | None,
    output: Path | None,
    **asked: Any,
) -> None:
    """Show a little of everything: what works, what is faster, what changed, what was not understood.

    \b
    Examples:
      benchmart report summary --output summary.html
      benchmart report summary --family vision
    """

    def make(connection: "duckdb.DuckDBPyConnection") -> "Report":
        from benchmart.queries.matrix import MatrixFilter
        from interfaces.reports.summary import summary_report

        return summary_report(connection, MatrixFilter(**asked), _again())

    _write(home, as_of, form, output, make)


@command.command("all")
@home_option
@as_of_option
@click.option("--output", "-o", type=click.Path(file_okay=False, path_type=Path), required=True, metavar="FOLDER",
              help="Write into this folder")  # fmt: skip
def write_all(home: str | None, as_of: str | None, output: Path) -> None:
    """Write all reports as pages that link to each other; index.html is the one to begin with.

    \b
    Examples:
      benchmart report all --output reports/
    """
    from benchmart.config import find_home
    from benchmart.connection import open_warehouse
    from interfaces.reports.site import write_site

    with open_warehouse(home_at(home, as_of)) as connection:
        for path in write_site(connection, find_home(home), output):
            click.echo(path)


def _write(
    home: str | None,
    as_of: str | None,
    form: str | None,
    output: Path | None,
    make: "Callable[[duckdb.DuckDBPyConnection], Report]",
) -> None:
    from benchmart.connection import open_warehouse
    from interfaces.cli.output import whole_file
    from interfaces.reports.render import to_html, to_markdown

    with open_warehouse(home_at(home, as_of)) as connection:
        report = make(connection)
    is_named_html = output is not None and output.suffix.lower() in {".html", ".htm"}
    text = to_html(report) if form == "html" or (form is None and is_named_html) else to_markdown(report)
    if output is None:
        click.echo(text, nl=False)
        return
    with whole_file(output) as path:
        path.write_text(text, encoding="utf-8")
    click.echo(f"{output}: {len(text.encode()):,} bytes", err=True)


def _again() -> str:
    """The command that prints the report again, without where from and where to."""
    ctx = click.get_current_context()
    words = ["benchmart", "report", ctx.info_name or ""]
    for parameter in ctx.command.get_params(ctx):
        value = ctx.params.get(parameter.name or "")
        if parameter.name in _NOT_REPEATED or not value or value == parameter.get_default(ctx):
            continue
        values: Sequence[Any] = value if isinstance(value, tuple) else [value]
        flag = [parameter.opts[0]] if isinstance(parameter, click.Option) else []
        words += flag if value is True else [str(word) for each in values for word in (*flag, each)]
    return shlex.join(words)
