"""What was found in all series, beside their changes: trends rolled up, points off their level, series not judged."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from benchmart.queries.filters import kept
from benchmart.queries.names import resolve
from benchmart.queries.rows import Rows, fetch
from benchmart.queries.series_changes import ChangeFilter

_ROLL_UP = """
    select
        {name} as name, rolled.metric, rolled.series_count, rolled.improving_count, rolled.degrading_count,
        rolled.stable_count, rolled.volatile_count, rolled.insufficient_count, rolled.regression_count,
        rolled.improvement_count, rolled.worst_effect, count(*) over () as row_count
    from {mart} as rolled
    {joined}
    {where}
    order by rolled.regression_count desc, rolled.degrading_count desc, rolled.series_count desc, name, rolled.metric
    limit $most
"""
_OUTLIERS = """
    select
        coalesce(dim_models.model_name, found.subject) as subject, dim_hardware.hardware_name as hardware,
        found.metric, found.unit, found.value, found.point_number, found.commit_id, found.runtime_version,
        coalesce(found.committed_at, found.occurred_at) as moment, count(*) over () as row_count
    from series_outliers as found
    inner join dim_conditions as conditions using (comparability_id)
    left join dim_models on found.model_id = dim_models.model_id
    left join dim_hardware on found.hardware_id = dim_hardware.hardware_id
    {where}
    order by moment desc nulls last, found.event_id, found.metric_position
    limit $most
"""
_NOT_JUDGED = """
    select
        found.metric, found.insufficient_reason, count(*) as series_count, max(found.point_count) as most_points
    from series_trends as found
    inner join dim_conditions as conditions using (comparability_id)
    {where}
    group by all
    order by series_count desc, found.metric, found.insufficient_reason
"""


@dataclass(frozen=True, slots=True)
class SeriesOverview:
    """Rows end with `row_count`, that of all that fit, where fewer are given."""

    by_model: Rows
    """Those with most regressions first."""
    by_family: Rows
    by_hardware: Rows
    outliers: Rows
    """The newest first; values in base units."""
    not_judged: Rows
    """One row a metric and reason."""


def series_overview(connection: duckdb.DuckDBPyConnection, asked: ChangeFilter, most: int) -> SeriesOverview:
    """At most `most` rows of each table; roll-ups know models, devices and metrics, not modes and precisions.

    Raises UsageError when a model or device asked for has no results.
    """
    models = resolve(connection, "model", asked.models)
    hardware = resolve(connection, "hardware", asked.hardware)
    own = {
        "found.model_id": models,
        "found.hardware_id": hardware,
        "found.metric": asked.metrics,
        "conditions.mode": asked.modes,
        "conditions.precision": asked.precisions,
    }
    where, parameters = kept(own)
    not_judged, _ = kept(own, "found.insufficient_reason is not null")
    limit = {"most": most}
    return SeriesOverview(
        _rolled_up(connection, "model", models, asked, most),
        _rolled_up(connection, "family", (), asked, most),
        _rolled_up(connection, "hardware", hardware, asked, most),
        fetch(connection, _OUTLIERS.format(where=where), parameters | limit),
        fetch(connection, _NOT_JUDGED.format(where=not_judged), parameters),
    )


def _rolled_up(
    connection: duckdb.DuckDBPyConnection, by: str, wanted: Sequence[str], asked: ChangeFilter, most: int
) -> Rows:
    """One of the marts `trends_by_*`."""
    name, joined = {
        "model": ("dim_models.model_name", "left join dim_models using (model_id)"),
        "family": ("rolled.family", ""),
        "hardware": ("dim_hardware.hardware_name", "left join dim_hardware using (hardware_id)"),
    }[by]
    key = "rolled.family" if by == "family" else f"rolled.{by}_id"
    where, parameters = kept({key: wanted, "rolled.metric": asked.metrics})
    sql = _ROLL_UP.format(name=name, mart=f"trends_by_{by}", joined=joined, where=where)
    return fetch(connection, sql, parameters | {"most": most})
