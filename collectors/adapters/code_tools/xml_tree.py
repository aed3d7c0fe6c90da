"""XML documents as trees. One with a DOCTYPE is refused: no test tool writes one, and entities can fill any memory."""

import re
from xml.etree import ElementTree as ET

from benchmart.errors import DocumentRejected
from collectors.adapters.document import Document
from collectors.adapters.numbers import finite

SEEN_BYTES = 4096
"""Of the start of a document, where its root is looked for."""
_ONE_BYTE = {"iso-8859-1", "iso-8859-15", "latin-1", "windows-1252", "us-ascii"}
_DECLARED = re.compile(rb"<\?xml[^>]*?encoding=[\"']([\w-]+)[\"']")


def root_pattern(*names: str) -> re.Pattern[bytes]:
    """What a document begins with whose root is one of `names`."""
    root = "|".join(names)
    return re.compile(
        rf"\A(?:\xef\xbb\xbf)?\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*(?:<!DOCTYPE\s+(?:{root})\b|<(?:{root})[\s>/])".encode(
            "latin-1"
        ),
        re.DOTALL,
    )


def root_of(document: Document) -> ET.Element:
    """The root. Raises DocumentRejected when it is not XML, was cut off, or has a DOCTYPE."""
    text = document.text if document.text is not None else _in_one_byte(document.data)
    if text is None:
        raise DocumentRejected("is not UTF-8 text", hint="Write it anew as UTF-8")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise DocumentRejected("has a DOCTYPE, which is not read", hint="Remove it; no test tool writes one")
    try:
        return ET.fromstring(text)  # noqa: S314 - without a DOCTYPE there are no entities to expand
    except ET.ParseError as error:
        line, column = error.position
        where = f"line {line} column {column}"
        raise DocumentRejected(
            f"is not XML: {error.msg}", where=where, hint="Was the file cut off?"
        ) from None
    except ValueError as error:
        raise DocumentRejected(f"is not XML that can be read: {error}") from None


def tag_of(element: ET.Element) -> str:
    """The element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def child(element: ET.Element, *tags: str) -> ET.Element | None:
    """The first child that is called one of `tags`."""
    return next((one for one in element if tag_of(one) in tags), None)


def seconds_of(element: ET.Element, key: str) -> float | None:
    """The number of seconds under `key`, None when there is none. Raises ValueError."""
    text = element.get(key)
    if not text:
        return None
    value = finite(text)
    if value < 0:
        raise ValueError(f"{key}: {text!r} is below zero")
    return value


def _in_one_byte(data: bytes) -> str | None:
    """The text in the encoding that the first line declares, when each of its bytes is a character."""
    match = _DECLARED.match(data[:SEEN_BYTES])
    if match is None or (name := match[1].decode().lower()) not in _ONE_BYTE:
        return None
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        return None
