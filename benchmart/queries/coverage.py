"""What has been measured, what has not, and what was not understood."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from benchmart.queries.filters import kept
from benchmart.queries.matrix import STATUSES, MatrixFilter
from benchmart.queries.names import resolve
from benchmart.queries.rows import Rows, fetch

_COLUMNS = {
    "families": "family",
    "models": "model_id",
    "hardware": "hardware_id",
    "modes": "mode",
    "precisions": "precision",
    "runtimes": "runtime",
    "statuses": "status",
}
"""Field of the filter to column of the matrix."""

_COVERED = """
    with cells as (
        select
            coalesce(mode, 'no mode') as mode,
            coalesce(hardware_name, '(' || coalesce(device_kind, 'no device') || ')') as device,
            hardware_id is not null as is_named,
            coalesce(family, 'no family') as family,
            model_id, evidence_count, success_count, failure_count
        from compatibility_matrix
        {where}
    )
    select
        mode, device, is_named, family,
        count(distinct model_id) filter (where evidence_count > 0) as models,
        count(distinct model_id) as named_models,
        cast(sum(evidence_count) as bigint) as results,
        cast(sum(failure_count) as bigint) as failures
    from cells
    group by all
    order by all
"""

_STATUSES = """
    select coalesce(family, 'no family') as family, status, count(*) as cells
    from compatibility_matrix
    {where}
    group by all
"""

_STATE = """
    select
        (select count(*) from event_batches) as batches,
        (select count(*) from dim_models where has_results) as models,
        (select count(*) from dim_hardware where has_results) as devices,
        (select count(*) from dim_runs) as runs,
        (select count(*) from series) as series,
        (select max(recorded_at) from fct_results) as recorded_at
"""

_QUARANTINED = """
    select
        coalesce(format, 'unknown') as format, reason, count(*) as documents,
        cast(sum(document_bytes) as bigint) as bytes, min(source_uri) as example
    from quarantined_documents
    group by all
    order by documents desc, format, reason
"""

_UNRESOLVED = """
    select name_kind, name, result_count, suggestions
    from unresolved_names
    order by result_count desc, name_kind, name
"""

_IMPORTS = """
    select format, files, records, repeated_records, quarantined, not_measured, untouched, last_imported_at
    from imports_by_format
    order by records desc, files desc, format
"""

_QUALITY = """
    select
        rule, severity, holds, count(*) as violations, count(distinct event_id) as results,
        count(*) filter (where not is_acknowledged) as not_acknowledged
    from data_quality_violations
    group by all
    order by severity, violations desc, rule
"""
_HAS_QUALITY = """
    select count(*) from information_schema.tables
    where table_schema = 'main' and table_name = 'data_quality_violations'
"""


@dataclass(frozen=True, slots=True)
class Covered:
    """What was measured of a family on a device in a mode."""

    mode: str
    device: str
    """Name of the device; for one that no source names, its kind in brackets."""
    is_named: bool
    family: str
    models: int
    """Models with a measured result, good or bad."""
    named_models: int
    """Models that any event speaks of there, measured or not."""
    results: int
    failures: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A device on which, in a mode, nothing of some families was measured although it was of others."""

    mode: str
    device: str
    measured: Sequence[str]
    missing: Sequence[str]
    """Families that other devices have results of, in the same mode."""


@dataclass(frozen=True, slots=True)
class State:
    """How much there is."""

    batches: int
    models: int
    devices: int
    runs: int
    series: int
    recorded_at: Any
    """When the newest result was recorded; None when there is none."""


def covered(connection: duckdb.DuckDBPyConnection, asked: MatrixFilter) -> list[Covered]:
    """Counts by mode, device and family. Raises UsageError when a model or device asked for has no results."""
    where, parameters = _where(connection, asked)
    rows = connection.execute(_COVERED.format(where=where), parameters).fetchall()
    return [Covered(*row) for row in rows]


def gaps(found: Sequence[Covered]) -> list[Gap]:
    """Devices that lack families which others have in the same mode, those with most of them missing last."""
    families: dict[str, set[str]] = {}
    measured: dict[tuple[str, str], set[str]] = {}
    for each in found:
        # What has no mode, family or device is no place where something could be missing.
        if (
            each.models
            and each.is_named
            and not each.family.startswith("no ")
            and not each.mode.startswith("no ")
        ):
            families.setdefault(each.mode, set()).add(each.family)
            measured.setdefault((each.mode, each.device), set()).add(each.family)
    every = [
        Gap(mode, device, sorted(have), sorted(families[mode] - have))
        for (mode, device), have in measured.items()
    ]
    return sorted(
        (gap for gap in every if gap.missing), key=lambda gap: (gap.mode, len(gap.missing), gap.device)
    )


def statuses_by_family(
    connection: duckdb.DuckDBPyConnection, asked: MatrixFilter
) -> Mapping[str, Mapping[str, int]]:
    """Family to status to number of cells of the matrix; families with most cells first."""
    where, parameters = _where(connection, asked)
    found: dict[str, dict[str, int]] = {}
    for family, status, cells in connection.execute(_STATUSES.format(where=where), parameters).fetchall():
        found.setdefault(family, dict.fromkeys(STATUSES, 0))[status] = cells
    return dict(sorted(found.items(), key=lambda each: (-sum(each[1].values()), each[0])))


def state(connection: duckdb.DuckDBPyConnection) -> State:
    """How much there is in all."""
    return State(*connection.execute(_STATE).fetchall()[0])


def imports(connection: duckdb.DuckDBPyConnection) -> Rows:
    """What was imported, a row a format."""
    return fetch(connection, _IMPORTS)


def quarantined(connection: duckdb.DuckDBPyConnection, most: int) -> Rows:
    """Documents that were not understood, by reason."""
    return fetch(connection, _QUARANTINED, limit=most)


def unresolved(connection: duckdb.DuckDBPyConnection, most: int) -> Rows:
    """Names that no alias fits, those with most results first."""
    return fetch(connection, _UNRESOLVED, limit=most)


def violations(connection: duckdb.DuckDBPyConnection) -> Rows | None:
    """Rules of data quality that results break, with how often; None where the warehouse knows no rules."""
    known = connection.execute(_HAS_QUALITY).fetchall()[0][0]
    return fetch(connection, _QUALITY) if known else None


def _where(connection: duckdb.DuckDBPyConnection, asked: MatrixFilter) -> tuple[str, dict[str, Any]]:
    wanted = {column: getattr(asked, field) for field, column in _COLUMNS.items()}
    wanted["model_id"] = resolve(connection, "model", asked.models)
    wanted["hardware_id"] = resolve(connection, "hardware", asked.hardware)
    return kept(wanted)
