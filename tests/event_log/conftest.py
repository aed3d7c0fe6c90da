"""An empty log."""

from pathlib import Path

import pytest

from benchmart.event_log.log import EventLog


@pytest.fixture
def log(tmp_path: Path) -> EventLog:
    return EventLog(tmp_path / "home" / "events")
