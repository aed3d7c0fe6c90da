"""`benchmart predict importance`: what the predictor that serves goes by."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from interfaces.cli.options import home_option, json_option

if TYPE_CHECKING:
    from predictors.explained import Explained

_FEATURES = ("feature", "group", "contribution", "low", "high", "factor", "best_rank", "worst_rank")
_GROUPS = ("group", *_FEATURES[2:])
_COLUMNS: Mapping[str, Sequence[str]] = {
    "feature": _FEATURES,
    "group": _GROUPS,
    "stage": ("stage", "explained", "left", "factor_left"),
    "term": ("term", "share", "low", "high", "prediction_count"),
}


@click.command("importance")
@home_option
@click.option(
    "--by", type=click.Choice(list(_COLUMNS)), default="feature", show_default=True,
    help="Features of the trees, groups of them, stages, or terms of physics",
)  # fmt: skip
@click.option(
    "--limit", type=click.IntRange(min=0), default=20, show_default=True, help="Most rows of the table"
)
@json_option
def importance(home: str | None, by: str, limit: int, *, as_json: bool) -> None:
    """Show what the predictor that serves goes by.

    Looked at with at most 1,000 results of the warehouse, always the same ones. By feature or group: the mean size of
    its contribution to the logarithm of seconds, least and most of the folds, the factor it stands for, and its ranks
    over the folds. By stage: the share of the variance of the logarithm of seconds that it explains beyond those
    before it, and the standard deviation that is left. By term: its share of a step's seconds, and what a tenth of the
    predictions lie below and above.
    """
    from interfaces.cli.tables import print_json

    columns, rows = _looked_at(home, by)
    if as_json:
        print_json([{**row} for row in rows])
        return
    _print(columns, rows[:limit])
    if len(rows) > limit:
        click.echo(f"{limit} of {len(rows)} rows; --limit shows more", err=True)


def _looked_at(home: str | None, by: str) -> tuple[Sequence[str], Sequence[Mapping[str, Any]]]:
    from benchmart.config import find_home
    from benchmart.connection import open_warehouse
    from predictors.explained import Explained
    from predictors.registry.training import serving
    from predictors.typical_questions import typical_questions

    place = find_home(home)
    _, predictor = serving(place)
    with open_warehouse(place) as connection:
        sample = typical_questions(connection, predictor)
    explained = Explained(predictor, sample)
    rows = _ROWS[by](explained)
    click.echo(f"looked at with {sample.described}", err=True)
    if by in {"feature", "group"} and explained.importance.agreement is not None:
        folds, agreement = explained.importance.fold_count, explained.importance.agreement
        click.echo(f"{folds} folds rank the features alike to {agreement:.2f} (Kendall's W)", err=True)
    return _COLUMNS[by], rows


def _features(explained: "Explained") -> list[Mapping[str, Any]]:
    found = explained.importance
    return [{"feature": one.name, **_moved(one), "agreement": found.agreement} for one in found.features]


def _groups(explained: "Explained") -> list[Mapping[str, Any]]:
    return [_moved(one) for one in explained.importance.groups]


def _moved(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in _GROUPS}


def _stages(explained: "Explained") -> list[Mapping[str, Any]]:
    from dataclasses import asdict
    from math import exp

    return [
        {**asdict(stage), "factor_left": None if stage.left is None else exp(stage.left)}
        for stage in explained.stages
    ]


def _terms(explained: "Explained") -> list[Mapping[str, Any]]:
    from dataclasses import asdict

    return [asdict(term) for term in explained.terms]


_ROWS: Mapping[str, Callable[["Explained"], Sequence[Mapping[str, Any]]]] = {
    "feature": _features,
    "group": _groups,
    "stage": _stages,
    "term": _terms,
}


def _print(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    from interfaces.cli.tables import print_table, shown

    numeric = [column for column in columns if rows and isinstance(rows[0][column], int | float)]
    print_table(columns, [[shown(row[column]) for column in columns] for row in rows], numeric)
