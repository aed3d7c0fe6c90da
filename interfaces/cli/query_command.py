"""`benchmart query`: the flags of the older benchmark database's query tool, answered from the marts."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from interfaces.cli.options import home_option

if TYPE_CHECKING:
    import duckdb

    from benchmart.queries.rows import Rows

_FORMATS = ("table", "csv", "json", "markdown", "html", "chart")
_PAGES = {".html": "html", ".htm": "html", ".svg": "chart"}
_SHOWN_ROWS = 200


@click.command("query")
@home_option
@click.option("--db-path", "--db", "database", type=click.Path(path_type=Path),
              help="The same as --home; the path of the database file is taken as its folder")  # fmt: skip
@click.option("--sql", "statement", metavar="STATEMENT", help="One read-only statement: see `benchmart sql`")
@click.option("--report", type=click.Choice(["performance", "hardware", "compatibility"]),
              help="All results of models, all devices, or what works where")  # fmt: skip
@click.option("--model", metavar="NAME", help="Keep this model")
@click.option("--hardware", metavar="NAME", help="Keep this device, or kind of device, such as cuda")
@click.option("--model-family", "family", metavar="NAME", help="Keep this family of models")
@click.option("--metric", default="throughput", show_default=True,
              help="throughput, latency (ms), memory (MB), or any metric in its base unit")  # fmt: skip
@click.option("--compare-hardware", "by", flag_value="hardware", help="Devices by the metric, the best first")
@click.option("--compare-models", "by", flag_value="models", help="Models by the metric, the best first")
@click.option("--batch-comparison", "by", flag_value="batch", help="The metric by batch size")
@click.option(
    "--family-comparison", "by", flag_value="family", help="Families of models, each model counted once"
)
@click.option("--compatibility-matrix", "--matrix", "is_matrix", is_flag=True, help="What works where")
@click.option("--format", "form", type=click.Choice(_FORMATS),
              help="How to write it [default: as the name of --output says, else a table]")  # fmt: skip
@click.option("--plot", is_flag=True, help="The same as --format chart")
@click.option(
    "--output", "--export", "-o", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file"
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json")
@click.option(
    "--limit", type=click.IntRange(min=0), help="Most rows, 0 for all [default: 200 to read, else all]"
)
@click.option(
    "--debug", is_flag=True, hidden=True, help="Taken and ignored: errors say what is wrong as it is"
)
def command(
    home: str | None,
    database: Path | None,
    form: str | None,
    plot: bool,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
    output: Path | None,
    limit: int | None,
    **asked: Any,
) -> None:
    """Ask about one metric by device, model, batch size or family, or for a report.

    These are the flags of the older benchmark database's query tool. Without any, devices are compared. What is
    compared was measured by runs that ended well; each row is a median, with its lowest and highest value and the
    number of results. Reports tell everything, with its basis beside.

    \b
    Examples:
      benchmart query --model resnet50 --metric throughput --compare-hardware
      benchmart query --hardware cuda --metric latency --compare-models --model-family vision --format csv
      benchmart query --model bert-base-uncased --batch-comparison
      benchmart query --report performance --format html --output report.html
      benchmart query --family-comparison --hardware rtx4090 --plot --output families.svg
      benchmart query --compatibility-matrix --format markdown
    """
    from benchmart.config import find_home
    from benchmart.connection import open_warehouse
    from interfaces.cli.output import announce, chosen_format, write_text
    from interfaces.cli.query_pages import write_page

    page = _PAGES.get(output.suffix.lower()) if output else None
    form = form or ("chart" if plot else page) or chosen_format(None, output, as_json=as_json)
    is_read = output is None and form in {"table", "markdown"}
    most = limit if limit is not None else _SHOWN_ROWS if is_read else 0
    with open_warehouse(find_home(_home(home, database))) as connection:
        rows = _answer(connection, most or None, **asked)
        if form in {"table", "markdown", "html"}:
            rows = _without_empty_columns(rows)
        if form in {"html", "chart"}:
            write_page(connection, rows, form, output, _title(**asked))
    if form not in {"html", "chart"}:
        write_text(rows.columns, rows.rows, form, output)
    if output:
        announce(len(rows.rows), output)
    if not rows.rows:
        click.echo("no rows", err=True)
    if rows.is_truncated:
        click.echo(f"... only the first {most:,} rows are shown; --limit 0 shows all", err=True)


def _home(home: str | None, database: Path | None) -> str | None:
    if database is None:
        return home
    return str(database.parent if database.suffix else database)


def _answer(
    connection: "duckdb.DuckDBPyConnection",
    limit: int | None,
    *,
    report: str | None,
    is_matrix: bool,
    **asked: Any,
) -> "Rows":
    from benchmart.queries.one_metric import one_metric
    from benchmart.queries.statement import Asking, ask

    if asked["statement"]:
        return ask(connection, asked["statement"], asking=Asking(limit)).table()
    if report or is_matrix:
        return _first(_REPORTS[report or "compatibility"](connection, asked), limit)
    filters = {name: asked[name] for name in ("model", "hardware", "family")}
    return one_metric(connection, asked["by"] or "hardware", asked["metric"], limit=limit, **filters)


def _performance(connection: "duckdb.DuckDBPyConnection", asked: dict[str, Any]) -> "Rows":
    from benchmart.queries.results import performance

    return _of_family(performance(connection, asked["model"], asked["hardware"]), asked["family"])


def _compatibility(connection: "duckdb.DuckDBPyConnection", asked: dict[str, Any]) -> "Rows":
    from benchmart.queries.results import compatibility_by_name

    return _of_family(compatibility_by_name(connection, asked["model"], asked["hardware"]), asked["family"])


def _hardware(connection: "duckdb.DuckDBPyConnection", _asked: dict[str, Any]) -> "Rows":
    from benchmart.queries.results import hardware_with_results

    return hardware_with_results(connection)


_REPORTS: dict[str, Callable[["duckdb.DuckDBPyConnection", dict[str, Any]], "Rows"]] = {
    "performance": _performance,
    "hardware": _hardware,
    "compatibility": _compatibility,
}


def _of_family(rows: "Rows", family: str | None) -> "Rows":
    from benchmart.queries.rows import Rows

    place = rows.columns.index("model_family")
    return Rows(rows.columns, [row for row in rows.rows if family in {None, row[place]}])


def _first(rows: "Rows", limit: int | None) -> "Rows":
    from benchmart.queries.rows import Rows

    return Rows(rows.columns, rows.rows[:limit], limit is not None and len(rows.rows) > limit)


def _without_empty_columns(rows: "Rows") -> "Rows":
    """Without conditions that nothing here states: people read what is there."""
    from benchmart.queries.rows import Rows

    kept = [place for place, _ in enumerate(rows.columns) if any(row[place] is not None for row in rows.rows)]
    if not kept:
        return rows
    columns = tuple(rows.columns[place] for place in kept)
    return Rows(columns, [tuple(row[place] for place in kept) for row in rows.rows], rows.is_truncated)


def _title(*, report: str | None, is_matrix: bool, by: str | None, metric: str, **asked: Any) -> str:
    if asked["statement"]:
        what = "Answer"
    elif report or is_matrix:
        what = f"{(report or 'compatibility').capitalize()} report"
    else:
        what = f"{metric.capitalize()} by {(by or 'hardware').removesuffix('s')}"
    kept = [str(asked[name]) for name in ("model", "hardware", "family") if asked[name]]
    return f"{what}: {', '.join(kept)}" if kept else what
