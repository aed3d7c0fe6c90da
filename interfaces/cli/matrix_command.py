"""`benchmart matrix`: what works where."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from interfaces.cli.matrix_tables import SIGNS
from interfaces.cli.options import as_of_option, home_at, home_option, json_option

if TYPE_CHECKING:
    import duckdb

    from benchmart.queries.matrix import Matrix, MatrixFilter

_LIMITS = {"table": 50, "markdown": 200, "html": 500}
"""Lines, where --limit says nothing; CSV and JSON have all."""
_MOST_BEHIND = {"model": 5, "family": 20}
"""Results of a cell, or models of a family's, that a page shows."""


@click.command("matrix")
@home_option
@as_of_option
@click.option("--model", "models", multiple=True, metavar="NAME", help="Keep this model; may be repeated")
@click.option("--hardware", multiple=True, metavar="NAME", help="Keep this device; may be repeated")
@click.option("--family", "families", multiple=True, metavar="NAME", help="Keep this family of models")
@click.option(
    "--mode", "modes", multiple=True, type=click.Choice(["inference", "training"]), help="Keep this mode"
)
@click.option("--precision", "precisions", multiple=True, metavar="NAME", help="Keep this precision")
@click.option("--runtime", "runtimes", multiple=True, metavar="NAME", help="Keep this runtime")
@click.option(
    "--status",
    "statuses",
    multiple=True,
    type=click.Choice(list(SIGNS)),
    help="Keep cells with this status; may be repeated",
)
@click.option(
    "--by", type=click.Choice(["model", "family"]), default="model", show_default=True, help="What a line is"
)
@click.option("--history", is_flag=True, help="Show every change of these cells: when, and by which event")
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json", "markdown", "html"]),
    help="How to print it [default: table]",
)  # fmt: skip
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="Write it to this file instead"
)
@click.option(
    "--limit", type=click.IntRange(min=0),
    help="Most lines, 0 for all [default: table 50, Markdown 200, HTML 500]; CSV and JSON have all",
)  # fmt: skip
@json_option
def command(
    home: str | None,
    as_of: str | None,
    by: str,
    form: str | None,
    output: Path | None,
    limit: int | None,
    *,
    history: bool,
    as_json: bool,
    **asked: Sequence[str],
) -> None:
    """Show what works where: models by devices, from what was measured.

    A cell is `ok` when every measured result is, `partial` when some failed, `FAILED` when all did, with the
    number of results behind it. Where nothing was measured it says so: `untested` or `simulated`; an empty
    cell means that no event speaks of it. Want of evidence is never a failure. By family, a cell says how many
    models are verified, of how many.

    \b
    Examples:
      benchmart matrix
      benchmart matrix --family vision --hardware rtx4090
      benchmart matrix --by family
      benchmart matrix --status failed --status partial     only where something goes wrong, with the reason
      benchmart matrix --model resnet50 --history           how its cells came to be what they are
      benchmart matrix --format html --output matrix.html   one page to filter and sort, with the evidence
      benchmart matrix --model resnet50 --json
      benchmart matrix --as-of 2026-11-01                   as it stood at the end of that day
    """
    from benchmart.connection import open_warehouse
    from benchmart.queries.matrix import MatrixFilter

    form = "json" if as_json else form or "table"
    # What programs read is whole.
    most = 0 if form in {"json", "csv"} else _LIMITS[form] if limit is None else limit
    question = MatrixFilter(**asked)
    with open_warehouse(home_at(home, as_of)) as connection, _written_to(output):
        if history:
            _history(connection, question, by, form, most or None)
        else:
            _matrix(connection, question, by, form, most or None)


def _matrix(
    connection: "duckdb.DuckDBPyConnection", question: "MatrixFilter", by: str, form: str, most: int | None
) -> None:
    from benchmart.queries.matrix import compatibility, family_compatibility
    from interfaces.cli.matrix_tables import matrix_markdown, print_matrix
    from interfaces.cli.tables import print_csv, print_json

    find = family_compatibility if by == "family" else compatibility
    matrix = find(connection, question, most)
    if form == "json":
        print_json({"cells": matrix.cells.as_dicts()})
    elif form == "csv":
        print_csv(matrix.cells.columns, matrix.cells.rows)
    elif form == "markdown":
        click.echo(matrix_markdown(matrix, by, _filters(question), _state(connection)), nl=False)
    elif form == "html":
        click.echo(_page(connection, matrix, question, by))
    elif matrix.line_count:
        print_matrix(matrix, by)
    if not matrix.line_count:
        click.echo("no results fit; leave out a filter, or collect and import some", err=True)
    if most and matrix.line_count > most:
        click.echo(f"... and {matrix.line_count - most:,} more lines; --limit shows more", err=True)


def _page(
    connection: "duckdb.DuckDBPyConnection", matrix: "Matrix", question: "MatrixFilter", by: str
) -> str:
    from benchmart.queries.matrix_evidence import models_behind, results_behind
    from interfaces.reports.matrix_page import Asked, matrix_page

    most = _MOST_BEHIND[by]
    evidence = (
        models_behind(connection, most)
        if by == "family"
        else results_behind(connection, [cell["compatibility_id"] for cell in matrix.cells.as_dicts()], most)
    )
    words = " ".join(("benchmart matrix", *_options(question, by), "--format html"))
    return matrix_page(matrix, evidence, Asked(by, _filters(question), words, _state(connection)))


def _history(
    connection: "duckdb.DuckDBPyConnection", question: "MatrixFilter", by: str, form: str, most: int | None
) -> None:
    from benchmart.errors import UsageError
    from benchmart.queries.matrix import compatibility_changes
    from interfaces.cli.matrix_tables import print_changes
    from interfaces.cli.tables import print_csv, print_json

    if by == "family" or form in {"markdown", "html"}:
        raise UsageError(
            "a history is of the cells of models, and printed as a table, CSV or JSON",
            hint="Leave out --by, or choose another --format",
        )
    changes = compatibility_changes(connection, question, most)
    if form == "json":
        print_json({"changes": changes.as_dicts()})
    elif form == "csv":
        print_csv(changes.columns, changes.rows)
    elif changes.rows:
        print_changes(changes)
    if not changes.rows:
        click.echo("no results fit; leave out a filter, or collect and import some", err=True)
    if changes.is_truncated:
        click.echo(f"... the first {most:,} changes are shown; --limit shows more", err=True)


def _filters(question: "MatrixFilter") -> list[tuple[str, str]]:
    from dataclasses import asdict

    return [(name, ", ".join(values)) for name, values in asdict(question).items() if values]


def _options(question: "MatrixFilter", by: str) -> Iterator[str]:
    """The options that ask the same again."""
    from dataclasses import asdict
    from shlex import quote

    names = {"families": "family", "hardware": "hardware", "statuses": "status"}
    for name, values in asdict(question).items():
        yield from (f"--{names.get(name, name.removesuffix('s'))} {quote(value)}" for value in values)
    if by == "family":
        yield "--by family"


def _state(connection: "duckdb.DuckDBPyConnection") -> str:
    from benchmart.queries.matrix import newest_evidence

    newest = newest_evidence(connection)
    return (
        f"The newest evidence is of {newest:%Y-%m-%d %H:%M} UTC." if newest else "There is no evidence yet."
    )


@contextmanager
def _written_to(path: Path | None) -> Iterator[None]:
    """Send stdout to a file, which appears when it is whole."""
    if path is None:
        yield
        return
    from contextlib import redirect_stdout

    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("w", encoding="utf-8") as file, redirect_stdout(file):
            yield
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    click.echo(str(path))
