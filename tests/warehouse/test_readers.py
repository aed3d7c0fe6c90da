"""Readers in other processes see whole states only, whatever builds do meanwhile, and never hinder them."""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import duckdb
import pytest
import small_log

from benchmart.build import build
from benchmart.config import Home
from benchmart.errors import BuildFailed
from benchmart.event_log.log import EventLog

_LOOP = Path(__file__).with_name("reader_loop.py")
_BUILDS = 5
_FAILING = 2


def counts(home: Home) -> tuple[int, int]:
    with duckdb.connect(home.warehouse, read_only=True) as connection:
        sql = "select (select count(*) from fct_results), (select count(*) from fct_measurements)"
        results, measurements = connection.execute(sql).fetchall()[0]
        return int(results), int(measurements)


def start_reader(home: Home) -> subprocess.Popen[str]:
    reader = subprocess.Popen(
        [sys.executable, str(_LOOP), str(home.warehouse)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout is not None
    assert reader.stdout.readline() == "ready\n"
    return reader


def build_with_a_mistake(home: Home) -> None:
    """A build that fails its tests, and the removal of what made it fail."""
    log = EventLog(home.events)
    mistake = log.append([small_log.result(9000, status="splendid")])
    with pytest.raises(BuildFailed):
        build(home)
    mistake.file.below(log.root).unlink()


def test_a_reader_in_a_loop_sees_only_whole_states_during_builds(home: Home) -> None:
    published = [counts(home)]
    reader = start_reader(home)
    for number in range(_BUILDS):
        if number == _FAILING:
            build_with_a_mistake(home)
            assert counts(home) == published[-1]
            continue
        EventLog(home.events).append([small_log.result(1000 + number)])
        build(home)
        published.append(counts(home))
    output, errors = reader.communicate("stop\n", timeout=60)
    seen = [tuple(map(int, line.split())) for line in output.splitlines()]
    assert (reader.returncode, errors) == (0, "")
    assert set(seen) <= set(published)
    assert seen == sorted(seen)
    assert len(set(seen)) > _BUILDS // 2


def test_a_reader_that_never_closes_does_not_hinder_builds(home: Home) -> None:
    code = "import duckdb, sys; c = duckdb.connect(sys.argv[1], read_only=True); print(1, flush=True); sys.stdin.read()"
    reader = subprocess.Popen(
        [sys.executable, "-c", code, str(home.warehouse)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout is not None
    reader.stdout.readline()
    before = counts(home)
    for number in range(3):
        EventLog(home.events).append([small_log.result(2000 + number)])
        build(home)
    assert counts(home)[0] == before[0] + 3
    with suppress(subprocess.TimeoutExpired):
        reader.communicate(timeout=10)
    assert reader.returncode == 0
