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


@dataclass(frozen=True, slots=True)
class Matrix:
    """Part of the compatibility matrix: lines of models under a runtime, mode and precision, cells for devices."""

    cells: Rows
    """By line, then device; the column `line` counts lines from 1."""
    line_count: int
    """All lines that fit, shown or not."""
    devices: Sequence[tuple[str | None, str | None, int]]
    """hardware_id, device_kind and number of cells; those with most cells first."""


def compatibility(
    connection: duckdb.DuckDBPyConnection, asked: MatrixFilter, most_lines: int | None = None
) -> Matrix:
    """The cells that fit, of the first `most_lines` lines.

    Raises UsageError when a model or device asked for has no results.
    """
    wanted = {field: list(getattr(asked, field)) for field in _FILTERS}
    wanted["models"] = resolve(connection, "model", asked.models)
    wanted["hardware"] = resolve(connection, "hardware", asked.hardware)
    conditions, parameters = _where(wanted)
    lines, devices = connection.execute(_OVERVIEW.format(conditions=conditions), parameters).fetchall()[0]
    cells = fetch(
        connection, _CELLS.format(conditions=conditions), parameters | {"most_lines": most_lines or lines}
    )
    return Matrix(
        cells, lines, [(each["hardware_id"], each["device_kind"], each["cells"]) for each in devices]
    )


_LINE = "family, model_id, mode, precision, runtime"

_OVERVIEW = f"""
    with cells as (select * from compatibility_matrix {{conditions}}),
    devices as (select hardware_id, device_kind, count(*) as cells from cells group by all)
    select
        (select count(*) from (select distinct {_LINE} from cells)),
        (select coalesce(list(devices order by cells desc, hardware_id, device_kind), []) from devices)
"""  # noqa: S608 - column names are ours, values are bound

_CELLS = """
    select
        dense_rank() over (order by family nulls last, model_id, mode, precision, runtime) as line,
        model_id, family, hardware_id, hardware_name, device_kind, runtime, mode, precision,
        status, basis, score, evidence_count, success_count, failure_count, untested_count,
        error_class, suggested_fix, first_seen_at, last_seen_at
    from compatibility_matrix
    {conditions}
    qualify line <= $most_lines
    order by line, hardware_id nulls last, device_kind
"""


def _where(wanted: Mapping[str, list[str]]) -> tuple[str, dict[str, Any]]:
    """The condition that keeps the wanted values, and its parameters."""
    given = {field: values for field, values in wanted.items() if values}
    terms = [f"list_contains(${field}, {_FILTERS[field]})" for field in given]
    return (f"where {' and '.join(terms)}" if terms else "", dict(given))
