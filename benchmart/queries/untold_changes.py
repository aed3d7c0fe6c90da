"""Changes of level that a receiver was not told of yet."""

import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from benchmart.queries.filters import kept
from benchmart.queries.rows import fetch

NEAR = 3
"""Points by which the place of a change wanders as points are added, as in `series_changes`."""
_UNTOLD = """
    select *, coalesce(committed_at, occurred_at) as changed_at
    from series_changes as changes
    {where}
    order by abs(effect) desc nulls last, changed_at desc nulls last, change_id
"""
_MATTERS = "(effect is null or abs(ln(greatest(1 + effect, 1e-300))) >= $limit)"
"""Of a series that is not positive throughout, no change is relative: all are told."""
_TOLD = """
    exists (
        select 1
        from change_notifications as told
        where
            told.series_id = changes.series_id
            and told.verdict = changes.verdict
            and told.receiver_digest = $receiver
            and abs(told.point_number - changes.point_number) <= $near
    )
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which changes a receiver wants to hear of."""

    verdicts: Collection[str] = ("regression",)
    since: datetime | None = None
    """Changes whose new level begins at this moment or later: when its commit was made, else measured."""
    confirmations: int = 3
    """Points, or sessions, that the new level has to have."""
    threshold: float = 0.05
    """Relative; smaller changes are not told. As far as a factor and its inverse, as in the gate."""


def untold(
    connection: duckdb.DuckDBPyConnection, receiver_digest: str, wanted: Wanted
) -> list[dict[str, Any]]:
    """Rows of `series_changes` that nobody acknowledged, the largest first."""
    conditions = ["not is_acknowledged", "points_after >= $confirmations", _MATTERS, f"not {_TOLD}"]
    parameters: dict[str, Any] = {
        "confirmations": wanted.confirmations,
        "receiver": receiver_digest,
        "near": NEAR,
        "limit": math.log1p(wanted.threshold),
    }
    if wanted.since:
        conditions.append("coalesce(committed_at, occurred_at) >= $since")
        parameters["since"] = wanted.since
    where, more = kept({"verdict": sorted(wanted.verdicts)}, *conditions)
    return fetch(connection, _UNTOLD.format(where=where), parameters | more).as_dicts()
