"""The warehouse as it stood at a moment is the one that the files of that time give."""

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
import small_log

from benchmart.arrivals import arrivals
from benchmart.as_of import Past, export, recorded_by, warehouse_at
from benchmart.build import build
from benchmart.config import Home
from benchmart.digests import MartDigest, mart_digests
from benchmart.errors import UsageError
from benchmart.event_log.files import LogFile
from benchmart.event_log.log import EventLog
from benchmart.event_log.read import read_file
from benchmart.event_log.schemas import KINDS
from benchmart.queries.difference import MartChange, compare_warehouses

_LEAST_FILES = 4


def recorded_at(home: Home, file: LogFile) -> datetime:
    moment: datetime = read_file(home.events, file, KINDS[file.kind].stored).column("recorded_at")[0].as_py()
    return moment


def digests(warehouse: Path) -> list[MartDigest]:
    with duckdb.connect(warehouse, read_only=True) as connection:
        return mart_digests(connection)


def built_from(source: Home, target: Home, files: Sequence[LogFile]) -> list[MartDigest]:
    """Build a home that has only these files."""
    for file in files:
        path = file.below(target.events)
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file.below(source.events), path)
    build(target)
    return digests(target.warehouse)


@pytest.fixture(scope="module")
def moving_home(built_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A copy of the built home whose past is asked for."""
    root = tmp_path_factory.mktemp("moving") / "home"
    shutil.copytree(built_home.root, root, symlinks=True)
    return Home(root)


@pytest.fixture(scope="module")
def moments(moving_home: Home) -> list[datetime]:
    """Two moments at random, the earlier one first, and each between two batches or on one."""
    chance = random.Random()
    times = sorted(recorded_at(moving_home, file) for file in EventLog(moving_home.events).files())
    first, second = sorted(chance.sample(range(_LEAST_FILES, len(times)), 2))
    return [times[first - 1], times[second] - timedelta(microseconds=1)]


@pytest.fixture(scope="module")
def past(moving_home: Home, moments: list[datetime]) -> Past:
    return warehouse_at(moving_home, moments[0])


def test_a_moment_is_what_the_files_of_that_time_give(
    moving_home: Home, past: Past, moments: list[datetime], tmp_path: Path
) -> None:
    """The later moment goes on from the earlier one, so that both are held against a build from nothing."""
    served = digests(moving_home.warehouse)
    found = warehouse_at(moving_home, moments[1])
    files = EventLog(moving_home.events).files()
    for each, moment in ((past, moments[0]), (found, moments[1])):
        assert list(each.files) == [file for file in files if recorded_at(moving_home, file) <= moment], (
            moment
        )
    assert found.was_built == (list(found.files) != list(past.files))
    assert digests(found.home.warehouse) == built_from(moving_home, Home(tmp_path), found.files), moments
    assert digests(moving_home.warehouse) == served


def test_a_moment_is_built_once(moving_home: Home, past: Past, moments: list[datetime]) -> None:
    told: list[int] = []
    again = warehouse_at(moving_home, moments[0], told.append)
    assert (again.was_built, again.home, told) == (False, past.home, [])


def test_when_nothing_came_later_the_served_warehouse_is_the_answer(built_home: Home) -> None:
    now = warehouse_at(built_home, datetime.now(UTC))
    assert (now.home, now.was_built) == (built_home, False)


def test_before_the_first_event_there_is_nothing_to_build(built_home: Home) -> None:
    with pytest.raises(UsageError, match="The first event was recorded at"):
        warehouse_at(built_home, datetime(2020, 1, 1, tzinfo=UTC))


def test_a_moment_is_counted_in_its_own_time_zone_and_inclusive(built_home: Home) -> None:
    files = EventLog(built_home.events).files()
    first = min(recorded_at(built_home, file) for file in files)
    assert len(recorded_by(built_home.events, first)) == 1
    assert recorded_by(built_home.events, first - timedelta(microseconds=1)) == []
    assert recorded_by(built_home.events, first + timedelta(days=2)) == files


def test_a_warehouse_of_a_moment_is_copied_whole_and_over_nothing(past: Past, tmp_path: Path) -> None:
    export(past, tmp_path / "then.duckdb")
    assert digests(tmp_path / "then.duckdb") == digests(past.home.warehouse)
    with pytest.raises(UsageError, match="is there already"):
        export(past, tmp_path / "then.duckdb")
    assert [path.name for path in tmp_path.iterdir()] == ["then.duckdb"]


@pytest.fixture(scope="module")
def changed_home(built_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The built home, a little later: one result was retracted, and one has come."""
    home = Home(tmp_path_factory.mktemp("changed") / "home")
    shutil.copytree(built_home.root, home.root, symlinks=True)
    log = EventLog(home.events)
    (mistake,) = log.event_ids([small_log.UNKNOWN[0]])
    log.append([small_log.retraction(mistake, "retract", 5)])
    log.append([small_log.failure(70, "timeout", precision="float32")])
    build(home)
    return home


def changes(before: Home, after: Home, *marts: str) -> dict[str, MartChange]:
    return {each.mart: each for each in compare_warehouses(before.warehouse, after.warehouse, marts)}


def test_a_cell_that_changed_says_how_and_by_which_event(built_home: Home, changed_home: Home) -> None:
    matrix = changes(built_home, changed_home)["compatibility_matrix"]
    assert (matrix.appeared, matrix.changed, matrix.vanished) == (0, 1, 1)
    gone, changed = matrix.rows
    assert (changed.before or {})["status"] == "verified"
    assert (changed.after or {})["status"] == "partial"
    assert {"status", "failure_count", "score", "error_class"} <= set(changed.columns)
    (event,) = changed.events
    assert (event["error_class"], event["source_locator"], event["is_gone"]) == ("timeout", "line 70", False)
    assert gone.after is None
    (event,) = gone.events
    assert (event["source_locator"], event["is_gone"]) == ("line 40", True)
    assert event["retracted_because"] == "a typing error"


def test_what_appears_one_way_vanishes_the_other_way(built_home: Home, changed_home: Home) -> None:
    there, back = changes(built_home, changed_home), changes(changed_home, built_home)
    assert list(there) == list(back)
    assert "series" in there
    for mart, change in there.items():
        other = back[mart]
        assert (change.appeared, change.changed, change.vanished) == (
            other.vanished,
            other.changed,
            other.appeared,
        )
    assert there["series"].vanished == 2


def test_the_same_warehouse_is_not_different(built_home: Home) -> None:
    assert changes(built_home, built_home) == {}
    with pytest.raises(UsageError, match="Did you mean: series"):
        changes(built_home, built_home, "serie")


def test_marts_of_events_are_compared_when_asked_for(built_home: Home, changed_home: Home) -> None:
    assert "fct_results" not in changes(built_home, changed_home)
    results = changes(built_home, changed_home, "fct_results")["fct_results"]
    assert (results.appeared, results.changed, results.vanished) == (1, 0, 1)


def test_what_arrived_is_told_batch_by_batch(built_home: Home, changed_home: Home) -> None:
    before, after = EventLog(built_home.events).files(), EventLog(changed_home.events).files()
    came = arrivals(changed_home.events, before, after, limit=1)
    assert came.counts == [("result_recorded", 1, 1), ("result_retracted", 1, 1)]
    assert [(batch.kind, batch.event_count, batch.collectors) for batch in came.batches] == [
        ("result_recorded", 1, ["test"])
    ]
    assert [(each.action, each.reason) for each in came.retractions] == [("retract", "a typing error")]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("benchmart")), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_the_command_tells_what_changed_between_two_moments(
    moving_home: Home, past: Past, moments: list[datetime]
) -> None:
    asked = ("diff", moments[0].isoformat(), "--home", str(moving_home.root))
    done = run(*asked, "--limit", "1")
    assert done.returncode == 0, done.stderr
    assert "imports_by_format" in done.stdout
    assert "  + timm_csv" in done.stdout
    assert f"{len(past.files)} batch files" in done.stderr
    told = json.loads(run(*asked, "--json", "--mart", "imports_by_format").stdout)
    assert [(each["mart"], each["appeared"]) for each in told["marts"]] == [("imports_by_format", 1)]
    assert [row["columns"] for row in told["marts"][0]["rows"]] == [[]]
    assert told["marts"][0]["is_truncated"] is False
    assert ["document_imported", 1, 2] in told["arrived"]["counts"]


