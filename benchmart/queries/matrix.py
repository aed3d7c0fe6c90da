"""What works where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from benchmart.queries.names import resolve
from benchmart.queries.rows import Rows, fetch

STATUSES = ("verified", "partial", "failed", "simulated_only", "untested")

_FILTERS = {
    "models": "model_id",
    "hardware": "hardware_id",
    "families": "family",
    "modes": "mode",
    "precisions": "precision",
    "runtimes": "runtime",
    "statuses": "status",
}
"""Field of the filter to column of the mart."""


@dataclass(frozen=True, slots=True)
class MatrixFilter:
    """Values to keep of each column; an empty list keeps all."""

    models: Sequence[str] = ()
    hardware: Sequence[str] = ()
    families: Sequence[str] = ()
    modes: Sequence[str] = ()
    precisions: Sequence[str] = ()
    runtimes: Sequence[str] = ()
    statuses: Sequence[str] = ()


def compatibility(
    connection: duckdb.DuckDBPyConnection, asked: MatrixFilter, limit: int | None = None
) -> Rows:
    """The cells of the compatibility matrix that fit, by model, mode, precision and device.

    Raises UsageError when a model or device asked for has no results.
    """
    wanted = {field: list(getattr(asked, field)) for field in _FILTERS}
    wanted["models"] = resolve(connection, "model", asked.models)
    wanted["hardware"] = resolve(connection, "hardware", asked.hardware)
    conditions, parameters = _where(wanted)
    sql = f"""
        select
            model_id, family, hardware_id, hardware_name, device_kind, runtime, mode, precision,
            status, basis, score, evidence_count, success_count, failure_count, untested_count,
            error_class, suggested_fix, first_seen_at, last_seen_at
        from compatibility_matrix
        {conditions}
        order by
            family nulls last, model_id, mode, precision, runtime, hardware_id nulls last, device_kind
    """  # noqa: S608 - column names are ours, values are bound
    return fetch(connection, sql, parameters, limit)


def _where(wanted: Mapping[str, list[str]]) -> tuple[str, dict[str, Any]]:
    """The condition that keeps the wanted values, and its parameters."""
    given = {field: values for field, values in wanted.items() if values}
    terms = [f"list_contains(${field}, {_FILTERS[field]})" for field in given]
    return (f"where {' and '.join(terms)}" if terms else "", dict(given))
