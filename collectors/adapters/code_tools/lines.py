"""Lines of what a tool printed, and whether each is known to be whole."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from benchmart.errors import DocumentRejected
from collectors.adapters.document import Document

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its end and without terminal colours."""

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
        yield Line(f"line {place}", _COLOURS.sub("", line.rstrip("\r")), is_whole=True)
    if rest:
        yield Line(f"line {len(whole) + 1}", _COLOURS.sub("", rest), is_whole=False)


def is_printed(document: Document, telling: re.Pattern[str]) -> bool:
    """Whether the document is text that is no JSON and no XML, and `telling` is found in it."""
    if (
        document.data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"[", b"<"}
        or b"\0" in document.data[:1024]
    ):
        return False
    return document.text is not None and telling.search(_COLOURS.sub("", document.text)) is not None
