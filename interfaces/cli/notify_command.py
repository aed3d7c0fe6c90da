"""`benchmart notify`: tell a webhook or a file what changed."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from interfaces.cli.options import home_option, json_option

if TYPE_CHECKING:
    from interfaces.notifications.receivers import Receiver


@click.command("notify")
@home_option
@click.option(
    "--webhook",
    "addresses",
    multiple=True,
    metavar="URL",
    envvar="BENCHMART_WEBHOOK",
    help="POST changes there as JSON; may be repeated [env: BENCHMART_WEBHOOK]",
)
@click.option(
    "--file",
    "files",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Append changes to this file, one line of JSON each; may be repeated",
)
@click.option(
    "--kind",
    "verdicts",
    multiple=True,
    default=["regression"],
    show_default=True,
    type=click.Choice(["regression", "improvement"]),
    help="Tell these; may be repeated",
)
@click.option(
    "--since",
    default="30d",
    show_default=True,
    metavar="MOMENT",
    help="Tell what changed since: a date, a time (UTC), or 2h or 7d ago",
)
@click.option(
    "--threshold",
    type=click.FloatRange(0, 10),
    default=0.05,
    show_default=True,
    help="Relative change that matters; smaller ones are not told",
)
@click.option(
    "--confirmations",
    type=click.IntRange(min=1),
    default=3,
    show_default=True,
    help="Points that the new level has to have",
)
@click.option(
    "--tries", type=click.IntRange(1, 20), default=5, show_default=True, help="How often a webhook is tried"
)
@click.option("--dry-run", is_flag=True, help="Only say what would be told")
@json_option
def command(
    home: str | None,
    addresses: tuple[str, ...],
    files: tuple[Path, ...],
    verdicts: tuple[str, ...],
    since: str,
    threshold: float,
    confirmations: int,
    tries: int,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Tell receivers of changes of level that they were not told of and nobody acknowledged, each once.

    \b
    Examples:
      benchmart notify --file alerts.jsonl
      BENCHMART_WEBHOOK=https://hooks.example/T1 benchmart notify --kind regression --kind improvement
      benchmart notify --webhook https://hooks.example/T1 --dry-run
    """
    from benchmart.config import find_home
    from benchmart.errors import UsageError
    from benchmart.moments import parse_since
    from benchmart.queries.untold_changes import Wanted
    from interfaces.notifications.notify import not_told, notify
    from interfaces.notifications.receivers import LinesFile, NotDelivered, webhook

    receivers: list[Receiver] = [
        *(webhook(address, tries) for address in addresses),
        *(LinesFile(path) for path in files),
    ]
    if not receivers:
        raise UsageError("nobody to tell", hint="Name a --webhook or a --file")
    wanted = Wanted(verdicts, parse_since(since), confirmations, threshold)
    tell, failures, told = not_told if dry_run else notify, [], []
    for receiver in receivers:
        try:
            told.append((receiver, tell(find_home(home), receiver, wanted)))
        except NotDelivered as failure:
            failures.append(failure)
    _report(told, dry_run=dry_run, as_json=as_json)
    if failures:
        for each in failures[:-1]:
            click.echo(f"error: {each}", err=True)
        raise failures[-1]


def _report(told: "list[tuple[Receiver, list[dict[str, object]]]]", *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        from interfaces.cli.tables import print_json
        from interfaces.notifications.message import told as plain

        print_json({
            "receivers": [
                {"channel": receiver.channel, "receiver": receiver.name, "changes": [plain(one) for one in changes]}
                for receiver, changes in told
            ]
        })  # fmt: skip
        return
    verb = "would be told" if dry_run else "was told"
    for receiver, changes in told:
        count = "1 change" if len(changes) == 1 else f"{len(changes)} changes"
        click.echo(f"{receiver.channel} {receiver.name} {verb} of {count}")
