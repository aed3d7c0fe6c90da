"""Times as result files write them: ISO 8601, `YYYYMMDD_HHMMSS`, seconds or milliseconds since 1970, a plain date."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

ZONE_NOT_STATED = {"occurred_at_zone": "not stated, read as UTC"}
"""The attribute an event carries when its source names no time zone."""

_COMPACT = re.compile(r"(\d{8})[_T-](\d{6})(Z?)")
_FINE_FRACTION = re.compile(r"(\.\d{6})\d+")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST_SECONDS = 631_152_000
"""1990. A smaller number is a duration or a counter, not a time of day."""
_LATEST_SECONDS = 4_102_444_800
"""2100."""
_MILLI = 1_000


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time, and whether the source said in which zone."""

    at: datetime
    is_zone_stated: bool

    @property
    def attributes(self) -> dict[str, str]:
        """What an event has to say about its time, for its `attributes`."""
        return {} if self.is_zone_stated else dict(ZONE_NOT_STATED)


def moment(value: object) -> Moment:
    """The time `value` tells. Raises ValueError that shows it."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _since_epoch(value)
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not a time")
    text = value.strip()
    if match := _COMPACT.fullmatch(text):
        day, time, zone = match.groups()
        text = f"{day}T{time}{zone}"
    elif not re.match(r"\d{4}-\d{2}-\d{2}", text):
        raise ValueError(f"{value!r} is not a time")
    try:
        at = datetime.fromisoformat(_FINE_FRACTION.sub(r"\1", text))
        return (
            Moment(at.replace(tzinfo=UTC), is_zone_stated=False)
            if at.tzinfo is None
            else Moment(at.astimezone(UTC), is_zone_stated=True)
        )
    except (ValueError, OverflowError):
        raise ValueError(f"{value!r} is not a time") from None


def moment_or_none(value: object) -> Moment | None:
    """The time `value` tells; None when it is absent or tells none, where the time is not what the record is about."""
    try:
        return moment(value)
    except ValueError:
        return None


def _since_epoch(number: float) -> Moment:
    if not -_LATEST_SECONDS * _MILLI <= number <= _LATEST_SECONDS * _MILLI:
        raise ValueError(f"{number!r:.40} is not a time")
    seconds = number / _MILLI if number > _LATEST_SECONDS else number
    if not _EARLIEST_SECONDS <= seconds <= _LATEST_SECONDS:
        raise ValueError(f"{number!r} is not a time")
    return Moment(_EPOCH + timedelta(seconds=seconds), is_zone_stated=True)
