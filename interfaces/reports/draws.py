"""Charts of values with a spread, ready for an exhibit."""

from collections.abc import Callable, Sequence

from interfaces.reports.charts.spreads import Spread, spread_bars, spread_dots
from interfaces.reports.charts.svg import Caption
from interfaces.reports.report import Draw
from interfaces.reports.words import percent


def bars_of(title: str, rows: Sequence[Spread], axis: str, shown: Callable[[float], str] = percent) -> Draw:
    """Bars from zero; `axis` says what they are."""
    caption = _caption(title, rows)

    def draw(name: str, width: int) -> str:
        return spread_bars(name, caption, rows, axis=axis, width=width, shown=shown)

    return draw


def dots_of(title: str, rows: Sequence[Spread], axis: str) -> Draw:
    """Dots of shares; `axis` says what they are."""
    caption = _caption(title, rows)

    def draw(name: str, width: int) -> str:
        return spread_dots(name, caption, rows, axis=axis, width=width, shown=percent)

    return draw


def _caption(title: str, rows: Sequence[Spread]) -> Caption:
    return Caption(title, "; ".join(f"{row.label}: {row.note}" for row in rows))
