"""`benchmart predict effects`: what words of conditions, devices and families do to measured times."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from interfaces.cli.options import home_option, json_option

if TYPE_CHECKING:
    from predictors.mixed_model.model import MixedModel

_COLUMNS: Mapping[str, Sequence[str]] = {
    "fixed": ("effect", "against", "factor", "low", "high", "p_value", "note"),
    "between": ("between", "level_count", "deviation", "low", "high", "share", "note"),
    "unseen": ("unseen", "deviation"),
    "families": ("family", "factor", "low", "high", "model_count"),
}
_NUMERIC = {"factor", "low", "high", "p_value", "level_count", "deviation", "share", "model_count"}
_PERCENT = {"deviation", "share"}
_PERCENT_ENDS = {"low", "high"}
"""Ends of intervals are as what they are the ends of: factors, but deviations in per cent between levels."""


@click.command("effects")
@home_option
@click.option(
    "--limit", type=click.IntRange(min=0), default=20, show_default=True,
    help="Most families in the table, half of them the slowest",
)  # fmt: skip
@json_option
def effects(home: str | None, limit: int, *, as_json: bool) -> None:
    """Show what conditions, devices and families do to measured times, with intervals of 95 %.

    A linear mixed model of measured seconds over the seconds of physics, fitted to all measured results of the
    warehouse. First, what a word does to time with all else equal: `compiler dynamo` 0.58 takes 0.58 of the time. Of a
    precision or a mode it is what they do beyond physics, which knows rates and operations of both. What never varies
    within a device is not separable from it. Then how much results differ between devices, configurations, families
    and models, and how far off a time is of what was never seen. Last, the families that run slower (above 1) or
    faster than their operators explain, pulled towards 1 where there are few results. In JSON, deviations and shares
    are shares of 1.
    """
    from benchmart.config import find_home
    from benchmart.connection import open_warehouse
    from predictors.mixed_model.results import model_of_warehouse

    with open_warehouse(find_home(home)) as connection:
        model = model_of_warehouse(connection)
    told = _told(model)
    if as_json:
        from interfaces.cli.tables import print_json

        print_json({"result_count": model.result_count, **told})
        return
    click.echo(f"fitted to {model.result_count:,} measured results", err=True)
    families = told["families"]
    _print({**told, "families": _outermost(families, limit)})
    if len(families) > limit:
        click.echo(f"{limit} of {len(families)} families; --limit shows more", err=True)


def _told(model: "MixedModel") -> dict[str, list[Mapping[str, Any]]]:
    from dataclasses import asdict

    from predictors.mixed_model.tables import components, family_effects, fixed_effects, novelties

    return {
        "fixed": [asdict(each) for each in fixed_effects(model)],
        "between": [asdict(each) for each in components(model)],
        "unseen": [asdict(each) for each in novelties(model)],
        "families": [asdict(each) for each in family_effects(model)],
    }


def _outermost(rows: Sequence[Mapping[str, Any]], limit: int) -> list[Mapping[str, Any]]:
    """As many from both ends."""
    if len(rows) <= limit:
        return list(rows)
    last = limit // 2
    return [*rows[: limit - last], *rows[len(rows) - last :]]


def _print(told: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    from interfaces.cli.tables import print_table

    for number, (name, rows) in enumerate(told.items()):
        if number:
            click.echo()
        percent = _PERCENT | _PERCENT_ENDS if name == "between" else _PERCENT
        columns = _COLUMNS[name]
        cells = [[_cell(row[column], is_percent=column in percent) for column in columns] for row in rows]
        print_table(columns, cells, [column for column in columns if column in _NUMERIC])


def _cell(value: Any, *, is_percent: bool) -> str:
    from interfaces.cli.tables import number, shown

    if is_percent and value is not None:
        return f"{number(value * 100)} %"
    return f"{value:.3g}" if isinstance(value, float) else shown(value)
