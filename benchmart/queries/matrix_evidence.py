"""What stands behind the cells of a matrix: results behind those of models, models behind those of families."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from benchmart.queries.rows import fetch

FAMILY_KEY = ("family", "hardware_id", "device_kind", "runtime", "mode", "precision")
"""What tells the cells of a matrix by family apart."""


@dataclass(frozen=True, slots=True)
class CellEvidence:
    """The first of what stands behind a cell."""

    rows: Sequence[Mapping[str, Any]]
    """Failures first, then the newest."""
    count: int
    """How many there are, shown or not."""


def results_behind(
    connection: duckdb.DuckDBPyConnection, compatibility_ids: Sequence[Any], most: int
) -> dict[Any, CellEvidence]:
    """At most `most` results of each of these cells, also those that are no evidence, by compatibility_id."""
    found = fetch(connection, _RESULTS, {"ids": list(compatibility_ids), "most": most})
    return _grouped(found.as_dicts(), ("compatibility_id",), alone=True)


def models_behind(connection: duckdb.DuckDBPyConnection, most: int) -> dict[Any, CellEvidence]:
    """At most `most` models of each cell of the matrix by family, by the values of FAMILY_KEY."""
    return _grouped(fetch(connection, _MODELS, {"most": most}).as_dicts(), FAMILY_KEY)


def _grouped(
    rows: list[dict[str, Any]], key: Sequence[str], *, alone: bool = False
) -> dict[Any, CellEvidence]:
    groups: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[row[key[0]] if alone else tuple(row[name] for name in key)].append(row)
    return {each: CellEvidence(found, found[0]["behind_count"]) for each, found in groups.items()}


_RESULTS = """
    select
        compatibility_id, coalesce(occurred_at, recorded_at) as seen_at, status, basis, error_class, error_message,
        batch_size, runtime_version, source_uri, source_locator, event_id,
        count(*) over (partition by compatibility_id) as behind_count
    from fct_results
    where compatibility_id in (select unnest($ids)) and attributes['derived_from'] is null
    qualify row_number() over (
        partition by compatibility_id order by (status = 'failed') desc, seen_at desc, event_id
    ) <= $most
    order by compatibility_id, (status = 'failed') desc, seen_at desc, event_id
"""

_MODELS = f"""
    select
        {", ".join(FAMILY_KEY)}, model_id, status, evidence_count, error_class, last_seen_at,
        count(*) over same_cell as behind_count
    from compatibility_matrix
    window same_cell as (partition by {", ".join(FAMILY_KEY)})
    qualify row_number() over (
        partition by {", ".join(FAMILY_KEY)}
        order by (status = 'failed') desc, (status = 'partial') desc, evidence_count desc, model_id
    ) <= $most
    order by (status = 'failed') desc, (status = 'partial') desc, evidence_count desc, model_id
"""  # noqa: S608 - column names are ours
