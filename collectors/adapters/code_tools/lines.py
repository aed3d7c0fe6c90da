"""Lines of what a tool printed, and whether each is known to be whole."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from benchmart.errors import DocumentRejected
from collectors.adapters.document import Document

_FOR_TERMINALS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
"""Colours, and moves of the cursor."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its end, as a terminal shows it: without colours and what was written over."""

    where: str
    text: str
    is_whole: bool
    """False for what follows the last line end: the file may have been cut off there."""

    @property
    def raw(self) -> bytes:
        """The line for a BadRow."""
        return self.text.encode()

    def must_be_whole(self) -> None:
        """Raises ValueError when the line has no end, where what was cut off could change what it says."""
        if not self.is_whole:
            raise ValueError("the line has no end: was the file cut off?")


def lines_of(document: Document) -> Iterator[Line]:
    """Raises DocumentRejected when the document is not UTF-8 text."""
    if document.text is None:
        raise DocumentRejected("is not UTF-8 text", hint="Write it anew as UTF-8")
    *whole, rest = document.text.split("\n")
    for place, line in enumerate(whole, start=1):
        yield Line(f"line {place}", _shown(line), is_whole=True)
    if rest:
        yield Line(f"line {len(whole) + 1}", _shown(rest), is_whole=False)


def _shown(line: str) -> str:
    return _without_terminal(line.rstrip("\r")).rpartition("\r")[2]


def _without_terminal(text: str) -> str:
    return _FOR_TERMINALS.sub("", text) if "\x1b" in text else text


def is_printed(document: Document, telling: re.Pattern[str]) -> bool:
    """Whether the document is text that is no JSON and no XML, and `telling` is found in it."""
    if (
        document.data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"[", b"<"}
        or b"\0" in document.data[:1024]
    ):
        return False
    return document.text is not None and telling.search(_lines_alone(document.text)) is not None


def _lines_alone(text: str) -> str:
    """The text with a line for what was written over, too."""
    return _without_terminal(text).replace("\r", "\n")
