"""What is wrong with the data: rules that results break, what was not understood, and what became of files."""

import duckdb

from benchmart.errors import UsageError
from benchmart.queries.coverage import quarantined
from benchmart.queries.evidence import literal
from benchmart.queries.quality import rule_named
from benchmart.queries.rows import fetch
from tui.contents.content import Content, Section
from tui.contents.listing import Asked, Listing

_MOST = 50
LEVELS = ("rule", "quarantine", "sources")
"""First word of a path; rules are listed without one."""

RULES = Listing(
    name="rules",
    title="Rules of data quality",
    relation="data_quality_rules",
    columns={
        "rule": "rule",
        "open": "open_count",
        "severity": "severity",
        "holds": "holds",
        "violations": "violation_count",
        "results": "result_count",
        "newest": "last_seen_at",
    },
    searched=["contains(lower(rule), {word})", "severity = {word}", "contains(lower(holds), {word})"],
    sort="broken first",
    order="(open_count > 0, severity = 'error', open_count)",
    key="rule",
    measures={"violations": "cast(sum(violation_count) as bigint)"},
    empty="no rule fits",
)
QUARANTINE = Listing(
    name="documents",
    title="Documents that were not understood",
    relation="quarantined_documents",
    columns={
        "reason": "reason",
        "format": "coalesce(format, 'unknown')",
        "source": "source_uri",
        "place": "source_locator",
        "bytes": "document_bytes",
        "collector": "collector",
        "recorded": "recorded_at",
        "event_id": "event_id",
    },
    searched=[
        f"contains(lower({column}), {{word}})" for column in ("reason", "format", "source_uri", "collector")
    ],
    sort="recorded",
    key="event_id",
    measures={"bytes": "cast(sum(document_bytes) as bigint)"},
    empty="all was understood",
)
SOURCES = Listing(
    name="sources",
    title="Files that were read",
    relation="dim_sources",
    columns={
        "file": "regexp_extract(path, '[^/]+$')",
        "outcome": "outcome",
        "reason": "reason",
        "records": "records",
        "quarantined": "quarantined",
        "not_measured": "not_measured",
        "results": "result_count",
        "format": "format",
        "imports": "import_count",
        "newest": "last_imported_at",
        "path": "path",
        "source_id": "source_id",
    },
    searched=[f"contains(lower({column}), {{word}})" for column in ("path", "format", "outcome", "reason")],
    sort="newest",
    key="source_id",
    measures={
        "records": "cast(sum(records) as bigint)",
        "quarantined": "cast(sum(quarantined) as bigint)",
        "newest": "max(last_imported_at)",
    },
    empty="no file was read",
)


def violations_of(rule: str) -> Listing:
    """Results that break a rule, what nobody lets stand first."""
    return Listing(
        name="violations",
        title=f"Violations of {rule}",
        relation=f"(select * from data_quality_violations where rule = {literal(rule)})",  # noqa: S608 -- quoted
        columns={
            "subject": "subject",
            "metric": "metric",
            "value": "value",
            "expected": "expected",
            "hardware": "hardware_id",
            "severity": "severity",
            "acknowledged": "acknowledged_because",
            "collector": "collector",
            "source": "source_uri",
            "place": "source_locator",
            "first_seen": "first_seen_at",
            "event_id": "event_id",
        },
        searched=[
            f"contains(lower({column}), {{word}})"
            for column in ("subject", "hardware_id", "metric", "expected", "collector", "source_uri")
        ],
        sort="open first",
        order="(not is_acknowledged, first_seen_at)",
        key="event_id, metric",
        measures={"open": "count(*) filter (where not is_acknowledged)"},
        empty="nothing breaks it",
    )


def level_of(path: str) -> tuple[str, str]:
    """The level, and of what: `rule`, its name. Raises UsageError for a level that there is none of."""
    level, _, name = path.partition("/")
    if level and (level not in LEVELS or (level == "rule") != bool(name)):
        raise UsageError(
            f"no place {path!r} in quality",
            hint="There are quality, quality/rule/..., quality/quarantine, quality/sources",
        )
    return level, name


def listing_of(path: str) -> Listing:
    """What is listed there; rules where the place is none."""
    level, name = level_of(path)
    match level:
        case "rule":
            return violations_of(name)
        case "quarantine":
            return QUARANTINE
        case "sources":
            return SOURCES
    return RULES


def beside(connection: duckdb.DuckDBPyConnection) -> list[Section]:
    """What stands below the rules: reasons of quarantine, and files by what became of them."""
    odd, files = quarantined(connection, _MOST), fetch(connection, _OUTCOMES)
    return [
        Section("quarantine", "What was not understood", odd.columns, odd.rows, empty="all was understood"),
        Section("sources", "Files by outcome", files.columns, files.rows, empty="no file was read"),
    ]


def about_rule(connection: duckdb.DuckDBPyConnection, name: str) -> Section:
    """What holds where nothing is wrong. Raises UsageError, with the nearest names, where there is no such rule."""
    rule = rule_named(connection, name)
    found = fetch(
        connection,
        "select rule, severity, holds, open_count, violation_count from data_quality_rules where rule = $rule",
        {"rule": rule},
    )
    return Section("rule", "Rule", found.columns, found.rows)


def quality(connection: duckdb.DuckDBPyConnection, path: str, asked: Asked, most: int) -> Content:
    """All of a place."""
    level, name = level_of(path)
    listed = listing_of(path)
    above = [about_rule(connection, name)] if level == "rule" else []
    below = beside(connection) if not level else []
    return Content("quality", [*above, listed.section(connection, asked, most), *below])


_OUTCOMES = """
    select
        outcome, count(*) as files, cast(sum(records) as bigint) as records,
        cast(sum(quarantined) as bigint) as quarantined, cast(sum(result_count) as bigint) as results,
        max(last_imported_at) as newest
    from dim_sources group by outcome order by files desc, outcome
"""
