"""A document: the bytes an adapter reads, and the name they came under."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import PurePath
from typing import Any

from benchmart.errors import DocumentRejected

Companions = Callable[[str], bytes | None]
"""From a path relative to the document's folder, such as `../machine.json`, to what lies there; None for nothing."""


def _alone(_relative: str) -> bytes | None:
    return None


def run_id_of(digest: str) -> str:
    """The id of the run that a document with this sha-256 tells of."""
    return digest[:32]


@dataclass(frozen=True)
class Document:
    """One file, whole in memory."""

    path: str
    """Where it was read from; becomes the `source_uri` of its events."""
    data: bytes
    """Its bytes; those of a gzip file after decompression."""
    companions: Companions = field(default=_alone, repr=False, compare=False)
    """What lies beside it: some tools write the condition into a file of its own."""

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
        return run_id_of(self.digest)

    @cached_property
    def first_line(self) -> str:
        """The first line as text, without byte order mark and line end; empty when it is not UTF-8."""
        line = self.data[:_LONGEST_FIRST_LINE_BYTES].partition(b"\n")[0]
        try:
            return line.decode("utf-8-sig").rstrip("\r")
        except UnicodeDecodeError:
            return ""

    @cached_property
    def text(self) -> str | None:
        """The whole as text without byte order mark; None when it is not UTF-8."""
        try:
            return self.data.decode("utf-8-sig")
        except UnicodeDecodeError:
            return None

    @property
    def json(self) -> Any:
        """The JSON value it holds; NaN and Infinity are let through, as Python writes them.

        None when it is not JSON (or is the word `null`): recognising asks all adapters, and none should have to catch.
        """
        return self._parsed[0]

    @property
    def json_error(self) -> DocumentRejected | None:
        """Why it is not JSON, with line and column; None when it is."""
        return self._parsed[1]

    @cached_property
    def _parsed(self) -> tuple[Any, DocumentRejected | None]:
        if self.text is None:
            return None, DocumentRejected("is not UTF-8 text", hint="Write it anew as UTF-8")
        try:
            return json.loads(self.text), None
        except json.JSONDecodeError as error:
            where = f"line {error.lineno} column {error.colno}"
            return None, DocumentRejected(
                f"is not JSON: {error.msg}", where=where, hint="Was the file cut off?"
            )
        except (RecursionError, ValueError) as error:  # nested too deep, or a number of too many digits
            return None, DocumentRejected(f"is not JSON that can be read: {error}", hint="Write it anew")

    def companion(self, relative: str) -> "Document | None":
        """What lies at `relative` to this document's folder; None when nothing does."""
        data = self.companions(relative)
        if data is None:
            return None
        return Document(str(PurePath(self.path).parent / relative), data)


_LONGEST_FIRST_LINE_BYTES = 65_536
