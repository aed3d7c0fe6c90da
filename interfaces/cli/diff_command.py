"""`benchmart diff`: what became different between two moments, and why."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from interfaces.cli.options import home_option, json_option, past_at

if TYPE_CHECKING:
    from benchmart.arrivals import Arrivals
    from benchmart.queries.difference import MartChange, RowChange

_ID_DIGITS = 12
_SHOWN_COLUMNS = 8
_SIGNS = {"vanished": "-", "changed": "~", "appeared": "+"}


@click.command("diff")
@click.argument("before", metavar="MOMENT")
@click.argument("after", metavar="[MOMENT]", default="now")
@home_option
@click.option(
    "--mart", "marts", metavar="NAME", multiple=True, help="Compare this mart; may be repeated [default: those"
    " that summarise events]",
)  # fmt: skip
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    help="Most rows to show of each mart",
)
@json_option
def command(
    before: str,
    after: str,
    home: str | None,
    marts: Sequence[str],
    limit: int,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Show what appeared, changed and vanished in the marts between two moments, and the events that did it.

    A MOMENT is a date (its end), a time (UTC unless it says otherwise), 2h or 7d for so long ago, or now. Warehouses of
    moments are built when they are asked for first, beside the served one, and a few are kept.

    \b
    Examples:
      benchmart diff 7d                                    the last week
      benchmart diff 2026-11-01 2026-11-24
      benchmart diff 1h now --mart compatibility_matrix --limit 50
      benchmart diff 2026-11-24T18:30 --json | jq '.marts[].mart'
    """
    from benchmart.arrivals import arrivals
    from benchmart.config import find_home
    from benchmart.queries.difference import compare_warehouses

    place = find_home(home)
    first, second = past_at(place, before), past_at(place, after)
    found = compare_warehouses(first.home.warehouse, second.home.warehouse, marts, limit)
    came = arrivals(place.events, first.files, second.files, limit)
    if as_json:
        from dataclasses import asdict

        from interfaces.cli.tables import print_json

        moments = {"before": first.moment, "after": second.moment}
        told = [
            {
                **asdict(each),
                "rows": [{**asdict(row), "columns": row.columns} for row in each.rows],
                "is_truncated": each.count > len(each.rows),
            }
            for each in found
        ]
        print_json({**moments, "arrived": asdict(came), "marts": told})
        return
    _print_arrivals(came)
    if not found:
        click.echo("no mart is different", err=True)
        return
    _print_counts(found)
    for each in found:
        _print_rows(each)


def _print_arrivals(came: "Arrivals") -> None:
    from interfaces.cli.tables import print_table, shown

    if not came.counts:
        click.echo("nothing arrived in between", err=True)
        return
    print_table(
        ["arrived", "batches", "events"],
        [[kind, f"{batches:,}", f"{events:,}"] for kind, batches, events in came.counts],
        numeric=("batches", "events"),
    )
    click.echo()
    print_table(
        ["recorded", "kind", "events", "collector", "source"],
        [
            [
                shown(batch.recorded_at),
                batch.kind,
                f"{batch.event_count:,}",
                ", ".join(batch.collectors),
                (batch.first_source or "")
                + (f" and {batch.source_count - 1:,} more" if batch.source_count > 1 else ""),
            ]
            for batch in came.batches
        ],
        numeric=("events",),
    )
    total = sum(batches for _, batches, _ in came.counts)
    if total > len(came.batches):
        click.echo(f"... the {len(came.batches):,} newest of {total:,} batches; --limit shows more", err=True)
    for each in came.retractions:
        author = f" by {each.author}" if each.author else ""
        click.echo(f"{each.action}{author}: {each.target_event_id[:_ID_DIGITS]}, {each.reason}")


def _print_counts(found: "Sequence[MartChange]") -> None:
    from interfaces.cli.tables import print_table

    columns = ["mart", "appeared", "changed", "vanished"]
    click.echo()
    print_table(
        columns,
        [[each.mart, *(f"{getattr(each, name):,}" for name in columns[1:])] for each in found],
        numeric=columns[1:],
    )


def _print_rows(found: "MartChange") -> None:
    if not found.rows:
        return
    click.echo(f"\n{found.mart}")
    for row in found.rows:
        click.echo(f"  {_SIGNS[row.change]} {_name(row)}")
        for name in row.columns[:_SHOWN_COLUMNS]:
            click.echo(f"      {name}: {_value(row.before, name)} -> {_value(row.after, name)}")
        if len(row.columns) > _SHOWN_COLUMNS:
            click.echo(f"      and {', '.join(row.columns[_SHOWN_COLUMNS:])}")
        _print_reason(row)
    if found.count > len(found.rows):
        click.echo(
            f"... {len(found.rows):,} of {found.count:,} rows of {found.mart} are shown; --limit shows more",
            err=True,
        )


def _print_reason(row: "RowChange") -> None:
    """Which events came and went. Without any, something that other rows rest on has changed."""
    for event in row.events:
        source = " ".join(filter(None, (event["source_uri"], event["source_locator"])))
        says = " ".join(filter(None, (event["status"], event["basis"], event["error_class"])))
        why = f", retracted: {event['retracted_because']}" if event["retracted_because"] else ""
        word = "gone" if event["is_gone"] else "new"
        click.echo(
            f"      {word} {event['event_id'].hex[:_ID_DIGITS]}  {says}  {event['collector']} {source}{why}"
        )
    rest = row.arrived_count + row.gone_count - len(row.events)
    if row.change == "changed" and not row.arrived_count + row.gone_count:
        click.echo("      no event of its own: something that it rests on has changed")
    if rest > 0:
        click.echo(f"      and {rest:,} more ({row.arrived_count:,} new, {row.gone_count:,} gone)")


def _name(row: "RowChange") -> str:
    """What the row is about: its key, with words in place of digests where it has some."""
    from interfaces.cli.tables import shown

    whole = {**row.key, **(row.after or row.before or {})}
    words = [name for name in _WORDS if whole.get(name) is not None]
    others = [
        name
        for name, value in row.key.items()
        if name not in words and not hasattr(value, "hex") and value is not None
    ]
    return " ".join(shown(whole[name]) for name in words + others or row.key)


_WORDS = (
    "model_id", "hardware_id", "baseline_hardware_id", "runtime", "runtime_version", "mode", "phase", "precision",
    "compiler", "batch_size", "sequence_length", "image_size", "metric", "format", "name_kind", "name",
)  # fmt: skip
"""Columns that tell people what a row is about."""


def _value(row: "Mapping[str, Any] | None", name: str) -> str:
    from interfaces.cli.tables import shown

    return shown((row or {}).get(name)) or "null"
