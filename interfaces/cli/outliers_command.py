"""`benchmart outliers`: results that cannot be right."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from interfaces.cli.options import home_option, json_option

if TYPE_CHECKING:
    from benchmart.queries.outliers import Outliers
    from predictors.outliers.judging import Judgement

_COLUMNS = (
    "subject",
    "hardware",
    "metric",
    "value",
    "expected",
    "ratio",
    "deviations",
    "witnesses",
    "source",
    "event",
)
_NUMERIC = ("value", "expected", "ratio", "deviations", "witnesses")
_FOUND = ("collector", "metric", "result_count", "judged_count", "odd_count", "said_count", "cleared_count")
_collectors = click.option(
    "--collector", "collectors", multiple=True, metavar="NAME", help="Of this collector; may be repeated"
)


@click.group("outliers")
def command() -> None:
    """Find results that cannot be right: they do not fit the model's other results, nor models like it.

    \b
    Examples:
      benchmart outliers find                               judge what changed since the last time
      benchmart outliers list                               what cannot be right, furthest off first
      benchmart outliers list --collector adapter:timm_csv --json
    """


@command.command("find")
@home_option
@_collectors
@click.option("--again", is_flag=True, help="Judge what did not change, too")
@json_option
def find(home: str | None, collectors: Sequence[str], *, again: bool, as_json: bool) -> None:
    """Judge all results of the collectors that changed since the last time, and note in the event log what is odd.

    Results of one collector and metric are held against each other. A result that was odd and fits now is cleared.
    Nothing is taken out: `benchmart log retract` does that.

    \b
    Examples:
      benchmart outliers find
      benchmart outliers find --collector adapter:timm_csv --again
    """
    from dataclasses import asdict

    from benchmart.config import find_home
    from benchmart.connection import open_warehouse
    from benchmart.event_log.log import EventLog
    from predictors.outliers.judging import judge

    place = find_home(home)
    done: list[Judgement] = []
    with open_warehouse(place) as connection:
        for each in judge(EventLog(place.events), connection, collectors, again=again):
            if each.is_new and each.judged_count:
                click.echo(
                    f"{each.collector} {each.metric}: {each.odd_count:,} of {each.judged_count:,} are odd",
                    err=True,
                )
            done.append(each)
    if as_json:
        from interfaces.cli.tables import print_json

        print_json([asdict(each) for each in done])
    else:
        _print_found(done)
    _say_what_is_next(done)


@command.command("list")
@home_option
@_collectors
@click.option("--limit", type=click.IntRange(min=0), default=20, show_default=True, help="Most to print")
@json_option
def list_(home: str | None, collectors: Sequence[str], limit: int, *, as_json: bool) -> None:
    """Show results that cannot be right by the last judgement, furthest off first, and who says so.

    \b
    Examples:
      benchmart outliers list --limit 100
      benchmart outliers list --json                        all of them, and what was judged
      benchmart explain outliers 3f2a9c                     one of them, with where it was read
    """
    from benchmart.config import find_home
    from benchmart.connection import open_warehouse
    from benchmart.queries.outliers import outliers

    with open_warehouse(find_home(home)) as connection:
        found = outliers(connection, collectors, None if as_json else limit)
    if as_json:
        from interfaces.cli.tables import print_json

        print_json({"outliers": found.outliers.as_dicts(), "judgements": found.judgements.as_dicts()})
    else:
        _print_list(found, limit)


def _print_found(done: "Sequence[Judgement]") -> None:
    from interfaces.cli.tables import print_table

    judged = [each for each in done if each.is_new and each.judged_count]
    if judged:
        rows = [[_text(getattr(each, name)) for name in _FOUND] for each in judged]
        columns = ("collector", "metric", "results", "judged", "odd", "new", "cleared")
        print_table(columns, rows, numeric=columns[2:])


def _say_what_is_next(done: "Sequence[Judgement]") -> None:
    unchanged = sum(not each.is_new for each in done)
    unjudged = sum(each.result_count - each.judged_count for each in done)
    if unchanged:
        click.echo(f"{unchanged:,} of {len(done):,} did not change since they were judged", err=True)
    if unjudged:
        click.echo(
            f"{unjudged:,} results have too few others to be held against and are not judged: a configuration "
            "needs 20 models, a model two configurations",
            err=True,
        )
    if unchanged < len(done):
        click.echo("recorded; `benchmart build` applies it", err=True)


def _print_list(found: "Outliers", limit: int) -> None:
    from interfaces.cli.tables import print_table

    judgements = found.judgements.as_dicts()
    if not judgements:
        click.echo(
            "nothing was judged; `benchmart outliers find` does, and `benchmart build` applies it", err=True
        )
        return
    if found.outliers.rows:
        print_table(_COLUMNS, [_row(row) for row in found.outliers.as_dicts()], numeric=_NUMERIC)
    click.echo(
        f"{found.outlier_count:,} of {sum(row['judged_count'] for row in judgements):,} judged results",
        err=True,
    )
    left = found.outlier_count - len(found.outliers.rows)
    if left:
        click.echo(
            f"... {left:,} of them are not shown; --limit shows more than {limit}, --json all", err=True
        )


def _row(row: dict[str, Any]) -> list[str]:
    from interfaces.cli.tables import number, shown

    return [
        row["subject"],
        row["hardware_id"] or "",
        row["metric"],
        *(number(row[name]) for name in ("value", "expected_value", "ratio", "deviations")),
        shown(row["witness_count"]),
        " ".join(filter(None, (row["source_uri"], row["source_locator"]))),
        shown(row["event_id"])[:12],
    ]


def _text(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
