"""Moments as people write them: what `--as-of` and `benchmart diff` take."""

import re
from datetime import UTC, datetime, time, timedelta

from benchmart.errors import UsageError

_AGO = re.compile(r"^(?P<count>\d{1,6})(?P<unit>s|min|h|d|w)$")
_UNITS = {"s": "seconds", "min": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")

FORMS = (
    "2026-11-24 (the end of that day), 2026-11-24T18:30 (UTC unless it says otherwise), 2h or 7d (ago), now"
)
"""What can be written, for help texts and errors."""


def parse_moment(text: str, now: datetime | None = None) -> datetime:
    """The moment in UTC. A date alone means its end, so that the whole day counts.

    Raises UsageError when it cannot be understood.
    """
    now = now or datetime.now(UTC)
    word = text.strip()
    if word == "now":
        return now
    try:
        if ago := _AGO.match(word):
            return now - timedelta(**{_UNITS[ago["unit"]]: int(ago["count"])})
        moment = datetime.fromisoformat(word)
        if _DATE.match(word):
            moment = datetime.combine(moment.date(), time.max)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(f"no moment {text!r}", hint=f"Write one like: {FORMS}") from None


def parse_since(text: str) -> datetime:
    """The moment from which on something is asked for: as `parse_moment`, but a date alone is its beginning.

    Raises UsageError as `parse_moment` does.
    """
    day = text.strip()
    return parse_moment(f"{day}T00:00" if re.fullmatch(r"\d{4}-\d{2}-\d{2}", day) else text)
