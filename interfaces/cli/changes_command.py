"""`benchmart changes`: changes of level, and what people say of them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from interfaces.cli.options import home_option, json_option

if TYPE_CHECKING:
    from benchmart.queries.changes import Changes

KINDS = ("expected", "fixed", "invalid", "environment", "investigating")
"""As in `benchmart.event_log.change_events`, which is not imported for the help alone."""
_COLUMNS = ("change", "verdict", "effect", "subject", "hardware", "metric", "when", "between", "said")
_author = click.option("--author", help="Who says so [default: git's user.name, else the user]")


@click.group("changes")
def command() -> None:
    """List changes of level, and say of one that it is known: why, and where it is tracked.

    \b
    Examples:
      benchmart changes list --unacknowledged --kind regression
      benchmart changes show 3f2a9c
      benchmart changes acknowledge 3f2a9c --kind expected --reason "exact kernels are slower"
      benchmart changes undo 3f2a9c --reason "it was not the kernels"
    """


@command.command("list")
@home_option
@click.option("--model", "models", multiple=True, metavar="NAME", help="Keep this model; may be repeated")
@click.option("--hardware", multiple=True, metavar="NAME", help="Keep this device; may be repeated")
@click.option("--metric", "metrics", multiple=True, metavar="NAME", help="Keep this metric; may be repeated")
@click.option(
    "--kind", "verdicts", multiple=True, type=click.Choice(["regression", "improvement"]), help="Keep these"
)
@click.option(
    "--since", metavar="MOMENT", help="Keep what changed since: a date, a time (UTC), or 2h or 7d ago"
)
@click.option("--unacknowledged", is_flag=True, help="Leave out what somebody has acknowledged")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="Most to print")
@json_option
def list_(
    home: str | None,
    since: str | None,
    limit: int,
    *,
    unacknowledged: bool,
    as_json: bool,
    **asked: Sequence[str],
) -> None:
    """List changes of level: those that nobody acknowledged first, then the latest.

    \b
    Examples:
      benchmart changes list
      benchmart changes list --model resnet50 --since 30d
      benchmart changes list --unacknowledged --kind regression --json
    """
    from benchmart.config import find_home
    from benchmart.connection import open_warehouse
    from benchmart.moments import parse_since
    from benchmart.queries.changes import ListedChanges, changes

    question = ListedChanges(
        since=parse_since(since) if since else None, unacknowledged=unacknowledged, **asked
    )
    with open_warehouse(find_home(home)) as connection:
        found = changes(connection, question, None if as_json else limit)
    if as_json:
        from interfaces.cli.tables import print_json

        print_json({"changes": found.rows.as_dicts(), "change_count": found.change_count})
    else:
        _print_list(found, limit)


@command.command("show")
@click.argument("change_id", metavar="ID")
@home_option
@click.option("--chart", is_flag=True, help="Draw its series here, with levels and what was acknowledged")
def show(change_id: str, home: str | None, *, chart: bool) -> None:
    """Show one change whole, as JSON, with what was said of it; or its series as a picture.

    \b
    Examples:
      benchmart changes show 3f2a9c
      benchmart changes show 3f2a9c --chart
      benchmart changes show 3f2a9c | jq .commits_between
    """
    from benchmart.config import find_home
    from benchmart.connection import open_warehouse
    from benchmart.queries.changes import change
    from interfaces.cli.tables import print_json

    with open_warehouse(find_home(home)) as connection:
        found = change(connection, change_id)
        if chart:
            from interfaces.reports.change_pictures import picture_of_change
            from interfaces.terminal.series_chart import print_series_chart

            print_series_chart(picture_of_change(connection, found["series_id"]))
            return
    print_json(found)


@command.command("acknowledge")
@click.argument("change_id", metavar="ID")
@home_option
@click.option("--kind", required=True, type=click.Choice(KINDS), help="Why it stands; invalid: a wrong alarm")
@click.option("--reason", required=True, help="In your words; kept with it")
@click.option("--issue", help="Where it is tracked: an address, or a number of a tracker")
@_author
def acknowledge(
    change_id: str, home: str | None, kind: str, reason: str, issue: str | None, author: str | None
) -> None:
    """Say of a change that it is known, and why. It holds when the change is found a point or two away later.

    \b
    Examples:
      benchmart changes acknowledge 3f2a9c --kind expected --reason "exact kernels are slower"
      benchmart changes acknowledge 3f2a9c --kind investigating --reason "bisecting" --issue PERF-17
    """
    _tell(change_id, home, author, "acknowledge", category=kind, reason=reason, issue=issue)


@command.command("link")
@click.argument("change_id", metavar="ID")
@home_option
@click.option("--issue", required=True, help="Where it is tracked: an address, or a number of a tracker")
@click.option("--reason", help="In your words")
@_author
def link(change_id: str, home: str | None, issue: str, reason: str | None, author: str | None) -> None:
    """Name the issue that a change is tracked in. That alone acknowledges nothing.

    \b
    Examples:
      benchmart changes link 3f2a9c --issue https://tracker.example/17
    """
    _tell(change_id, home, author, "link", reason=reason, issue=issue)


@command.command("undo")
@click.argument("change_id", metavar="ID")
@home_option
@click.option("--reason", required=True, help="Why; kept with it")
@_author
def undo(change_id: str, home: str | None, reason: str, author: str | None) -> None:
    """Take back what was said of a change, acknowledgement and issue. The events stay in the log.

    \b
    Examples:
      benchmart changes undo 3f2a9c --reason "it was not the kernels"
    """
    _tell(change_id, home, author, "undo", reason=reason)


def _tell(change_id: str, home: str | None, author: str | None, action: str, **said: str | None) -> None:
    from benchmart.config import find_home
    from benchmart.telling import tell_of_change

    click.echo(tell_of_change(find_home(home), change_id, action=action, author=author, **said))
    click.echo("recorded; `benchmart build` applies it", err=True)


def _print_list(found: "Changes", limit: int) -> None:
    from interfaces.cli.changes_table import change_cells
    from interfaces.cli.tables import print_table

    if not found.rows.rows:
        click.echo("no changes of level fit", err=True)
        return
    print_table(_COLUMNS, [change_cells(row) for row in found.rows.as_dicts()], numeric=("effect",))
    left = found.change_count - len(found.rows.rows)
    if left:
        click.echo(f"... and {left:,} more; --limit shows more than {limit}, --json all", err=True)
