"""Changes of level one by one, with what was said of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from benchmart.queries.filters import kept
from benchmart.queries.names import resolve
from benchmart.queries.prefixes import row_with_id
from benchmart.queries.rows import Rows, fetch

_CHANGES = """
    select *, coalesce(committed_at, occurred_at) as changed_at, count(*) over () as change_count
    from series_changes
    {where}
    order by is_acknowledged, changed_at desc nulls last, abs(effect) desc nulls last, change_id
"""


@dataclass(frozen=True, slots=True)
class ListedChanges:
    """Which changes are asked for; an empty list keeps all."""

    models: Sequence[str] = ()
    hardware: Sequence[str] = ()
    metrics: Sequence[str] = ()
    verdicts: Sequence[str] = ()
    since: datetime | None = None
    """Keep changes whose new level begins at this moment or later: when its commit was made, else measured."""
    unacknowledged: bool = False
    """Leave out what somebody has acknowledged."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes that fit: those that nobody acknowledged first, then the latest."""

    rows: Rows
    """Rows of `series_changes`."""
    change_count: int
    """All that fit, shown or not."""


def changes(connection: duckdb.DuckDBPyConnection, asked: ListedChanges, limit: int | None = None) -> Changes:
    """The changes that fit, at most `limit`. Raises UsageError when a model or device asked for has no results."""
    wanted = {
        "model_id": resolve(connection, "model", asked.models),
        "hardware_id": resolve(connection, "hardware", asked.hardware),
        "metric": asked.metrics,
        "verdict": asked.verdicts,
    }
    conditions = ["not is_acknowledged"] if asked.unacknowledged else []
    if asked.since:
        conditions.append("coalesce(committed_at, occurred_at) >= $since")
    where, parameters = kept(wanted, *conditions)
    if asked.since:
        parameters["since"] = asked.since
    rows = fetch(connection, _CHANGES.format(where=where), parameters, limit or None)
    count = rows.as_dicts()[0]["change_count"] if rows.rows else 0
    return Changes(rows, count)


def change(connection: duckdb.DuckDBPyConnection, change_id: str) -> dict[str, Any]:
    """The one change whose id begins with these digits. Raises UsageError when it is none, or several."""
    return row_with_id(connection, "series_changes", "change_id", change_id)
