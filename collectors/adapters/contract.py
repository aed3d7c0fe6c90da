"""What an adapter is: it says whether a document is of its format, and turns the document into events.

Adapters are pure: the same document always gives the same events, and nothing but the document is looked at. They do
not know the log; the importer appends, removes what is already known, and quarantines what was not understood.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import pyarrow as pa

from benchmart.event_log.events import Event
from benchmart.event_log.kind import Kind
from collectors.adapters.document import Document


@dataclass(frozen=True, slots=True)
class BadRow:
    """A part of a document that could not be understood, while the rest could. It is quarantined by itself."""

    where: str
    """Where inside the document: `line 17` or a JSON path."""
    reason: str
    """What is wrong with it, and with which value."""
    raw: bytes
    """The part as it stands in the document."""


@dataclass(frozen=True, slots=True)
class EventTable:
    """Many events of one kind in columns, for formats of which a document holds a great many."""

    kind: Kind
    table: pa.Table
    """The columns of `kind.submitted`."""

    def __len__(self) -> int:
        return len(self.table)


Finding: TypeAlias = Event | EventTable | BadRow
Findings: TypeAlias = Iterator[Finding]


class NotResults(Exception):
    """Raised by `read`: the document's format is known, and it holds no results. It is kept as it is."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        """What it is instead: `configuration`, `derived summary`, `empty`, with a word on why."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """One format.

    `recognises` looks at the content and is cheap. `read` yields events, one by one or in tables, and a BadRow for each
    part that is not understood; it raises DocumentRejected (with `where` inside the document, such as `line 3`) when
    the document as a whole cannot be used, and then nothing of it is taken, whatever was yielded before. It raises
    NotResults when there is nothing to take in a document of this format.
    """

    name: str
    """Such as `timm_csv`."""
    version: str
    """Raised when the same document would give other events."""
    recognises: Callable[[Document], bool]
    read: Callable[[Document], Findings]

    @property
    def collector(self) -> str:
        """The `collector` of the adapter's events."""
        return f"adapter:{self.name}"


def provenance(document: Document, name: str, version: str) -> dict[str, Any]:
    """The fields of an event that tell where it came from; `source_locator` is the adapter's to add."""
    return {
        "collector": f"adapter:{name}",
        "collector_version": version,
        "run_id": document.run_id,
        "source_uri": document.path,
        "source_digest": document.digest,
    }
