"""Files compressed with gzip are read as what they hold; one that grows without end is left."""

import zlib
from gzip import BadGzipFile, GzipFile
from io import BytesIO

_GZIP_MAGIC = b"\x1f\x8b\x08"


class TooLarge(Exception):
    """What a compressed file holds is more than is read."""


def decompressed(data: bytes, largest: int) -> bytes:
    """What a gzip file holds; any other bytes as they are, also those that only begin like gzip.

    Raises TooLarge as soon as more than `largest` bytes came out.
    """
    if not data.startswith(_GZIP_MAGIC):
        return data
    try:
        with GzipFile(fileobj=BytesIO(data)) as stream:
            content = stream.read(largest + 1)
    except (BadGzipFile, EOFError, zlib.error):
        return data
    if len(content) > largest:
        raise TooLarge(f"it decompresses to more than {largest:,} bytes, which are not read")
    return content
