"""What statements put aside does not stay behind for good, and is never taken from one that runs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmart import spill
from benchmart.connection import open_warehouse
from benchmart.sql_limits import Limits

_TWO_DAYS = 2 * 24 * 3600.0


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.setattr(spill, "gettempdir", lambda: str(tmp_path))
    return tmp_path


@pytest.fixture
def gone() -> int:
    """The id of a process that has ended."""
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return done.pid


def left(temporary: Path, process: int | str, seconds: float = _TWO_DAYS) -> Path:
    """A folder with something in it, last changed so long ago."""
    folder = temporary / f"benchmart-sql-{process}"
    folder.mkdir()
    (folder / "duckdb_temp_storage-0.tmp").write_bytes(b"1")
    moment = folder.stat().st_mtime - seconds
    os.utime(folder, (moment, moment))
    return folder


def test_what_a_killed_process_left_goes_when_the_next_one_asks(temporary, gone, built_home) -> None:
    folder = left(temporary, gone)
    open_warehouse(built_home, Limits()).close()
    assert not folder.exists()


def test_folders_of_running_processes_stay_as_do_new_ones_and_those_of_other_programs(
    temporary, gone
) -> None:
    kept = [left(temporary, os.getppid()), left(temporary, gone, seconds=0), left(temporary, "of-mine")]
    spill.clear_left_behind()
    assert all(each.exists() for each in kept)


def test_a_link_is_not_followed(temporary, gone, tmp_path_factory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "file").touch()
    link = temporary / f"benchmart-sql-{gone}"
    link.symlink_to(elsewhere)
    os.utime(link, (0, 0), follow_symlinks=False)
    spill.clear_left_behind()
    assert (elsewhere / "file").exists()
