"""Results that cannot be right, by the last judgement, and which results were judged at all."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from benchmart.queries.rows import Rows, fetch


@dataclass(frozen=True, slots=True)
class Outliers:
    """What was found, and where was looked."""

    outliers: Rows
    """Those furthest off first."""
    judgements: Rows
    """One row a collector and metric; what is not here was never judged."""
    outlier_count: int
    """Outliers that fit, shown or not."""


def outliers(
    connection: duckdb.DuckDBPyConnection, collectors: Sequence[str] = (), limit: int | None = None
) -> Outliers:
    """Those of these collectors, or of all; at most `limit` of them."""
    asked = {"collectors": list(collectors) or None}
    ((count,),) = fetch(connection, _COUNT, asked).rows
    return Outliers(
        fetch(connection, _OUTLIERS, asked, limit), fetch(connection, _JUDGEMENTS, asked), int(count)
    )


def judgements(connection: duckdb.DuckDBPyConnection) -> Rows:
    """What was judged, one row a collector and metric; nothing where the warehouse does not know of judging yet."""
    is_known = connection.execute(_IS_KNOWN).fetchall()[0][0]
    return fetch(connection, _JUDGEMENTS, {"collectors": None}) if is_known else Rows((), [])


_IS_KNOWN = """
    select count(*) from information_schema.tables
    where table_schema = 'main' and table_name = 'outlier_judgements'
"""
_KEPT = "($collectors is null or list_contains($collectors, collector))"
_COUNT = f"select count(*) from outliers where {_KEPT}"  # noqa: S608 - no part of it is anybody else's
_OUTLIERS = f"""
    select
        event_id, subject, model_id, hardware_id, metric, value, expected_value, ratio, deviations, witness_count,
        witnesses, relatives, collector, source_uri, source_locator, judge_version, data_digest, verdict_event_id,
        judged_at
    from outliers
    where {_KEPT}
    order by deviations desc, event_id, metric
"""  # noqa: S608 - no part of it is anybody else's
_JUDGEMENTS = f"""
    select collector, metric, result_count, judged_count, odd_count, judge_version, data_digest, judged_at
    from outlier_judgements
    where {_KEPT}
    order by odd_count desc, judged_count desc, collector, metric
"""  # noqa: S608 - no part of it is anybody else's
