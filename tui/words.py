"""Values as cells show them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from interfaces.cli.tables import shown

_DIGITS = 12
_SHARES = frozenset({"effect", "advantage", "slope", "low", "high"})
"""Columns of shares, which are shown in %."""
_SEPARATED = 10_000
"""Whole numbers from here on have separators, as others have."""
_SMALL = 5e-4
"""Shares that would be 0.0 %, such as slopes from point to point."""
_TONES: Mapping[str, str] = {
    "verified": "good",
    "ok": "good",
    "improvement": "good",
    "fits": "good",
    "✓ measured": "good",
    "partial": "doubtful",
    "simulated_only": "doubtful",
    "simulated": "doubtful",
    "suspect": "doubtful",
    "estimated": "doubtful",
    "predicted": "doubtful",
    "warn": "doubtful",
    "failed": "bad",
    "regression": "bad",
    "degrading": "bad",
    "improving": "good",
    "volatile": "doubtful",
    "insufficient data": "faint",
    "error": "bad",
    "quarantined": "bad",
    "other models": "doubtful",
    "family rule": "doubtful",
    "too large": "bad",
    "rejected": "faint",
    "untested": "faint",
}
_TONED = frozenset({"status", "verdict", "basis", "outcome", "trend", "fits"})


def cell(column: str, value: Any) -> str:
    """Short where the column tells what is meant: ids by their first digits, moments to the minute, effects in %."""
    if value is None:
        return ""
    if isinstance(value, UUID):
        return str(value).replace("-", "")[:_DIGITS]
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if column in _SHARES and isinstance(value, float):
        is_small = 0 < abs(value) < _SMALL
        return f"{100 * value:+.1g}%" if is_small else f"{value:+.1%}"
    if isinstance(value, int) and abs(value) >= _SEPARATED:
        return f"{value:,}"
    return printable(str(shown(value)))


def printable(text: str) -> str:
    """What strangers wrote must neither steer the terminal nor turn the direction of what stands beside it."""
    return text if text.isprintable() else "".join(each if each.isprintable() else " " for each in text)


def is_number(value: Any) -> bool:
    """Whether a cell of it stands at the right."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def tone(column: str, value: Any) -> str:
    """Whether a cell tells of something good, bad, doubtful or faint; empty for all others."""
    return _TONES.get(value, "") if column in _TONED and isinstance(value, str) else ""
