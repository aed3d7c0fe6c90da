"""What is sent: changes as JSON, and the same in a few words for chat programs."""

from collections.abc import Mapping, Sequence
from typing import Any

from interfaces.cli.changes_table import change_cells
from interfaces.cli.tables import plain

VERSION = 1
_MOST_IN_WORDS = 10
_FIELDS = (
    "change_id",
    "series_id",
    "event_id",
    "verdict",
    "subject",
    "hardware_id",
    "metric",
    "unit",
    "effect",
    "low",
    "high",
    "before",
    "after",
    "p_value",
    "points_before",
    "points_after",
    "changed_at",
    "previous_commit_id",
    "commit_id",
    "commits_between",
    "previous_runtime_version",
    "runtime_version",
    "environment",
    "mode",
    "runtime",
    "precision",
    "batch_size",
    "condition",
    "issue",
)
"""Of `series_changes`, whose documentation says what they are."""


def told(change: Mapping[str, Any]) -> dict[str, Any]:
    """One change as JSON has it; ids as text, moments in ISO 8601."""
    return {name: plain(change[name]) for name in _FIELDS}


def message(changes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """All changes of one delivery; `text` has the largest ones in words, for programs that show a text."""
    return {
        "kind": "benchmart.changes",
        "version": VERSION,
        "text": _text(changes),
        "change_count": len(changes),
        "changes": [told(change) for change in changes],
    }


def _text(changes: Sequence[Mapping[str, Any]]) -> str:
    count = "1 change" if len(changes) == 1 else f"{len(changes)} changes"
    lines = [f"benchmart: {count} of level", *(_line(change) for change in changes[:_MOST_IN_WORDS])]
    left = len(changes) - _MOST_IN_WORDS
    return "\n".join([*lines, f"and {left} more"] if left > 0 else lines)


def _line(change: Mapping[str, Any]) -> str:
    digits, verdict, effect, subject, hardware, metric, when, between, _ = change_cells(dict(change))
    interval = f" ({change['low']:+.1%} to {change['high']:+.1%})" if change["effect"] is not None else ""
    where = f" on {hardware}" if hardware else ""
    told_when = ", ".join(filter(None, (when, between)))
    return f"{verdict}: {subject}{where}, {metric} {effect}{interval}, {told_when} [{digits}]"
