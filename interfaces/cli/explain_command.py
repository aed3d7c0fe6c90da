"""`benchmart explain`: from a cell of a mart back to the lines it came from."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from interfaces.cli.options import as_of_option, home_at, home_option, json_option

if TYPE_CHECKING:
    from benchmart.queries.explain import Evidence, Explanation

_SHOWN_LINES = 3
_ID_DIGITS = 12
_LONGEST_FORMULA = 400
_LEFT_OUT = ("_id", "_at", "_count", "_name")
"""Endings of columns that do not say what a row is about, unless they belong to its grain."""
_KEPT = ("model_id", "hardware_id", "baseline_hardware_id")


@click.command("explain")
@click.argument("mart")
@click.argument("words", metavar="KEY... [COLUMN]", nargs=-1, required=True)
@home_option
@as_of_option
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    help="Most events to show of each side",
)
@json_option
def command(
    mart: str,
    words: Sequence[str],
    home: str | None,
    as_of: str | None,
    limit: int,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Explain a cell of MART: its formula, the events behind it, and the lines of the files they came from.

    A KEY is `column=value`, or an id; names of models and devices are understood however they are spelled. The keys
    have to leave one row; if they do not, it says what tells the rows apart. Without a COLUMN the whole row is
    explained.

    \b
    Examples:
      benchmart explain compatibility_matrix model_id=resnet50 hardware_id=rtx4090 precision=fp16 mode=inference score
      benchmart explain series 0b6c1d3e median_value
      benchmart explain fct_measurements event_id=3f2a9c81-... metric=throughput value
      benchmart explain hardware_comparisons model_id=resnet50 hardware_id=4090 ... advantage --json
    """
    from benchmart.connection import open_warehouse
    from benchmart.queries.explain import explain

    place = home_at(home, as_of)
    with open_warehouse(place) as connection:
        found = explain(connection, place.events, mart, words, limit)
    if as_json:
        _print_json(found)
        return
    _print_cell(found)
    _print_formulas(found)
    sides = [side for side in found.evidence if side.count] or found.evidence
    for side in sides:
        _print_evidence(side)
    _print_rest(found)


def _print_json(found: "Explanation") -> None:
    from dataclasses import asdict

    from interfaces.cli.tables import print_json

    document = asdict(found)
    for side in document["evidence"]:
        side["events"] = [{**event, **_origin(event)} for event in side["events"]]
        side["is_truncated"] = side["count"] > len(side["events"])
    print_json(document)


def _origin(event: Mapping[str, Any]) -> dict[str, Any]:
    from dataclasses import asdict

    from collectors.importing.origin import excerpt, reproducing_command

    seen = excerpt(event.get("source_uri"), event.get("source_digest"), event.get("source_locator"))
    return {"source": asdict(seen) if seen else None, "command": reproducing_command(event)}


def _print_cell(found: "Explanation") -> None:
    from interfaces.cli.tables import shown

    if found.column:
        click.echo(f"{found.mart}.{found.column} = {shown(found.row[found.column]) or 'null'}")
        click.echo(f"  {found.meaning}")
    else:
        click.echo(f"{found.mart}: {found.description}")
    about = [
        f"{name} {shown(value)}"
        for name, value in found.row.items()
        if value is not None
        and (name in _KEPT or name in found.grain or not name.endswith(_LEFT_OUT))
        and isinstance(value, str | int)
        and name != found.column
    ]
    click.echo(f"  {', '.join(about)}")


def _print_formulas(found: "Explanation") -> None:
    if not found.steps:
        return
    click.echo("\nHow it is worked out")
    for step in found.steps:
        if step.formulas:
            click.echo(f"  {step.relation}  ({step.path})")
            for formula in step.formulas:
                whole = len(formula) <= _LONGEST_FORMULA
                click.echo(
                    f"      {formula if whole else formula[:_LONGEST_FORMULA] + ' ... (whole in --json)'}"
                )
    origins = [
        f"{step.relation}.{step.column}" + (" (seed)" if step.kind == "seed" else "")
        for step in found.steps
        if step.kind in {"event", "seed"}
    ]
    click.echo(f"  from {', '.join(origins) or 'no event'}")


def _print_evidence(side: "Evidence") -> None:
    from interfaces.cli.tables import print_table, shown

    of = f" ({side.side})" if side.side else ""
    click.echo(f"\nEvents behind it{of}: {side.count:,}")
    if side.events:
        print_table(
            ["event", "says", "source", "place", "collector", "recorded"],
            [
                [
                    shown(event["event_id"])[:_ID_DIGITS],
                    _says(event),
                    str(event.get("source_uri") or event.get("path") or ""),
                    str(event.get("source_locator") or ""),
                    f"{event.get('collector') or ''} {event.get('collector_version') or ''}",
                    shown(event.get("recorded_at")),
                ]
                for event in side.events
            ],
        )
    if side.count > len(side.events):
        click.echo(
            f"... the first {len(side.events):,} of {side.count:,} are shown; --limit shows more", err=True
        )
    for line in _source_lines(side.events):
        click.echo(line)
    click.echo("  all of them:  " + _command(side.sql))


def _says(event: Mapping[str, Any]) -> str:
    """The number, the outcome, or the kind of the event."""
    from interfaces.cli.tables import number

    if event.get("metric") is not None and "source_value" in event:
        text = f"{event['metric']} {number(event['source_value'])} {event['source_unit']}"
        is_same = event["unit"] == event["source_unit"]
        return text if is_same else f"{text} = {number(event['value'])} {event['unit']}"
    if "status" in event:
        return " ".join(filter(None, (event["status"], event["basis"], event["error_class"])))
    return str(event.get("outcome") or event.get("reason") or event.get("kind") or "")


def _source_lines(events: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What stands in the sources, of the first few events that came from files."""
    from collectors.importing.origin import excerpt

    places = list(
        dict.fromkeys(
            (event["source_uri"], event["source_digest"], event["source_locator"])
            for event in events
            if event.get("source_uri") and event.get("source_digest")
        )
    )
    for uri, digest, locator in places[:_SHOWN_LINES]:
        seen = excerpt(uri, digest, locator)
        if seen is not None:
            yield f"  {uri} {locator or ''}: {_STATES[seen.state]}"
            yield from (f"      {text}" for text in (seen.header, seen.text) if text)
    if len(places) > _SHOWN_LINES:
        yield f"  (and {len(places) - _SHOWN_LINES:,} places more, in --json)"


_STATES = {
    "unchanged": "as it was when it was read",
    "changed": "CHANGED since it was read",
    "not here": "not on this machine any more",
}


def _print_rest(found: "Explanation") -> None:
    """What was retracted, and the commands that make the events again."""
    from collectors.importing.origin import reproducing_command

    for event in found.retracted:
        author = f" by {event['author']}" if event["author"] else ""
        click.echo(
            f"\nRetracted{author}, and not counted: {event['event_id'].hex[:_ID_DIGITS]}, {event['reason']}"
        )
    if not found.evidence:
        click.echo(
            "\nNo rule leads from a row of this mart to single events; the formula tells what it is made from."
        )
    events = [event for side in found.evidence for event in side.events]
    commands = dict.fromkeys(filter(None, map(reproducing_command, events)))
    if commands:
        click.echo("\nMake them again")
        for line in commands:
            click.echo(f"  {line}")


def _command(sql: str) -> str:
    import shlex

    is_plain = not any(character in sql for character in '"$`\\!')
    return f'benchmart sql "{sql}"' if is_plain else f"benchmart sql {shlex.quote(sql)}"
