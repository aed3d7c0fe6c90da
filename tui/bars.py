"""A bar of characters, as long as a value is large beside others, with its interval."""

from math import isfinite

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_FULL = "█"
_INTERVAL, _LOW, _HIGH = "─", "├", "┤"
WIDTH = 16
"""Characters."""


def bar(
    value: float | None,
    largest: float,
    width: int = WIDTH,
    *,
    low: float | None = None,
    high: float | None = None,
) -> str:
    """From nothing to `value`, where `largest` fills the width; the interval is drawn over it, from end to end.

    Nothing for what has no length: no value, one below zero, one that is not finite.
    """
    if value is None or not isfinite(value) or value < 0 or largest <= 0 or width < 1:
        return ""
    # Eighths of a character.
    length = round(min(value / largest, 1.0) * width * 8)
    whole, rest = divmod(length, 8)
    cells = [*(_FULL * whole), *(_EIGHTHS[rest] if rest else "")]
    if low is not None and high is not None:
        _draw_interval(cells, _cell(low, largest, width), _cell(high, largest, width))
    return "".join(cells)


def _cell(value: float, largest: float, width: int) -> int:
    return min(max(int(value / largest * width), 0), width - 1)


def _draw_interval(cells: list[str], low: int, high: int) -> None:
    """One that is narrower than two characters is not drawn: its ends are told in numbers."""
    if high <= low:
        return
    cells.extend(" " * (high + 1 - len(cells)))
    cells[low : high + 1] = [_LOW, *(_INTERVAL * (high - low - 1)), _HIGH]
