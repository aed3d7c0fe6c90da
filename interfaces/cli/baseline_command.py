"""`benchmart baseline`: runs and points that others are compared with."""

from typing import Any

import click

from interfaces.cli.options import home_option, json_option

_COLUMNS = ("baseline", "counts", "target", "condition", "metric", "marked", "by", "reason")
_author = click.option("--author", help="Who says so [default: git's user.name, else the user]")
_reason = click.option("--reason", required=True, help="Why; kept with it")


@click.group("baseline")
def command() -> None:
    """Mark runs or single results that others are to be compared with.

    \b
    Examples:
      benchmart baseline mark nightly-17 --reason "release 2.0"
      benchmart baseline list
      benchmart baseline undo 3f2a9c --reason "the fan was broken"
    """


@command.command("mark")
@click.argument("name", metavar="RUN_OR_EVENT")
@home_option
@click.option("--series", "series_id", metavar="ID", help="For this series only; the first digits suffice")
@click.option("--metric", metavar="NAME", help="For this metric only")
@_reason
@_author
def mark(
    name: str,
    home: str | None,
    series_id: str | None,
    metric: str | None,
    reason: str,
    author: str | None,
) -> None:
    """Mark a run, or a result by its event, as what others are compared with. The latest mark of a scope counts.

    \b
    Examples:
      benchmart baseline mark nightly-17 --reason "release 2.0"
      benchmart baseline mark 3f2a9c --metric latency_mean --reason "before the new kernels"
    """
    from benchmart.config import find_home
    from benchmart.errors import UsageError
    from benchmart.telling import mark_baseline

    if series_id and metric:
        raise UsageError("--series and --metric exclude each other", hint="A series has one metric")
    click.echo(
        mark_baseline(find_home(home), name, reason=reason, author=author, series_id=series_id, metric=metric)
    )
    click.echo("recorded; `benchmart build` applies it", err=True)


@command.command("list")
@home_option
@json_option
def list_(home: str | None, *, as_json: bool) -> None:
    """List what is marked: those that count, then those that a later mark of the same scope replaces.

    \b
    Examples:
      benchmart baseline list
      benchmart baseline list --json
    """
    from benchmart.config import find_home
    from benchmart.connection import open_warehouse
    from benchmart.queries.baselines import baselines
    from interfaces.cli.tables import print_json, print_table

    with open_warehouse(find_home(home)) as connection:
        found = baselines(connection).as_dicts()
    if as_json:
        print_json({"baselines": found})
    elif found:
        print_table(_COLUMNS, [_cells(row) for row in found])
    else:
        click.echo(
            "nothing is marked; `benchmart baseline mark` does, and `benchmart build` applies it", err=True
        )


@command.command("undo")
@click.argument("baseline_id", metavar="ID")
@home_option
@_reason
@_author
def undo(baseline_id: str, home: str | None, reason: str, author: str | None) -> None:
    """Take back a mark; what it replaced counts again. The events stay in the log.

    \b
    Examples:
      benchmart baseline undo 3f2a9c --reason "the fan was broken"
    """
    from benchmart.config import find_home
    from benchmart.telling import undo_baseline

    click.echo(undo_baseline(find_home(home), baseline_id, reason=reason, author=author))
    click.echo("recorded; `benchmart build` applies it", err=True)


def _cells(row: dict[str, Any]) -> list[str]:
    from benchmart.queries.prefixes import digits

    event, condition = row["target_event_id"], row["comparability_id"]
    return [
        digits(row["baseline_id"]),
        "yes" if row["is_latest"] else "replaced",
        f"result {digits(event)}" if event else f"run {row['target_run_id']}",
        digits(condition) if condition else "all",
        row["metric"] or "all",
        f"{row['marked_at']:%Y-%m-%d}",
        row["author"] or "",
        row["reason"],
    ]
