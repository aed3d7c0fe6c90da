"""A plain `dbt build`, and the `benchmart build` command, as processes of their own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import small_log

from benchmart.config import Home
from benchmart.connection import open_warehouse
from benchmart.digests import MartDigest, mart_digests
from benchmart.event_log.log import EventLog

_BIN = Path(sys.executable).parent
_PROJECT = Path(__file__).parents[2]
_WITH_SMALL_FILES = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
os.execv(sys.argv[2], sys.argv[2:])
"""
"""Runs a command that cannot make a file larger than so many bytes."""


def run(home: Home, *command: str) -> subprocess.CompletedProcess[str]:
    """A command of the environment, in the project's folder, on this home."""
    environment = {
        **os.environ,
        "BENCHMART_HOME": str(home.root),
        "DBT_TARGET_PATH": str(home.workshop / "target"),
    }
    return subprocess.run(
        [str(_BIN / command[0]), *command[1:]],
        cwd=_PROJECT, env=environment, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


def digests(home: Home) -> list[MartDigest]:
    with open_warehouse(home) as connection:
        return mart_digests(connection)


def test_dbt_build_publishes_and_a_second_one_changes_no_mart(built_home: Home, tmp_path: Path) -> None:
    home = Home(tmp_path)
    small_log.write(EventLog(home.events))
    first = run(home, "dbt", "build", "--warn-error")
    assert first.returncode == 0, first.stdout
    before = digests(home)
    assert run(home, "dbt", "build", "--warn-error").returncode == 0
    assert digests(home) == before
    contents = {each.mart: each.row_count for each in before}
    assert contents == {each.mart: each.row_count for each in digests(built_home)}


def test_dbt_build_that_fails_says_so_and_publishes_nothing(home: Home) -> None:
    before = digests(home)
    EventLog(home.events).append([small_log.result(999, status="splendid")])
    assert run(home, "dbt", "build").returncode != 0
    assert digests(home) == before


def test_a_build_that_finds_the_disk_full_says_so_and_publishes_nothing(home: Home) -> None:
    before = digests(home)
    EventLog(home.events).append(small_log.more_results(100, 3))
    home.build_file.unlink(missing_ok=True)
    largest_file_bytes = home.warehouse.stat().st_size // 2
    done = run(
        home, "python", "-c", _WITH_SMALL_FILES, str(largest_file_bytes), str(_BIN / "benchmart"), "build"
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert "File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert digests(home) == before
    assert run(home, "benchmart", "build").returncode == 0


def test_a_home_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.workshop.write_text("in the way")
    done = run(home, "benchmart", "build")
    assert done.returncode == 1
    assert str(home.workshop) in done.stderr
    assert "Traceback" not in done.stderr


def test_part_of_a_build_is_not_published(home: Home) -> None:
    before = digests(home)
    EventLog(home.events).append([small_log.result(999)])
    assert run(home, "dbt", "run", "--select", "staging").returncode == 0
    assert digests(home) == before


def test_dbt_test_checks_what_is_served(home: Home) -> None:
    done = run(home, "dbt", "test", "--exclude-resource-type", "unit_test")
    assert done.returncode == 0, done.stdout


def test_a_build_killed_at_any_moment_leaves_the_warehouse_whole(home: Home) -> None:
    before = digests(home)
    EventLog(home.events).append(small_log.more_results(100, 3))
    for seconds in (1.5, 3.5, 5.5):
        building = subprocess.Popen(
            [str(_BIN / "benchmart"), "build", "--home", str(home.root)],
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        time.sleep(seconds)
        building.send_signal(signal.SIGKILL)
        building.wait()
        found = {each.mart: each for each in digests(home)}
        grown = found["fct_results"].row_count - next(
            each.row_count for each in before if each.mart == "fct_results"
        )
        assert grown in (0, 3)
        assert grown or list(found.values()) == before
    done = run(home, "benchmart", "build")
    assert done.returncode == 0, done.stderr
    assert digests(home) != before
