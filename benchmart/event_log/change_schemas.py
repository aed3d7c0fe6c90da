"""The kinds of events about changes of level: what is said of them, what is marked to compare with, who was told."""

import pyarrow as pa

from benchmart.event_log.kind import Kind

_TEXT = pa.string()

CHANGE_ACKNOWLEDGED = Kind(
    "change_acknowledged",
    1,
    pa.schema(
        [
            pa.field("target_event_id", _TEXT, nullable=False),
            pa.field("comparability_id", _TEXT, nullable=False),
            pa.field("metric", _TEXT, nullable=False),
            pa.field("action", _TEXT, nullable=False),
            pa.field("category", _TEXT),
            pa.field("reason", _TEXT),
            pa.field("issue", _TEXT),
            pa.field("author", _TEXT),
        ]
    ),
)

BASELINE_MARKED = Kind(
    "baseline_marked",
    1,
    pa.schema(
        [
            pa.field("target_event_id", _TEXT),
            pa.field("target_run_id", _TEXT),
            pa.field("comparability_id", _TEXT),
            pa.field("metric", _TEXT),
            pa.field("action", _TEXT, nullable=False),
            pa.field("reason", _TEXT, nullable=False),
            pa.field("author", _TEXT),
        ]
    ),
)

CHANGE_NOTIFIED = Kind(
    "change_notified",
    1,
    pa.schema(
        [
            pa.field("target_event_id", _TEXT, nullable=False),
            pa.field("comparability_id", _TEXT, nullable=False),
            pa.field("metric", _TEXT, nullable=False),
            pa.field("verdict", _TEXT, nullable=False),
            pa.field("channel", _TEXT, nullable=False),
            pa.field("receiver", _TEXT, nullable=False),
            pa.field("receiver_digest", _TEXT, nullable=False),
        ]
    ),
)
