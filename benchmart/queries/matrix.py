"""What works where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from benchmart.errors import UsageError
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
    statuses: Mapping[str, int]
    """Number of cells with each status, in all lines that fit."""


def compatibility(
    connection: duckdb.DuckDBPyConnection, asked: MatrixFilter, most_lines: int | None = None
) -> Matrix:
    """The cells that fit, of the first `most_lines` lines.

    Raises UsageError when a model or device asked for has no results.
    """
    return _matrix(connection, _MODELS, asked, most_lines)


def family_compatibility(
    connection: duckdb.DuckDBPyConnection, asked: MatrixFilter, most_lines: int | None = None
) -> Matrix:
    """The same with a line a family of models. Raises UsageError when it is asked for single models, too."""
    if asked.models:
        raise UsageError(
            "a matrix by family has no single models", hint="Leave out --model, or ask for --family"
        )
    return _matrix(connection, _FAMILIES, asked, most_lines)


def compatibility_changes(
    connection: duckdb.DuckDBPyConnection, asked: MatrixFilter, limit: int | None = None
) -> Rows:
    """Every change of the verdict on the cells that fit, cell by cell in order of time.

    A cell fits by what the matrix says of it now, its status among it. Raises UsageError as `compatibility` does.
    """
    conditions, parameters = _where(_wanted(connection, asked))
    return fetch(connection, _CHANGES.format(conditions=conditions), parameters, limit)


def newest_evidence(connection: duckdb.DuckDBPyConnection) -> datetime | None:
    """When the newest evidence of any cell happened, or was recorded; None when there is none."""
    [(newest,)] = connection.execute("select max(last_seen_at) from compatibility_matrix").fetchall()
    return newest  # type: ignore[no-any-return]


def _matrix(
    connection: duckdb.DuckDBPyConnection, lines: "_Lines", asked: MatrixFilter, most_lines: int | None
) -> Matrix:
    conditions, parameters = _where(_wanted(connection, asked))
    line = ", ".join(lines.line)
    names = {
        "mart": lines.mart,
        "line": line,
        "order": line.replace("family", "family nulls last"),
        "columns": ", ".join(f"cells.{column}" for column in lines.columns),
        "same": " and ".join(f"cells.{column} is not distinct from lines.{column}" for column in lines.line),
    }
    overview = _OVERVIEW.format(conditions=conditions, **names)
    line_count, statuses, devices = connection.execute(overview, parameters).fetchall()[0]
    cells = fetch(
        connection,
        _CELLS.format(conditions=conditions, **names),
        parameters | {"most_lines": most_lines or line_count},
    )
    return Matrix(
        cells,
        line_count,
        [(each["hardware_id"], each["device_kind"], each["cells"]) for each in devices],
        {each["status"]: each["cells"] for each in statuses},
    )


def _wanted(connection: duckdb.DuckDBPyConnection, asked: MatrixFilter) -> dict[str, list[str]]:
    wanted = {field: list(getattr(asked, field)) for field in _FILTERS}
    wanted["models"] = resolve(connection, "model", asked.models)
    wanted["hardware"] = resolve(connection, "hardware", asked.hardware)
    return wanted


@dataclass(frozen=True, slots=True)
class _Lines:
    """Which mart has the cells, what makes a line of them, and what is shown of each."""

    mart: str
    line: Sequence[str]
    columns: Sequence[str]


_DEVICE = ("hardware_id", "hardware_name", "device_kind")
_VERDICT = ("status", "basis", "score", "evidence_count")
_ERROR = ("error_class", "suggested_fix", "first_seen_at", "last_seen_at")

_MODELS = _Lines(
    "compatibility_matrix",
    ("family", "model_id", "mode", "precision", "runtime"),
    (
        *("compatibility_id", "model_id", "family", *_DEVICE, "runtime", "mode", "precision", *_VERDICT),
        *("success_count", "failure_count", "untested_count", *_ERROR),
    ),
)
_FAMILIES = _Lines(
    "compatibility_by_family",
    ("family", "mode", "precision", "runtime"),
    (
        *("family", *_DEVICE, "runtime", "mode", "precision", *_VERDICT, "model_count", "verified_count"),
        *("partial_count", "failed_count", "simulated_only_count", "untested_count", *_ERROR),
    ),
)

_OVERVIEW = """
    with kept as (select {line}, hardware_id, device_kind, status from {mart} as cells {conditions}),
    devices as (select hardware_id, device_kind, count(*) as cells from kept group by all),
    statuses as (select status, count(*) as cells from kept group by all)
    select
        (select count(*) from (select distinct {line} from kept)),
        (select coalesce(list(statuses), []) from statuses),
        (select coalesce(list(devices order by devices.cells desc, hardware_id, device_kind), []) from devices)
"""

_CELLS = """
    with lines as (
        select {line}, row_number() over (order by {order}) as line
        from (select distinct {line} from {mart} as cells {conditions})
        qualify line <= $most_lines
    )
    select lines.line, {columns}
    from {mart} as cells inner join lines on {same}
    {conditions}
    order by lines.line, cells.hardware_id nulls last, cells.device_kind
"""

_CHANGES = """
    select
        changed_at, model_id, hardware_id, device_kind, runtime, mode, precision, previous_status, status,
        evidence_count, success_count, failure_count, error_class, event_kind, event_id, batch_id, compatibility_id
    from compatibility_history
    where compatibility_id in (select compatibility_id from compatibility_matrix as cells {conditions})
    order by model_id, mode, precision, runtime, hardware_id nulls last, device_kind, compatibility_id, changed_at
"""


def _where(wanted: Mapping[str, list[str]]) -> tuple[str, dict[str, Any]]:
    """The condition that keeps the wanted values, and its parameters."""
    given = {field: values for field, values in wanted.items() if values}
    terms = [f"list_contains(${field}, cells.{_FILTERS[field]})" for field in given]
    return (f"where {' and '.join(terms)}" if terms else "", dict(given))
