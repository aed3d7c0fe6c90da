"""What is marked to be compared with, and what a name of a run or result means."""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import duckdb

from benchmart.errors import UsageError
from benchmart.queries.prefixes import row_with_id
from benchmart.queries.rows import Rows, fetch

_BASELINES = "select * from baselines order by is_latest desc, marked_at desc, baseline_id"
_RUNS = "select distinct run_id from fct_results where starts_with(run_id, $name) order by run_id"
_ALL_RUNS = "select distinct run_id from fct_results where run_id is not null order by run_id"
_EVENTS = """
    select event_id from fct_results
    where starts_with(replace(cast(event_id as varchar), '-', ''), $digits)
    order by event_id
"""


@dataclass(frozen=True, slots=True)
class Target:
    """What can be marked: one of the two is there."""

    event_id: str | None = None
    run_id: str | None = None


def baselines(connection: duckdb.DuckDBPyConnection) -> Rows:
    """Those that count, then those that a later one of the same scope replaces."""
    return fetch(connection, _BASELINES)


def baseline(connection: duckdb.DuckDBPyConnection, baseline_id: str) -> dict[str, Any]:
    """The one baseline whose id begins with these digits. Raises UsageError when it is none, or several."""
    return row_with_id(connection, "baselines", "baseline_id", baseline_id)


def target_named(connection: duckdb.DuckDBPyConnection, name: str) -> Target:
    """The run of this name, or the run or result whose id begins so.

    Raises UsageError when there is none, with the nearest runs, or when there are several.
    """
    runs = [run for (run,) in connection.execute(_RUNS, {"name": name}).fetchall()] if name else []
    if name in runs:
        return Target(run_id=name)
    digits = name.lower().replace("-", "")
    events = (
        [event.hex for (event,) in connection.execute(_EVENTS, {"digits": digits}).fetchall()]
        if digits
        else []
    )
    if len(runs) + len(events) > 1:
        raise UsageError(
            f"{len(runs)} runs and {len(events)} results begin with {name}", hint="Give more of it"
        )
    if not runs and not events:
        raise UsageError(f"no run or result {name!r}", hint=_hint(connection, name))
    return Target(run_id=runs[0]) if runs else Target(event_id=events[0])


def series_named(connection: duckdb.DuckDBPyConnection, series_id: str) -> dict[str, Any]:
    """The one series whose id begins with these digits. Raises UsageError when it is none, or several."""
    return row_with_id(connection, "series", "series_id", series_id)


def metric_named(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    """The metric of this name. Raises UsageError with the nearest names when there is none."""
    known = [
        each for (each,) in connection.execute("select metric from dim_metrics order by metric").fetchall()
    ]
    if name not in known:
        near = get_close_matches(name, known, n=3, cutoff=0.3)
        raise UsageError(f"no metric {name!r}", hint=f"Did you mean: {', '.join(near)}" if near else None)
    return name


def _hint(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    runs = [run for (run,) in connection.execute(_ALL_RUNS).fetchall()]
    near = get_close_matches(name, runs, n=3, cutoff=0.3)
    return f"Runs are named: {', '.join(near or runs[:3])}" if runs else "No result tells its run"
