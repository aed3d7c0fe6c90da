"""Parts of a whole as bars of characters, each with its name and number."""

from collections.abc import Mapping

from rich.text import Text

_LEAST, _BESIDE = 4, 24


def bars(parts: Mapping[str, float], whole: float, unit: str, width: int) -> Text:
    """A line for each part; a full bar is the whole, and what goes beyond it is marked."""
    room = max(width - _BESIDE, _LEAST)
    total = sum(parts.values())
    text = Text()
    for name, size in parts.items():
        cells = min(round(size / whole * room), room) if whole else 0
        text.append(f"{name:<13} {size:>7.2f} ", "")
        text.append("█" * cells or "▏")
        text.append("\n")
    text.append(f"{'together':<13} {total:>7.2f} of {whole:.2f} {unit}, {total / whole:.0%}" if whole else "")
    return text
