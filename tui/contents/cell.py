"""One cell of the compatibility matrix: its verdict, why, how it came to be, and the results behind it."""

from collections.abc import Mapping
from typing import Any

import duckdb

from benchmart.errors import UsageError
from benchmart.queries.evidence import literal
from benchmart.queries.rows import fetch
from tui.contents.content import Section
from tui.contents.listing import Listing
from tui.contents.matrix import DEVICE


def cell_runs(compatibility_id: str) -> Listing:
    """Results behind the cell, also those that are no evidence; failures first, then the newest."""
    return Listing(
        name="runs",
        title="Results behind it",
        relation=f"({_RUNS.format(cell=literal(compatibility_id))})",
        columns={
            name: f'"{name}"'
            for name in (
                *(
                    "status",
                    "basis",
                    "items/s",
                    "tokens/s",
                    "latency_ms",
                    "batch",
                    "seen_at",
                    "runtime",
                    "error",
                ),
                *("message", "source", "place", "event_id"),
            )
        },
        searched=[
            f"contains(lower({column}), {{word}})"
            for column in ("status", "basis", "runtime", "error", "message", "source", "place")
        ],
        sort="failures first",
        order="(status = 'failed', seen_at)",
        key="event_id",
        measures={"best items/s": 'max("items/s")'},
        empty="no result fits",
    )


def about_cell(connection: duckdb.DuckDBPyConnection, compatibility_id: str) -> Section:
    """What is where, and the verdict. Raises UsageError for a cell that there is none of."""
    found = fetch(connection, _ABOUT, {"cell": compatibility_id})
    if not found.rows:
        raise UsageError(
            f"no cell {compatibility_id!r}", hint="Ids are those that `benchmart matrix --json` has"
        )
    why = verdict(dict(zip(found.columns, found.rows[0], strict=True)))
    return Section("cell", "Cell", (*found.columns, "why"), [(*found.rows[0], why)])


def verdict(cell: Mapping[str, Any]) -> str:
    """Why the cell says what it says, in a sentence: what is evidence, and what there is beside it."""
    others = [
        f"{cell[f'{kind}_count']} {kind}"
        for kind in ("untested", "simulated", "suspect", "estimated", "predicted")
        if cell[f"{kind}_count"]
    ]
    beside = f"; no evidence: {', '.join(others)}" if others else ""
    if not cell["evidence_count"]:
        return f"nothing was measured{beside}"
    return f"{cell['success_count']} of {cell['evidence_count']} measured results succeeded{beside}"


def cell_history(connection: duckdb.DuckDBPyConnection, compatibility_id: str) -> Section:
    """Every change of the verdict, the newest first."""
    found = fetch(connection, _HISTORY, {"cell": compatibility_id})
    return Section(
        "history", "How it came to be", found.columns, found.rows, empty="its verdict never changed"
    )


_ABOUT = f"""
    select
        model_id, {DEVICE.format(table="")} as device, runtime, mode, precision, status, basis, evidence_count,
        success_count, failure_count, untested_count, simulated_count, suspect_count, estimated_count,
        predicted_count, error_class, suggested_fix, first_seen_at, last_seen_at, compatibility_id
    from compatibility_matrix where compatibility_id = try_cast($cell as uuid)
"""  # noqa: S608 -- names are ours
_HISTORY = """
    select
        changed_at, previous_status as before, status, success_count as successes, failure_count as failures,
        error_class as error, event_kind, event_id
    from compatibility_history where compatibility_id = try_cast($cell as uuid)
    order by changed_at desc, event_id
"""
_RUNS = """
    select
        results.status, results.basis, numbers.items_per_second as "items/s", numbers.tokens_per_second as "tokens/s",
        numbers.latency_mean_seconds * 1e3 as latency_ms, results.batch_size as batch,
        coalesce(results.occurred_at, results.recorded_at) as seen_at,
        concat_ws(' ', results.runtime, results.runtime_version) as runtime, results.error_class as error,
        results.error_message as message, results.source_uri as source, results.source_locator as place,
        results.event_id
    from fct_results as results left join performance as numbers using (event_id)
    where results.compatibility_id = try_cast({cell} as uuid) and results.attributes['derived_from'] is null
"""
