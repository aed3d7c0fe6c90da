"""An empty log, and a user who may not read everything."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmart.event_log.log import EventLog

_NOBODY = 65534


@pytest.fixture
def log(tmp_path: Path) -> EventLog:
    """An empty log."""
    return EventLog(tmp_path / "home" / "events")


@pytest.fixture
def folder_of_a_plain_user() -> Iterator[Path]:
    """A folder, and a test that runs as a user whom permissions bind: root may read everything."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(_NOBODY)
    folder = Path(tempfile.mkdtemp())
    try:
        yield folder
    finally:
        if is_root:
            os.seteuid(0)
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o700)
        shutil.rmtree(folder)
