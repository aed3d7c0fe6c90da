"""Lines of vLLM's logs as they were before a terminal coloured them, wrapped them and drew progress bars."""

import re
from dataclasses import dataclass

from collectors.adapters.document import Document

_COLOUR = re.compile(r"\x1b\[[0-9;]*m|\[[0-9;]+m")
_CONTAINER = re.compile(
    r"(?:[\w.-]+ +\| |\d{4}-\d\d-\d\d[ T][\d:.,]+(?:Z|[+-]\d\d:?\d\d)?(?: \| | (?=\(|[A-Z]+ )))"
)
"""What tools that run containers print before each line: the container's name or the time."""
_BEGIN = re.compile(
    r"\(\w+[^()]* pid=\d+|(?:INFO|WARNING|ERROR|DEBUG|CRITICAL)\b|=====|-----|Namespace\(|Traceback "
    r"|[\w.]+(?:Error|Exception): "
)
_CLOSED = re.compile(r"^(?:\([^()]*\) ?)?[\w.]+(?:Error|Exception): |\bvllm bench \w|\bbenchmark_\w+\.py\b")
"""The last line of a traceback, and a command: what stands below them are lines of their own."""
_LABEL = re.compile(r"[A-Z][\w ()./,:%+-]*:\s")
_NARROWEST_TERMINAL = 80


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a log."""

    number: int
    """Where it begins in the file, counted from 1."""
    text: str
    """Without colours, wrapped parts joined."""


def lines_of(document: Document) -> list[Line]:
    """What follows the last line end is left out: it may be cut off."""
    whole = (document.text or "").replace("\r\n", "\n")
    lines: list[Line] = []
    is_full = False
    for number, raw in enumerate(whole.split("\n")[:-1], start=1):
        plain = _COLOUR.sub("", raw.rpartition("\r")[2] if "\r" in raw else raw)
        text = _CONTAINER.sub("", plain, count=1) if _CONTAINER.match(plain) else plain
        if (
            is_full
            and text
            and not _CLOSED.search(lines[-1].text)
            and not (_BEGIN.match(text) or _LABEL.match(text))
        ):
            lines[-1] = Line(lines[-1].number, lines[-1].text + text)
        else:
            lines.append(Line(number, text))
        is_full = len(plain) >= _NARROWEST_TERMINAL
    return lines
