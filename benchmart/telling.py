"""What people say of changes and baselines, recorded as events of what the warehouse shows."""

from datetime import UTC, datetime
from typing import Any, TypedDict

import pyarrow.compute as pc

from benchmart import __version__
from benchmart.author import author_named
from benchmart.config import Home
from benchmart.connection import open_warehouse
from benchmart.errors import UsageError
from benchmart.event_log.change_events import BaselineMarked, ChangeAcknowledged
from benchmart.event_log.events import Event
from benchmart.event_log.log import EventLog
from benchmart.queries.baselines import baseline, metric_named, series_named, target_named
from benchmart.queries.changes import change


class _Origin(TypedDict):
    collector: str
    collector_version: str
    occurred_at: datetime


def tell_of_change(
    home: Home,
    change_id: str,
    *,
    action: str,
    author: str | None = None,
    category: str | None = None,
    reason: str | None = None,
    issue: str | None = None,
) -> str:
    """Acknowledge, link or undo (one of CHANGE_ACTIONS); gives the id of the event.

    Raises UsageError when no change, or several, begin with this id, or when a text is empty.
    """
    _refuse_empty(reason=reason, issue=issue)
    with open_warehouse(home) as connection:
        found = change(connection, change_id)
    event = ChangeAcknowledged(
        **_origin("changes"),
        # of the point that was spoken of before, so that the last word is on the same
        target_event_id=_hex(found["acknowledged_event_id"] or found["event_id"]),
        comparability_id=_hex(found["comparability_id"]),
        metric=found["metric"],
        action=action,
        category=category,
        reason=reason,
        issue=issue,
        author=author_named(author),
    )
    if action == "undo" and not _is_anything_said(home, event):
        raise UsageError(
            f"nothing was said of the change {change_id}", hint="`benchmart changes list` shows what was"
        )
    return _append(home, event)


def _is_anything_said(home: Home, asked: ChangeAcknowledged) -> bool:
    """By the log, for the warehouse may not have the last word yet."""
    fields = ["action", "recorded_at", "event_id"]
    same = [
        pc.field(name) == getattr(asked, name) for name in ("target_event_id", "comparability_id", "metric")
    ]
    said = (
        EventLog(home.events).read(ChangeAcknowledged.kind, fields, same[0] & same[1] & same[2]).to_pylist()
    )
    last = max(said, key=lambda each: (each["recorded_at"], each["event_id"]), default=None)
    return last is not None and last["action"] != "undo"


def mark_baseline(
    home: Home,
    name: str,
    *,
    reason: str,
    author: str | None = None,
    series_id: str | None = None,
    metric: str | None = None,
) -> str:
    """Mark a run or result, for one series, one metric or all; gives the id of the event.

    Raises UsageError when what is named is not there or not the only one, or when the reason is empty.
    """
    _refuse_empty(reason=reason)
    with open_warehouse(home) as connection:
        target = target_named(connection, name)
        series = series_named(connection, series_id) if series_id else None
        of_metric = metric_named(connection, metric) if metric else None
    event = BaselineMarked(
        **_origin("baseline"),
        target_event_id=target.event_id,
        target_run_id=target.run_id,
        comparability_id=_hex(series["comparability_id"]) if series else None,
        metric=series["metric"] if series else of_metric,
        action="mark",
        reason=reason,
        author=author_named(author),
    )
    return _append(home, event)


def undo_baseline(home: Home, baseline_id: str, *, reason: str, author: str | None = None) -> str:
    """Take back the mark; gives the id of the event. Raises UsageError when it is none, or several."""
    _refuse_empty(reason=reason)
    with open_warehouse(home) as connection:
        found = baseline(connection, baseline_id)
    event = BaselineMarked(
        **_origin("baseline"),
        target_event_id=_hex(found["target_event_id"]) if found["target_event_id"] else None,
        target_run_id=found["target_run_id"],
        comparability_id=_hex(found["comparability_id"]) if found["comparability_id"] else None,
        metric=found["metric"],
        action="undo",
        reason=reason,
        author=author_named(author),
    )
    return _append(home, event)


def _origin(collector: str) -> _Origin:
    return {"collector": collector, "collector_version": __version__, "occurred_at": datetime.now(UTC)}


def _refuse_empty(**texts: str | None) -> None:
    for name, text in texts.items():
        if text is not None and not text.strip():
            raise UsageError(f"the {name} is empty", hint="Say it in a few words")


def _hex(uuid: Any) -> str:
    return str(uuid).replace("-", "")


def _append(home: Home, event: Event) -> str:
    return EventLog(home.events).append([event]).event_ids[0]
