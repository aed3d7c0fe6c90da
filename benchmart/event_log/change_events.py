"""What people say of changes, what they mark to compare with, and who was told of a change, as events."""

from dataclasses import dataclass
from typing import ClassVar

from benchmart.event_log.change_schemas import BASELINE_MARKED, CHANGE_ACKNOWLEDGED, CHANGE_NOTIFIED
from benchmart.event_log.events import Event
from benchmart.event_log.kind import Kind

CHANGE_ACTIONS = ("acknowledge", "link", "undo")
CHANGE_CATEGORIES = ("expected", "fixed", "invalid", "environment", "investigating")
"""Why a change stands, in the terms of Perfherder's alert summaries (treeherder, `PerformanceAlertSummary.STATUSES`):
fixed, invalid (a wrong alarm) and investigating are its own; expected is its wontfix, environment its infra."""
BASELINE_ACTIONS = ("mark", "undo")
CHANNELS = ("webhook", "file")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAcknowledged(Event):
    """Somebody has looked at a change of level, or has named the issue it is tracked in, or takes that back."""

    kind: ClassVar[Kind] = CHANGE_ACKNOWLEDGED

    target_event_id: str
    """The result that is the first point of the new level."""
    comparability_id: str
    """The series: its condition ..."""
    metric: str
    """... and its metric."""
    action: str
    """One of CHANGE_ACTIONS; to undo takes back all that was said of the change before."""
    category: str | None = None
    """One of CHANGE_CATEGORIES; None when nothing is acknowledged."""
    reason: str | None = None
    issue: str | None = None
    """An address, or what a tracker calls it."""
    author: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineMarked(Event):
    """A point or a run is what others are to be compared with, or is so no more. It has one target of the two."""

    kind: ClassVar[Kind] = BASELINE_MARKED

    target_event_id: str | None = None
    """A result."""
    target_run_id: str | None = None
    """A run: all of its results."""
    comparability_id: str | None = None
    """The series that it is marked for; None for all that the target is in."""
    metric: str | None = None
    """The metric that it is marked for; None for all."""
    action: str
    """One of BASELINE_ACTIONS."""
    reason: str
    author: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeNotified(Event):
    """A change of level was delivered to a receiver, which is not to be told of it again."""

    kind: ClassVar[Kind] = CHANGE_NOTIFIED

    target_event_id: str
    """The result that was the first point of the new level."""
    comparability_id: str
    """The series: its condition ..."""
    metric: str
    """... and its metric."""
    verdict: str
    """Regression or improvement."""
    channel: str
    """One of CHANNELS."""
    receiver: str
    """The host of a webhook, without the path, which is often a secret; the name of a file."""
    receiver_digest: str
    """sha256 of the whole address or absolute path."""
