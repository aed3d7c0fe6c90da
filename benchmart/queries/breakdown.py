"""A comparison taken apart: by mode, precision and compiler, and by model."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import duckdb

from benchmart.queries.pairs import Asked, conditions
from benchmart.statistics import median_interval

_PARTS = ("mode", "phase", "precision", "compiler")


@dataclass(frozen=True, slots=True)
class Part:
    """How one side does against the other under some of the conditions, each model counted once."""

    words: Sequence[str]
    """What tells the conditions apart, such as `inference` and `fp16`."""
    pair_count: int
    model_count: int
    advantage: float
    advantage_low: float | None
    advantage_high: float | None
    worst: float
    best: float


def parts(connection: duckdb.DuckDBPyConnection, asked: Asked) -> list[Part]:
    """A part for each mode, phase, precision and compiler among the pairs, the worst first.

    Of what the kind of comparison tells apart itself there is one. Raises UsageError when something asked for has no
    results.
    """
    where, parameters = conditions(connection, asked)
    told = [name for name in _PARTS if name in asked.kind.condition and name not in asked.kind.keys]
    columns = ", ".join(told) or "true"
    sql = f"""
        with of_models as (
            select {columns}, model_id, count(*) as pairs, median(advantage) as middle,
                min(advantage) as least, max(advantage) as most
            from {asked.kind.relation} as pairs
            {where} and advantage is not null
            group by {columns}, model_id
        )
        select {columns}, sum(pairs)::bigint, list(middle), min(least), max(most)
        from of_models
        group by {columns}
    """  # noqa: S608 - names of columns and relations are ours, values are bound
    found = [_part(row) for row in connection.execute(sql, parameters).fetchall()]
    return sorted(found, key=lambda part: (part.advantage, part.words))


def advantages_of_models(connection: duckdb.DuckDBPyConnection, asked: Asked) -> list[tuple[str, int, float]]:
    """Each model with its number of pairs and its median advantage, the worst first."""
    where, parameters = conditions(connection, asked)
    sql = f"""
        select coalesce(model_id, 'unnamed'), count(*), median(advantage) as middle
        from {asked.kind.relation} as pairs
        {where} and advantage is not null
        group by model_id
        order by middle, model_id
    """  # noqa: S608 - names of columns and relations are ours, values are bound
    return connection.execute(sql, parameters).fetchall()


def _part(row: Sequence[Any]) -> Part:
    *words, pairs, medians, least, most = row
    low, high = median_interval(medians) or (None, None)
    return Part(
        [str(word) for word in words if word is not None and word is not True],
        pairs, len(medians), median(medians), low, high, least, most,
    )  # fmt: skip
