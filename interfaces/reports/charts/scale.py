"""From values to places on a line, with marks that people can read."""

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_FEWEST_TICKS = 3
_LOG_MARKS = ((1.0, 2.0, 5.0), (1.0, 3.0), (1.0,))
_MARGIN = 0.05
"""Share of an axis that stays free at either end, so that no mark lies on its edge."""
_TIME_STEPS = tuple(
    timedelta(**step).total_seconds()
    for step in (
        *({"minutes": minutes} for minutes in (1, 2, 5, 10, 15, 30)),
        *({"hours": hours} for hours in (1, 2, 3, 6, 12)),
        *({"days": days} for days in (1, 2, 7, 14, 30, 61, 91, 182, 365, 730, 1826, 3652)),
    )
)
_DAY_SECONDS = 86_400
_LEAST, _MOST = sys.float_info.min, sys.float_info.max
"""Numbers that an axis can be divided between: with fewer digits, or more, there are no round ones."""
_LAST_DECADE = sys.float_info.max_10_exp


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from `low` to `high` laid out from pixel `start` to pixel `stop`."""

    low: float
    high: float
    start: float
    stop: float
    is_log: bool = False

    def __call__(self, value: float) -> float:
        """The pixel of a value; those outside are put on the edge."""
        low, high, here = (
            map(math.log, (self.low, self.high, value)) if self.is_log else (self.low, self.high, value)
        )
        # Halves: the distance of the largest and the smallest number there are is none.
        share = min(max((here / 2 - low / 2) / (high / 2 - low / 2), 0.0), 1.0)
        return self.start + share * (self.stop - self.start)

    def ticks(self, most: int) -> list[float]:
        """At most `most` round values in it (two at least, where there are)."""
        return (
            _log_ticks(self.low, self.high, most) if self.is_log else _round_ticks(self.low, self.high, most)
        )


def linear(values: Sequence[float], start: float, stop: float, *, from_zero: bool = False) -> Scale:
    """A scale that holds all values with some room around them."""
    low, high = min(values), max(values)
    wanted = (high * _MARGIN - low * _MARGIN, abs(high) * _MARGIN, 1.0)
    room = next(each for each in wanted if each > _LEAST)
    return Scale(0.0 if from_zero else max(low - room, -_MOST), min(high + room, _MOST), start, stop)


def logarithmic(values: Sequence[float], start: float, stop: float) -> Scale:
    """A scale on which equal distances are equal ratios; all values are above 0."""
    low, high = min(values), max(values)
    room = max((high**_MARGIN) / (low**_MARGIN), 1.05)
    return Scale(max(low / room, _LEAST), min(high * room, _MOST), start, stop, is_log=True)


def time_ticks(scale: Scale, most: int) -> list[tuple[float, str]]:
    """Round moments within a scale of seconds since 1970 (UTC), with words as short as they can be."""
    span = scale.high - scale.low
    step = next((each for each in _TIME_STEPS if span / each <= most), span / most)
    first = math.ceil(scale.low / step)
    marks = [number * step for number in range(first, math.floor(scale.high / step) + 1)]
    shape = (
        "%H:%M"
        if step < _DAY_SECONDS and span < _DAY_SECONDS
        else "%d %b %H:%M"
        if step < _DAY_SECONDS
        else "%Y-%m-%d"
    )
    return [(mark, datetime.fromtimestamp(mark, UTC).strftime(shape)) for mark in marks]


def _round_ticks(low: float, high: float, most: int) -> list[float]:
    size = high / most - low / most
    power = 10.0 ** math.floor(math.log10(size))
    step = next(power * each for each in _STEPS if power * each >= size)
    return [number * step for number in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _log_ticks(low: float, high: float, most: int) -> list[float]:
    decades = range(math.floor(math.log10(low)), min(math.ceil(math.log10(high)), _LAST_DECADE) + 1)
    for marks in _LOG_MARKS:
        found = [
            mark * 10.0**decade for decade in decades for mark in marks if low <= mark * 10.0**decade <= high
        ]
        if len(found) <= most:
            break
    else:
        found = found[:: math.ceil(len(found) / most)]
    return found if len(found) >= _FEWEST_TICKS else _round_ticks(low, high, most)
