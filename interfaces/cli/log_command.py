"""`benchmart log`: verify, checkpoint and show the event log, and retract results."""

from typing import TYPE_CHECKING

import click

from interfaces.cli.options import home_option, json_option

if TYPE_CHECKING:
    from benchmart.event_log.log import EventLog

_SHOWN = {
    "kind": "kind",
    "recorded": "recorded_at",
    "what": "what",
    "outcome": "outcome",
    "collector": "collector",
    "source": "source_uri",
    "event": "event_id",
}


@click.group("log")
def command() -> None:
    """Verify, checkpoint and show the event log; retract results.

    \b
    Examples:
      benchmart log verify
      benchmart log checkpoint
      benchmart log show --kind result_recorded --limit 5
      benchmart log show --event 3f2a...       one event, whole
      benchmart log retract 3f2a... --reason "wrong clock"
    """


@command.command("verify")
@home_option
@json_option
@click.pass_context
def verify(ctx: click.Context, home: str | None, *, as_json: bool) -> None:
    """Name every file altered, removed, unreadable or added since the last checkpoint.

    Every file carries a digest of its content in its name, so damage is found without a checkpoint too; only a
    checkpoint can tell that a whole file is gone.

    \b
    Examples:
      benchmart log verify
      benchmart log verify --json | jq .altered

    \b
    Exit codes:
      0  nothing that was recorded is damaged, changed or gone
      5  something is; its files are named
    """
    from benchmart.errors import ExitCode

    found = _log(home).verify()
    if as_json:
        from dataclasses import asdict

        from interfaces.cli.tables import print_json

        print_json({**asdict(found), "is_sound": found.is_sound})
    else:
        for what in ("altered", "removed", "unreadable", "added"):
            for file in getattr(found, what):
                click.echo(f"{what}: {file}")
        since = f"checkpoint {found.checkpoint[:16]}" if found.checkpoint else "no checkpoint to compare with"
        verdict = "sound" if found.is_sound else "DAMAGED"
        click.echo(f"{found.checked:,} files checked, {since}: {verdict}", err=True)
    ctx.exit(ExitCode.OK if found.is_sound else ExitCode.CORRUPTED)


@command.command("checkpoint")
@home_option
@json_option
def checkpoint(home: str | None, *, as_json: bool) -> None:
    """Record the digest of every file, chained to the checkpoint before.

    Whoever keeps the digest that is printed can prove later that nothing up to it was changed.

    \b
    Examples:
      benchmart log checkpoint
      benchmart log checkpoint --json
    """
    taken = _log(home).checkpoint()
    if as_json:
        from interfaces.cli.tables import print_json

        print_json({"digest": taken.digest, "taken_at": taken.taken_at, "files": len(taken.files)})
        return
    click.echo(f"{len(taken.files):,} files", err=True)
    click.echo(taken.digest)


@command.command("show")
@home_option
@click.option("--kind", help="Only events of this kind, such as result_recorded")
@click.option(
    "--limit", type=click.IntRange(min=1), default=20, show_default=True, help="Most events to print"
)
@click.option(
    "--event", "event_id", metavar="ID", help="Print one event whole, as JSON; the first digits suffice"
)
@json_option
def show(home: str | None, *, kind: str | None, limit: int, event_id: str | None, as_json: bool) -> None:
    """Show the newest events, or one event whole.

    \b
    Examples:
      benchmart log show
      benchmart log show --kind document_quarantined --json
      benchmart log show --event 3f2a9c
    """
    from benchmart.event_log.browse import find_event, newest_events
    from interfaces.cli.tables import print_json, print_table, shown

    log = _log(home)
    if event_id is not None:
        print_json(find_event(log, event_id))
        return
    events, count = newest_events(log, kind, limit)
    if as_json:
        print_json({"events": events, "count": count})
        return
    if not events:
        click.echo("no events; collect or import some", err=True)
        return
    print_table(list(_SHOWN), [[shown(event[name]) for name in _SHOWN.values()] for event in events])
    if count > len(events):
        click.echo(f"... the {len(events):,} newest of {count:,} events; --limit shows more", err=True)


@command.command("retract")
@click.argument("event_id")
@home_option
@click.option("--reason", required=True, help="Why; kept with the retraction")
@click.option("--author", help="Who says so")
@click.option("--restore", is_flag=True, help="Undo an earlier retraction")
def retract(event_id: str, home: str | None, *, reason: str, author: str | None, restore: bool) -> None:
    """Take a result out of all marts, or put it back. The event itself stays in the log.

    \b
    Examples:
      benchmart log retract 3f2a9c --reason "the fan was broken"
      benchmart log retract 3f2a9c --restore --reason "it was another machine"
    """
    from datetime import UTC, datetime

    from benchmart import __version__
    from benchmart.errors import UsageError
    from benchmart.event_log.browse import find_event
    from benchmart.event_log.events import ResultRetracted

    log = _log(home)
    target = find_event(log, event_id)
    if target["kind"] != "result_recorded":
        raise UsageError(f"{target['event_id']} is a {target['kind']}", hint="Only results can be retracted")
    event = ResultRetracted(
        collector="log",
        collector_version=__version__,
        occurred_at=datetime.now(UTC),
        target_event_id=str(target["event_id"]),
        action="restore" if restore else "retract",
        reason=reason,
        author=author,
    )
    click.echo(log.append([event]).event_ids[0])
    click.echo("recorded; `benchmart build` applies it", err=True)


def _log(home: str | None) -> "EventLog":
    from benchmart.config import find_home
    from benchmart.event_log.log import EventLog

    return EventLog(find_home(home).events)
