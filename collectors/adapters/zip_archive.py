"""Zip archives of several files, and what is built like one: nothing is read, and the reason says what to do."""

import struct
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from benchmart.errors import DocumentRejected
from collectors.adapters.contract import Adapter, Findings
from collectors.adapters.document import Document

NAME = "zip_archive"
VERSION = "1"

_MAGIC = b"PK\x03\x04"
_LARGEST_BYTES = 16 * 2**20
"""A rejected document is kept whole in the log, which is no place for model weights: larger ones are left unknown."""
_OFFICE_MARK = "[Content_Types].xml"


def recognises(document: Document) -> bool:
    """Whether it is a zip archive with a table of contents that can be read."""
    return (
        document.data.startswith(_MAGIC) and len(document.data) <= _LARGEST_BYTES and bool(_names(document))
    )


def read(document: Document) -> Findings:
    """Never yields. Raises DocumentRejected."""
    names = _names(document)
    if _OFFICE_MARK in names:
        raise DocumentRejected(
            "is an office document, which is not read", hint="Save its table as CSV and import that"
        )
    files = sum(not name.endswith("/") for name in names)
    raise DocumentRejected(
        f"is a zip archive that is not looked into; files in it: {files:,}",
        hint="Unpack it and import the folder",
    )


def _names(document: Document) -> list[str]:
    """What the archive says it holds; nothing when it is damaged."""
    try:
        with ZipFile(BytesIO(document.data)) as archive:
            return archive.namelist()
    except (BadZipFile, NotImplementedError, OSError, ValueError, struct.error):
        return []


ADAPTER = Adapter(NAME, VERSION, recognises, read)
