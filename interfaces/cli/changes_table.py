"""Changes of level as cells of a table."""

from typing import Any

from benchmart.queries.prefixes import digits

_COMMIT_DIGITS = 10


def change_cells(row: dict[str, Any]) -> list[str]:
    """Which, what, how much, where, when, between what, and what was said of it."""
    return [
        digits(row["change_id"]),
        row["verdict"],
        _effect(row),
        row["subject"] or "",
        row["hardware_id"] or "",
        row["metric"],
        f"{row['changed_at']:%Y-%m-%d}" if row["changed_at"] else "",
        _between(row),
        _said(row),
    ]


def _effect(row: dict[str, Any]) -> str:
    if row["effect"] is None:  # not all values are positive: only the levels can be told
        return f"{row['before']:.4g} to {row['after']:.4g}"
    return f"{row['effect']:+.1%}"


def _between(row: dict[str, Any]) -> str:
    """The commits where they are told, else the versions where they differ."""
    if row["commit_id"]:
        return f"{(row['previous_commit_id'] or '?')[:_COMMIT_DIGITS]}..{row['commit_id'][:_COMMIT_DIGITS]}"
    versions = row["previous_runtime_version"], row["runtime_version"]
    return f"{versions[0]}..{versions[1]}" if all(versions) and versions[0] != versions[1] else ""


def _said(row: dict[str, Any]) -> str:
    by = f" ({row['acknowledged_by']})" if row["acknowledged_by"] else ""
    told = f"{row['acknowledged_as']}: {row['acknowledged_because']}{by}" if row["is_acknowledged"] else ""
    return ", ".join(filter(None, (told, row["issue"])))
