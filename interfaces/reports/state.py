"""What all reports say of themselves: what was asked for, and of which state of the warehouse they speak."""

from dataclasses import fields
from typing import Any

import duckdb

from benchmart.queries.coverage import State, state
from interfaces.reports.words import count, moment

_WORDS = {"by": "compared by", "side": "side"}
_NOT_SAID = frozenset({"side", "baseline", "has_versions"})


def asked_for(asked: Any) -> list[tuple[str, str]]:
    """The filters that were given: name and values."""
    found = []
    for field in fields(asked):
        value = getattr(asked, field.name)
        if not value or field.name in _NOT_SAID:
            continue
        text = value if isinstance(value, str) else ", ".join(map(str, value))
        found.append((_WORDS.get(field.name, field.name), text))
    return found


def state_of(connection: duckdb.DuckDBPyConnection) -> str:
    """Which state of the warehouse a report speaks of; the same state gives the same report."""
    return describe(state(connection))


def describe(found: State) -> str:
    """The state in a sentence."""
    if found.recorded_at is None:
        return "The warehouse holds no results."
    newest = f"the newest result was recorded {moment(found.recorded_at)} UTC"
    return f"From {count(found.batches, 'batch', 'batches')} of events; {newest}."
