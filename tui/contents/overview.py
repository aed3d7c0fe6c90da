"""What came in, what changed, what was not understood, and what is covered."""

from dataclasses import replace

import duckdb

from benchmart.queries.coverage import quarantined, state
from benchmart.queries.rows import fetch
from tui.contents.changes import CHANGES
from tui.contents.content import Content, Section
from tui.contents.listing import Asked

_MOST = 50
_ARRIVALS = """
    select
        coalesce(regexp_extract(path, '[^/]+$'), path) as source, format as what, outcome, records,
        last_imported_at as recorded_at
    from dim_sources
    union all
    select run_id, collector, failed_count || ' failed', result_count, last_recorded_at
    from dim_runs
    order by recorded_at desc nulls last, source
    limit $most
"""
_COVERAGE = """
    select
        coalesce(family, 'no family') as family, count(distinct model_id) as models,
        count(distinct hardware_id) as devices, cast(sum(evidence_count) as bigint) as results,
        cast(sum(failure_count) as bigint) as failures
    from compatibility_matrix
    group by 1
    order by results desc, family
"""


def overview(connection: duckdb.DuckDBPyConnection) -> Content:
    """Counts; changes that nobody acknowledged, the worst first; what came in last; quarantine; coverage by family."""
    return Content("overview", [_state(connection), _changes(connection), *_tables(connection)])


def _state(connection: duckdb.DuckDBPyConnection) -> Section:
    found = state(connection)
    columns = ("batches", "runs", "models", "devices", "series", "recorded_at")
    return Section("state", "What there is", columns, [[getattr(found, column) for column in columns]])


def _changes(connection: duckdb.DuckDBPyConnection) -> Section:
    """The worst first: as the screen of changes has them, of those that nobody acknowledged."""
    return replace(
        CHANGES.section(connection, Asked("acknowledged=null"), _MOST),
        title="What changed, and nobody acknowledged",
    )


def _tables(connection: duckdb.DuckDBPyConnection) -> list[Section]:
    arrivals = fetch(connection, _ARRIVALS, {"most": _MOST})
    odd = quarantined(connection, _MOST)
    coverage = fetch(connection, _COVERAGE)
    return [
        Section("arrivals", "What came in last", arrivals.columns, arrivals.rows, empty="nothing came in"),
        Section("quarantine", "What was not understood", odd.columns, odd.rows, empty="all was understood"),
        Section(
            "coverage", "What is covered", coverage.columns, coverage.rows, empty="no model was measured"
        ),
    ]
