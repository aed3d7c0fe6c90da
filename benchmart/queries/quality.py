"""Where results break a rule of data quality."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

import duckdb

from benchmart.errors import UsageError
from benchmart.queries.rows import Rows, fetch


@dataclass(frozen=True, slots=True)
class QualityFilter:
    """Which violations are asked for."""

    rules: Sequence[str] = ()
    """Names of rules; empty for all."""
    severities: Sequence[str] = ()
    since: datetime | None = None
    """Keep results that were first recorded at this moment or later."""
    with_acknowledged: bool = False
    """Keep what somebody lets stand, too."""


@dataclass(frozen=True, slots=True)
class Quality:
    """What is wrong with the results."""

    rules: Rows
    """One row a rule of those asked for, with how many violations fit."""
    violations: Rows
    """Errors first, then the newest."""
    error_count: int
    """Violations of severity `error` that fit and that nobody lets stand, shown or not."""


def quality(connection: duckdb.DuckDBPyConnection, asked: QualityFilter, limit: int | None = None) -> Quality:
    """The violations that fit, at most `limit` of them. Raises UsageError when there is no such rule."""
    parameters = {
        "rules": [rule_named(connection, rule) for rule in asked.rules] or _known(connection),
        "severities": list(asked.severities) or ["error", "warn"],
        "since": asked.since,
        "with_acknowledged": asked.with_acknowledged,
    }
    rules = fetch(connection, _RULES, parameters)
    errors = sum(row["open_count"] for row in rules.as_dicts() if row["severity"] == "error")
    return Quality(rules, fetch(connection, _VIOLATIONS, parameters, limit), errors)


def rule_named(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    """The rule of this name. Raises UsageError with the nearest names when there is none."""
    known = _known(connection)
    if name not in known:
        near = get_close_matches(name, known, n=3)
        hint = f"Did you mean: {', '.join(near)}" if near else f"The rules are: {', '.join(known)}"
        raise UsageError(f"no rule {name!r}", hint=hint)
    return name


def _known(connection: duckdb.DuckDBPyConnection) -> list[str]:
    return [
        rule for (rule,) in connection.execute("select rule from data_quality_rules order by rule").fetchall()
    ]


_KEPT = """
    list_contains($rules, rule)
    and list_contains($severities, severity)
    and ($since is null or first_seen_at >= $since)
    and ($with_acknowledged or not is_acknowledged)
"""

_RULES = f"""
    with kept as (select rule, is_acknowledged from data_quality_violations where {_KEPT})
    select
        rules.rule, rules.severity, count(kept.rule) as violation_count,
        count(*) filter (where not kept.is_acknowledged) as open_count, rules.holds
    from data_quality_rules as rules left join kept using (rule)
    where list_contains($rules, rules.rule) and list_contains($severities, rules.severity)
    group by all
    order by rules.severity, violation_count desc, rules.rule
"""  # noqa: S608 - no part of it is anybody else's

_VIOLATIONS = f"""
    select
        rule, severity, event_id, subject, hardware_id, metric, value, expected, collector, source_uri,
        source_locator, is_acknowledged, acknowledged_because, acknowledged_by, first_seen_at
    from data_quality_violations
    where {_KEPT}
    order by severity, first_seen_at desc, rule, event_id, metric
"""  # noqa: S608 - no part of it is anybody else's