def test_commands_answer_as_of_a_moment(moving_home: Home, past: Past, moments: list[datetime]) -> None:
    asked = ("--home", str(moving_home.root), "--as-of", moments[0].isoformat())
    with duckdb.connect(past.home.warehouse, read_only=True) as connection:
        results, cells = (
            connection.execute(f"select count(*) from {mart}").fetchall()[0][0]
            for mart in ("fct_results", "compatibility_matrix")
        )
    assert json.loads(run("sql", *asked, "--json", "select count(*) as n from fct_results").stdout) == [
        {"n": results}
    ]
    assert len(json.loads(run("matrix", *asked, "--json").stdout)["cells"]) == cells


def test_a_build_as_of_a_moment_goes_to_a_file_of_its_own(
    moving_home: Home, past: Past, tmp_path: Path
) -> None:
    asked = ("build", "--home", str(moving_home.root), "--output", str(tmp_path / "then.duckdb"))
    done = run(*asked, "--as-of", past.moment.isoformat())
    assert (done.returncode, done.stdout.strip()) == (0, str(tmp_path / "then.duckdb"))
    assert digests(tmp_path / "then.duckdb") == digests(past.home.warehouse)
    for refused, words in (
        ((), "--as-of"),
        (("--as-of", "now"), "is there already"),
        (("--as-of", "x"), "moment"),
    ):
        done = run(*asked, *refused)
        assert (done.returncode, done.stdout) == (2, "")
        assert words in done.stderr
