"""How many bytes the log takes for 100,000 events, against the same events as JSON.

The JSON has an object a line, without spaces, and leaves out what is null.

    python benchmarks/storage.py [--json]
"""

import json
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from _events import result_events
from _report import Figure, show

from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import RESULT_RECORDED

_EVENTS = 100_000


def main() -> None:
    """Append one batch, and write what was stored as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        log = EventLog(Path(folder) / "events")
        file = log.append_table(RESULT_RECORDED, result_events(_EVENTS)).file
        stored_bytes = file.below(log.root).stat().st_size
        json_bytes = sum(len(_line(event)) for event in log.read(RESULT_RECORDED).to_pylist())
    what = f"bytes of {_EVENTS:,} events in one batch"
    yardstick = f"the same as JSON: {json_bytes / _EVENTS:,.0f} an event"
    measured = f"{stored_bytes / _EVENTS:.0f} an event"
    show([Figure(what, measured, yardstick, stored_bytes / json_bytes, 1 / 8, is_upper_bound=True)])


def _line(event: dict[str, Any]) -> bytes:
    maps = ("condition", "attributes")
    document = event | {name: dict(event[name] or ()) for name in maps}
    return json.dumps(_present(document), separators=(",", ":"), default=_text).encode() + b"\n"


def _present(value: Any) -> Any:
    """The value without what is null or empty."""
    if isinstance(value, dict):
        return {key: _present(inner) for key, inner in value.items() if inner is not None and inner != {}}
    return [_present(inner) for inner in value] if isinstance(value, list) else value


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


if __name__ == "__main__":
    main()
