"""Files compressed with gzip, and zip archives of one file, are read as what they hold, up to a limit."""

import struct
import zlib
from gzip import GzipFile
from io import BytesIO
from lzma import LZMAError
from typing import IO
from zipfile import BadZipFile, ZipFile

_GZIP_MAGIC = b"\x1f\x8b\x08"
_ZIP_MAGIC = b"PK\x03\x04"
_DAMAGED = (BadZipFile, EOFError, LZMAError, OSError, RuntimeError, ValueError, struct.error, zlib.error)
"""What the standard library raises on bytes that are damaged, encrypted, or packed in a way it does not know."""


class TooLarge(Exception):
    """What a compressed file holds is more than is read."""


def decompressed(data: bytes, largest: int) -> bytes:
    """What a gzip file, or a zip archive of a single file, holds; any other bytes as they are.

    Bytes that only begin like one stay as they are too, and so does an archive of several files: each of those would
    be a document of its own. What comes out is not unpacked again. Raises TooLarge as soon as more than `largest`
    bytes came out.
    """
    try:
        if data.startswith(_GZIP_MAGIC):
            with GzipFile(fileobj=BytesIO(data)) as stream:
                return _content(stream, largest)
        if data.startswith(_ZIP_MAGIC):
            return _only_member(data, largest)
    except _DAMAGED:
        return data
    return data


def _only_member(data: bytes, largest: int) -> bytes:
    with ZipFile(BytesIO(data)) as archive:
        members = archive.infolist()
        if len(members) != 1 or members[0].is_dir():
            return data
        with archive.open(members[0]) as stream:
            return _content(stream, largest)


def _content(stream: GzipFile | IO[bytes], largest: int) -> bytes:
    content = stream.read(largest + 1)
    if len(content) > largest:
        raise TooLarge(f"it decompresses to more than {largest:,} bytes, which are not read")
    return content
