"""What is painted, cell by cell: characters, and the colours they have."""

import re
from collections.abc import Iterator
from itertools import groupby

from rich.color import Color
from rich.segment import Segment

from tui.app import Browser

_MASKS = (
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d"), "YYYY-MM-DD hh:mm"),
    (re.compile(r"\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{12}\b"), "i" * 12),
    (re.compile(r"\b\d+(\.\d+)? (ms|s)\b"), lambda found: "n" * (len(found[0]) - 2) + " s"),
)
"""What differs from run to run: moments of recording, ids, times taken; of the same width."""
Colours = tuple[tuple[int, int, int], tuple[int, int, int]]


def lines_of(app: Browser) -> list[list[Segment]]:
    """The segments of each line."""
    width, height = app.size
    return [list(strip.crop(0, width)) for strip in app.screen._compositor.render_strips()[:height]]


def picture_of(app: Browser) -> str:
    """All characters, then the colours of each line as runs of columns: what a snapshot keeps."""
    lines = lines_of(app)
    text = "\n".join(masked("".join(segment.text for segment in line)).rstrip() for line in lines)
    colours = "\n".join(f"{number:>2} {' '.join(runs(line))}" for number, line in enumerate(lines))
    return f"{text}\n\n{colours}\n"


def masked(text: str) -> str:
    """Without what differs from run to run."""
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    return text


def runs(line: list[Segment]) -> Iterator[str]:
    """Columns that have the same colours: `0-12 #e6e6e6 on #121416`; blanks have their background only."""
    at = 0
    for (front, back), segments in groupby(line, key=names):
        length = sum(segment.cell_length for segment in segments)
        yield f"{at}-{at + length} {front}{back}"
        at += length


def names(segment: Segment) -> tuple[str, str]:
    """Colours as words."""
    style = segment.style
    front = "" if style is None or not segment.text.strip() else named(style.color)
    back = "" if style is None or style.bgcolor is None else f"/{named(style.bgcolor)}"
    return front, back


def named(colour: Color | None) -> str:
    """As hexadecimal digits."""
    return "default" if colour is None else colour.get_truecolor().hex


def contrasts(app: Browser) -> Iterator[tuple[float, str]]:
    """Of each piece of text the contrast to what is behind it (WCAG 2.2, 1.4.3: 1 to 21), and the text."""
    for line in lines_of(app):
        for segment in line:
            style = segment.style
            if (
                style is None
                or style.color is None
                or style.bgcolor is None
                or not any(map(str.isalnum, segment.text))
            ):
                continue
            front, back = (luminance(each) for each in (style.color, style.bgcolor))
            yield (max(front, back) + 0.05) / (min(front, back) + 0.05), segment.text.strip()


def luminance(colour: Color) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [part / 255 for part in colour.get_truecolor()]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
