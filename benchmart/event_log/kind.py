"""What all kinds of events have in common: the envelope, and what a kind is."""

from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

_TEXT = pa.string()
_TIME = pa.timestamp("us", tz="UTC")

ENVELOPE = pa.schema(
    [
        pa.field("event_id", _TEXT, nullable=False),
        pa.field("kind", _TEXT, nullable=False),
        pa.field("schema_version", pa.int16(), nullable=False),
        pa.field("occurred_at", _TIME),
        pa.field("recorded_at", _TIME, nullable=False),
        pa.field("batch_id", _TEXT, nullable=False),
        pa.field("run_id", _TEXT),
        pa.field("collector", _TEXT, nullable=False),
        pa.field("collector_version", _TEXT, nullable=False),
        pa.field("source_uri", _TEXT),
        pa.field("source_digest", _TEXT),
        pa.field("source_locator", _TEXT),
    ]
)

STAMPED = ("event_id", "kind", "schema_version", "recorded_at", "batch_id")
"""Envelope columns the log fills in itself when it appends."""


@dataclass(frozen=True)
class Kind:
    """One kind of event: its name, the version of its payload, and the payload's columns."""

    name: str
    version: int
    payload: pa.Schema

    @cached_property
    def stored(self) -> pa.Schema:
        """Envelope and payload: the columns of a file in the log."""
        return pa.schema([*ENVELOPE, *self.payload])

    @cached_property
    def submitted(self) -> pa.Schema:
        """What a collector hands over: everything but the columns the log stamps."""
        return pa.schema([field for field in self.stored if field.name not in STAMPED])
