"""What a program printed on its way, as far as a record keeps it."""

from collections.abc import Mapping
from typing import Any

_LONGEST_CHARACTERS = 1_000


def ends_of_logs(record: Mapping[str, Any], *keys: str) -> dict[str, str]:
    """The ends of the logs under `keys`, as attributes; what printed nothing is left out."""
    return {
        key: log[-_LONGEST_CHARACTERS:]
        for key in keys
        if isinstance(log := record.get(key), str) and log.strip()
    }


def last_line(log: object) -> str | None:
    """The last line of a log, which tells of the error; None when nothing was printed."""
    lines = log.strip().splitlines() if isinstance(log, str) else []
    return lines[-1] if lines else None
