"""`benchmart quality`: where results break a rule of data quality."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from interfaces.cli.options import home_option, json_option

if TYPE_CHECKING:
    from benchmart.config import Home
    from benchmart.queries.quality import Quality

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@click.group("quality", invoke_without_command=True)
@home_option
@click.option("--rule", "rules", multiple=True, metavar="NAME", help="Keep this rule; may be repeated")
@click.option(
    "--severity", "severities", multiple=True, type=click.Choice(["error", "warn"]), help="Keep these"
)
@click.option(
    "--since",
    metavar="MOMENT",
    help="Keep what was recorded since: a date (its beginning), a time (UTC), or 2h or 7d ago; errors among it "
    "make the exit code 6",
)
@click.option("--acknowledged", "with_acknowledged", is_flag=True, help="Show what somebody lets stand, too")
@click.option(
    "--limit", type=click.IntRange(min=0), default=20, show_default=True, help="Most violations to print"
)
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    home: str | None,
    since: str | None,
    limit: int,
    *,
    with_acknowledged: bool,
    as_json: bool,
    **asked: Sequence[str],
) -> None:
    """Show where results break a rule of data quality, and how often each rule is broken.

    What breaks a rule stays in the log and in all tables; a violation says that something is wrong (error) or
    doubtful (warn). `benchmart quality acknowledge` lets one stand once somebody has looked at it, and
    `benchmart log retract` takes the result out.

    \b
    Examples:
      benchmart quality
      benchmart quality --severity error --limit 100
      benchmart quality --since 7d              for CI: exit code 6 when errors were recorded since
      benchmart quality --rule sizes_are_positive --json
      benchmart quality acknowledge 3f2a9c --reason "a batch is a list here"

    \b
    Exit codes:
      0  nothing is wrong, or --since was not given
      6  there are errors, recorded since then, that nobody lets stand
    """
    if ctx.invoked_subcommand:
        return
    from benchmart.config import find_home
    from benchmart.connection import open_warehouse
    from benchmart.errors import ExitCode
    from benchmart.queries.quality import QualityFilter, quality

    question = QualityFilter(since=_moment(since), with_acknowledged=with_acknowledged, **asked)
    with open_warehouse(find_home(home)) as connection:
        found = quality(connection, question, None if as_json else limit)
    if as_json:
        from interfaces.cli.tables import print_json

        print_json(
            {
                "error_count": found.error_count,
                "rules": found.rules.as_dicts(),
                "violations": found.violations.as_dicts(),
            }
        )
    else:
        _print(found, limit)
    ctx.exit(ExitCode.VIOLATIONS if since and found.error_count else ExitCode.OK)


@command.command("acknowledge")
@click.argument("event_id")
@home_option
@click.option(
    "--rule", metavar="NAME", help="Let this rule be broken only [default: all that the result breaks]"
)
@click.option("--reason", required=True, help="Why; kept with it")
@click.option("--author", help="Who says so")
@click.option("--withdraw", is_flag=True, help="Let it stand no more")
def acknowledge(
    event_id: str, home: str | None, rule: str | None, reason: str, author: str | None, *, withdraw: bool
) -> None:
    """Let the violations of a result stand: they are not counted as open any more, and do not fail CI.

    \b
    Examples:
      benchmart quality acknowledge 3f2a9c --reason "the clock of that machine was wrong, the numbers are not"
      benchmart quality acknowledge 3f2a9c --rule memory_fits_device --reason "memory is shared with the host"
      benchmart quality acknowledge 3f2a9c --withdraw --reason "it was a typing error after all"
    """
    from datetime import UTC

    from benchmart import __version__
    from benchmart.config import find_home
    from benchmart.errors import UsageError
    from benchmart.event_log.browse import find_event
    from benchmart.event_log.events import ViolationAcknowledged
    from benchmart.event_log.log import EventLog

    place = find_home(home)
    log = EventLog(place.events)
    target = find_event(log, event_id)
    if target["kind"] != "result_recorded":
        raise UsageError(f"{target['event_id']} is a {target['kind']}", hint="Only results break rules")
    event = ViolationAcknowledged(
        collector="quality",
        collector_version=__version__,
        occurred_at=datetime.now(UTC),
        target_event_id=str(target["event_id"]),
        rule=_known_rule(place, rule) if rule else None,
        action="withdraw" if withdraw else "acknowledge",
        reason=reason,
        author=author,
    )
    click.echo(log.append([event]).event_ids[0])
    click.echo("recorded; `benchmart build` applies it", err=True)


def _known_rule(place: "Home", name: str) -> str:
    from benchmart.connection import open_warehouse
    from benchmart.queries.quality import rule_named

    with open_warehouse(place) as connection:
        return rule_named(connection, name)


def _moment(text: str | None) -> datetime | None:
    """A date alone means its beginning here, so that the whole day counts."""
    from benchmart.moments import parse_moment

    if text is None:
        return None
    return parse_moment(f"{text.strip()}T00:00" if _DATE.fullmatch(text.strip()) else text)


def _print(found: "Quality", limit: int) -> None:
    from interfaces.cli.tables import print_table

    rules = found.rules.as_dicts()
    broken = [row for row in rules if row["violation_count"]]
    columns = ["rule", "severity", "violations", "open", "what holds"]
    if broken:
        print_table(columns, [_rule(row) for row in broken], numeric=("violations", "open"))
    click.echo(f"{len(rules) - len(broken)} of {len(rules)} rules are broken nowhere", err=True)
    shown = found.violations.as_dicts()
    if not shown:
        return
    click.echo()
    print_table(
        ["severity", "rule", "subject", "value", "expected", "source", "event"],
        [_violation(row) for row in shown],
        numeric=("value",),
    )
    left = sum(row["violation_count"] for row in rules) - len(shown)
    if left > 0:
        click.echo(f"... and {left:,} more; --limit shows more than {limit}, --json all", err=True)


def _rule(row: dict[str, Any]) -> list[str]:
    return [
        row["rule"],
        row["severity"],
        f"{row['violation_count']:,}",
        f"{row['open_count']:,}",
        row["holds"],
    ]


def _violation(row: dict[str, Any]) -> list[str]:
    from interfaces.cli.tables import number, shown

    said = f" (stands: {row['acknowledged_because']})" if row["is_acknowledged"] else ""
    value = " ".join(filter(None, (row["metric"], number(row["value"]))))
    place = " ".join(filter(None, (row["source_uri"], row["source_locator"])))
    return [
        row["severity"],
        row["rule"],
        row["subject"] or "",
        value,
        f"{row['expected']}{said}",
        place,
        shown(row["event_id"])[:12],
    ]
