"""Values as cells show them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from interfaces.cli.tables import shown

_DIGITS = 12


def cell(column: str, value: Any) -> str:
    """Short where the column tells what is meant: ids by their first digits, moments to the minute, effects in %."""
    if value is None:
        return ""
    if isinstance(value, UUID):
        return str(value).replace("-", "")[:_DIGITS]
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if column == "effect":
        return f"{value:+.1%}"
    return str(shown(value)).replace("\n", " ")


def is_number(value: Any) -> bool:
    """Whether a cell of it stands at the right."""
    return isinstance(value, int | float) and not isinstance(value, bool)
