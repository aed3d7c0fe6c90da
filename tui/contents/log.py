"""What came in: runs, the files of the event log, imported files; and one run with its environment."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb

from benchmart.errors import UsageError
from benchmart.event_log.files import list_files
from benchmart.queries.evidence import literal
from benchmart.queries.rows import fetch
from tui.contents.content import Content, Section
from tui.contents.listing import Asked, Listing
from tui.contents.quality import SOURCES

LEVELS = ("run", "batches", "sources")
"""First word of a path; runs are listed without one."""
_MOST_PACKAGES = 12
_MIB = 2**20


def _has(*columns: str) -> list[str]:
    return [f"contains(lower({column}), {{word}})" for column in columns]


RUNS = Listing(
    name="runs",
    title="Runs",
    relation="dim_runs",
    columns={
        "run": "run_id",
        "collector": "collector",
        "results": "result_count",
        "failed": "failed_count",
        "not_measured": "not_measured_count",
        "recorded": "last_recorded_at",
        "measured": "last_occurred_at",
        "commit": "git_commit[:12]",
        "branch": "git_branch",
        "machine": "machine_id",
        "source": "source_uri",
    },
    searched=_has("run_id", "collector", "git_commit", "git_branch", "machine_id", "source_uri"),
    sort="recorded",
    key="run_id",
    measures={
        "results": "cast(sum(result_count) as bigint)",
        "failed": "cast(sum(failed_count) as bigint)",
        "newest": "max(last_recorded_at)",
    },
    empty="no run was recorded",
)
BATCHES = Listing(
    name="batches",
    title="Files of the event log that the warehouse was built from",
    relation="event_batches",
    columns={"recorded": "recorded_date", "kind": "kind", "file": "log_file"},
    searched=_has("kind", "log_file"),
    sort="recorded",
    key="log_file",
    measures={"newest": "max(recorded_date)"},
    empty="the log was empty",
)


def results_of(run: str) -> Listing:
    """All that one run recorded."""
    return Listing(
        name="results",
        title=f"Results of {run}",
        relation=f"(select * from fct_results where run_id = {literal(run)})",  # noqa: S608 -- quoted
        columns={
            "subject": "subject",
            "status": "status",
            "device": "coalesce(hardware_id, device_kind)",
            "mode": "mode",
            "precision": "precision",
            "batch": "batch_size",
            "basis": "basis",
            "error": "coalesce(error_class, error_message)",
            "place": "source_locator",
            "measured": "occurred_at",
            "event_id": "event_id",
        },
        searched=_has("subject", "status", "hardware_id", "device_kind", "mode", "precision", "error_class"),
        sort="failures first",
        order="(status = 'failed', occurred_at)",
        key="event_id",
        empty="it has no results",
    )


def level_of(path: str) -> tuple[str, str]:
    """The level, and of what: `run`, its id. Raises UsageError for a level that there is none of."""
    level, _, name = path.partition("/")
    if level and (level not in LEVELS or (level == "run") != bool(name)):
        raise UsageError(
            f"no place {path!r} in the log", hint="There are log, log/run/..., log/batches, log/sources"
        )
    return level, name


def listing_of(path: str) -> Listing:
    """What is listed there."""
    level, name = level_of(path)
    return {"run": results_of(name), "batches": BATCHES, "sources": SOURCES}.get(level, RUNS)


def about(connection: duckdb.DuckDBPyConnection, path: str, events: Path) -> Section:
    """A run with its environment; else the log, and what of it is not in the warehouse yet."""
    level, name = level_of(path)
    return _about_run(connection, name) if level == "run" else _about_log(connection, events)


def _about_log(connection: duckdb.DuckDBPyConnection, events: Path) -> Section:
    files = list_files(events)
    built = {path for (path,) in connection.execute("select log_file from event_batches").fetchall()}
    size = sum(file.below(events).stat().st_size for file in files)
    missing = sum(file.relative not in built for file in files)
    row = (len(files), size / _MIB, missing)
    return Section("log", "Event log", ("files", "mebibytes", "not_built_yet"), [row])


def _about_run(connection: duckdb.DuckDBPyConnection, run: str) -> Section:
    found = fetch(connection, "select * from dim_runs where run_id = $run", {"run": run})
    if not found.rows:
        raise UsageError(f"no run {run!r}", hint="`log` lists all runs")
    return Section("run", "Run", found.columns, found.rows)


def told(section: Section) -> str:
    """What stands above the listing, as lines of text."""
    row = dict(zip(section.columns, section.rows[0], strict=True))
    if section.name == "log":
        waiting = f", {row['not_built_yet']:,} not built yet: u builds" if row["not_built_yet"] else ""
        return f"{row['files']:,} files of events, {row['mebibytes']:,.1f} MiB{waiting}"
    return "\n".join(_run_lines(row))


def _run_lines(row: Mapping[str, Any]) -> Iterator[str]:
    counts = f"{row['result_count']:,} results, {row['failed_count']:,} failed"
    yield f"{row['run_id']}: {counts}, by {row['collector']}"
    where = {"machine": row["machine_id"], "os": row["os_name"], "python": row["python_version"],
             "container": row["container"], "commit": row["git_commit"]}  # fmt: skip
    dirty = " (changed)" if row["git_is_dirty"] else ""
    known = [f"{name} {value}{dirty if name == 'commit' else ''}" for name, value in where.items() if value]
    yield "   ".join(known) or "no source tells of its environment"
    packages = sorted((row["packages"] or {}).items())
    if packages:
        more = f" and {len(packages) - _MOST_PACKAGES:,} more" if len(packages) > _MOST_PACKAGES else ""
        yield " ".join(f"{name} {version}" for name, version in packages[:_MOST_PACKAGES]) + more


def log(connection: duckdb.DuckDBPyConnection, path: str, asked: Asked, most: int, events: Path) -> Content:
    """All of a place."""
    return Content(
        "log", [about(connection, path, events), listing_of(path).section(connection, asked, most)]
    )
