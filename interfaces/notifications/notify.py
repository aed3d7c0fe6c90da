"""Changes that a receiver was not told of are delivered, then recorded: each is told once, and never lost.

series_changes, less change_notifications, less what the log has since -> receiver -> change_notified.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow.compute as pc
from filelock import FileLock

from benchmart import __version__
from benchmart.config import Home
from benchmart.connection import open_warehouse
from benchmart.event_log.change_events import ChangeNotified
from benchmart.event_log.log import EventLog
from benchmart.queries.untold_changes import Wanted, untold
from interfaces.notifications.receivers import Receiver, digest

_KEY = ("target_event_id", "comparability_id", "metric", "verdict")


def notify(home: Home, receiver: Receiver, wanted: Wanted) -> list[dict[str, Any]]:
    """Deliver what is wanted and gives the rows of `series_changes` that were delivered.

    Who is told when a process dies between delivery and record is told again, with the same idempotency key. Raises
    NotDelivered; nothing is recorded then.
    """
    home.workshop.mkdir(parents=True, exist_ok=True)
    with FileLock(home.workshop / "notify.lock"):  # two at once would both tell the same
        changes = _not_in_log(home, receiver, not_told(home, receiver, wanted))
        if changes:
            receiver.deliver(changes)
            EventLog(home.events).append([_event(change, receiver) for change in changes])
    return changes


def not_told(home: Home, receiver: Receiver, wanted: Wanted) -> list[dict[str, Any]]:
    """What would be delivered, by the state of the warehouse."""
    with open_warehouse(home) as connection:
        return untold(connection, digest(receiver), wanted)


def _not_in_log(home: Home, receiver: Receiver, changes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without what was delivered since the warehouse was built: its changes are still at the same points."""
    if not changes:
        return []
    known = EventLog(home.events).read(
        ChangeNotified.kind, list(_KEY), pc.field("receiver_digest") == digest(receiver)
    )
    told = {tuple(row[name] for name in _KEY) for row in known.to_pylist()}
    return [change for change in changes if _key(change) not in told]


def _key(change: Mapping[str, Any]) -> tuple[str, str, str, str]:
    return (
        str(change["event_id"]).replace("-", ""),
        str(change["comparability_id"]).replace("-", ""),
        change["metric"],
        change["verdict"],
    )


def _event(change: Mapping[str, Any], receiver: Receiver) -> ChangeNotified:
    return ChangeNotified(
        **dict(zip(_KEY, _key(change), strict=True)),
        collector="notify",
        collector_version=__version__,
        occurred_at=datetime.now(UTC),
        channel=receiver.channel,
        receiver=receiver.name,
        receiver_digest=digest(receiver),
    )
