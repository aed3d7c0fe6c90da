"""What an adapter makes of a document, in the form `expected.json` has beside each document."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from benchmart.errors import DocumentRejected
from benchmart.event_log.events import Event, Metric
from collectors.adapters.contract import Adapter, BadRow, NotResults
from collectors.adapters.document import Document

_OF_THE_FILE = ("run_id", "source_uri", "source_digest")
"""Told by the bytes and the place of the file, not by what it says."""


def outcome(adapter: Adapter, document: Document) -> dict[str, Any]:
    """Either `rejected` or `not_results`, or `shared` (what all events say), `events` (the rest) and `bad_rows`."""
    try:
        findings = list(adapter.read(document))
    except DocumentRejected as error:
        return {"rejected": {"where": error.where, "reason": error.what}}
    except NotResults as kept:
        return {"not_results": kept.reason}
    events = [_as_dict(finding) for finding in findings if isinstance(finding, Event)]
    shared = (
        {
            name: value
            for name, value in events[0].items()
            if all(event.get(name) == value for event in events)
        }
        if events
        else {}
    )
    return {
        "shared": shared,
        "events": [{name: value for name, value in event.items() if name not in shared} for event in events],
        "bad_rows": [_bad_row(finding) for finding in findings if isinstance(finding, BadRow)],
    }


def spread(expected: dict[str, Any]) -> dict[str, Any]:
    """The same with every event whole, so that it does not matter what a file calls shared."""
    if "events" not in expected:
        return expected
    shared = expected["shared"]
    return {"events": [shared | event for event in expected["events"]], "bad_rows": expected["bad_rows"]}


def _as_dict(event: Event) -> dict[str, Any]:
    named = {field.name: getattr(event, field.name) for field in fields(event)}
    told = {
        name: str(value) if isinstance(value, datetime) else value
        for name, value in named.items()
        if name not in _OF_THE_FILE and value not in (None, {}, ())
    }
    return {"kind": event.kind.name} | told | {"metrics": [_metric(one) for one in named.get("metrics", ())]}


def _metric(metric: Metric) -> list[Any]:
    return [metric.name, metric.unit, metric.value]


def _bad_row(row: BadRow) -> dict[str, str]:
    return {"where": row.where, "reason": row.reason, "raw": row.raw.decode("utf-8", "backslashreplace")}
