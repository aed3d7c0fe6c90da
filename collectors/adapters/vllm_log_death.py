"""How a vLLM server died before it was ready: the traceback that the interpreter printed; read as part of `vllm_log`.

Errors that a server goes on with are logged, with a level and a time. What the interpreter prints as a process ends has
neither, only the name of the process where there are several.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from collectors.adapters.vllm_log_lines import Line

_PROCESS = re.compile(r"(?:\((\w+)[^()]* pid=\d+[^()]*\) ?)?")
_BEGIN = "Traceback (most recent call last):"
_ERROR = re.compile(r"(?:\w+\.)*[A-Z]\w*(?:: .*)?")
_CONTINUED = re.compile(r"validation errors? for ")
"""Pydantic tells which field and what is wrong with it on the two lines below."""


@dataclass(frozen=True, slots=True)
class Death:
    """The end of a server's start."""

    place: int
    """Of the last line that tells of it, among the lines that were searched."""
    message: str


def death_in(lines: Sequence[Line], server: Line) -> Death | None:
    """The first traceback of the process that printed the line `server`: others that die leave it to the server to end.

    None when there is none, or when the log may be cut off in it.
    """
    own, _ = _parts(server.text)
    for begin, line in enumerate(lines):
        process, text = _parts(line.text)
        if text == _BEGIN and process == own:
            return _end_of(lines, begin, process)
    return None


def _parts(text: str) -> tuple[str | None, str]:
    match = _PROCESS.match(text)
    return (match[1], text[match.end() :]) if match else (None, text)


def _end_of(lines: Sequence[Line], begin: int, process: str | None) -> Death | None:
    """A traceback goes on with indented lines of the same process, and ends with the error."""
    for place in range(begin + 1, len(lines)):
        owner, text = _parts(lines[place].text)
        if owner != process or not text or text[0].isspace():
            continue
        if _ERROR.fullmatch(text) is None:
            return None
        below = [_parts(one.text)[1].strip() for one in lines[place + 1 : place + 3]]
        if not _CONTINUED.search(text):
            return Death(place, text)
        return Death(place + 2, " ".join([text, *below])) if len(below) > 1 else None
    return None
