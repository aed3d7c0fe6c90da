"""A document: the bytes an adapter reads, and the name they came under."""

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import PurePath


@dataclass(frozen=True)
class Document:
    """One file, whole in memory."""

    path: str
    """Where it was read from; becomes the `source_uri` of its events."""
    data: bytes

    @property
    def name(self) -> str:
        """The last part of the path: some formats keep the condition there."""
        return PurePath(self.path).name

    @cached_property
    def digest(self) -> str:
        """sha-256 of the bytes, in hexadecimal."""
        return sha256(self.data).hexdigest()

    @property
    def run_id(self) -> str:
        """An id for the run the document tells of: the same bytes always have the same one."""
        return self.digest[:32]

    @cached_property
    def first_line(self) -> str:
        """The first line as text, without byte order mark and line end; empty when it is not UTF-8."""
        line = self.data[:_LONGEST_FIRST_LINE_BYTES].partition(b"\n")[0]
        try:
            return line.decode("utf-8-sig").rstrip("\r")
        except UnicodeDecodeError:
            return ""


_LONGEST_FIRST_LINE_BYTES = 65_536
