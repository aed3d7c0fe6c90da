"""Building: what is new is added, nothing depends on the order of files, and a failed build changes nothing."""

import random
import shutil
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
import small_log
from dbt.cli.main import dbtRunner
from filelock import FileLock

from benchmart.build import build
from benchmart.config import HOME_VARIABLE, Home, project_folder
from benchmart.connection import open_warehouse
from benchmart.digests import MartDigest, mart_digests
from benchmart.errors import BuildFailed, BuildLocked, LogCorrupted, WarehouseMissing
from benchmart.event_log.files import LogFile
from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import RESULT_RECORDED
from benchmart.event_log.tables import to_table


def digests(home: Home) -> list[MartDigest]:
    with open_warehouse(home) as connection:
        return mart_digests(connection)


def result_count(home: Home) -> int:
    with open_warehouse(home) as connection:
        return int(connection.execute("select count(*) from fct_results").fetchall()[0][0])


def copy_files(source: Home, target: Home, files: Sequence[LogFile]) -> None:
    for file in files:
        path = file.below(target.events)
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file.below(source.events), path)


def break_log(home: Home) -> None:
    """Append an event that the tests of the marts refuse."""
    EventLog(home.events).append([small_log.result(999, status="splendid")])


@pytest.mark.alone
def test_with_nothing_new_dbt_is_not_started(built_home: Home) -> None:
    start = time.monotonic()
    assert not build(built_home).was_needed
    assert time.monotonic() - start < 0.5


def test_a_new_batch_is_added_to_what_is_there(home: Home) -> None:
    before = result_count(home)
    EventLog(home.events).append(small_log.more_results(100, 7))
    report = build(home)
    assert report.was_needed
    assert result_count(home) == before + 7
    assert not build(home).was_needed


def test_building_from_nothing_gives_the_same_marts(home: Home) -> None:
    before = digests(home)
    build(home, full=True)
    assert digests(home) == before


def test_the_order_in_which_files_arrive_leaves_no_trace(built_home: Home, tmp_path: Path) -> None:
    home = Home(tmp_path)
    files = EventLog(built_home.events).files()
    random.Random(0).shuffle(files)
    for start in range(0, len(files), 3):
        copy_files(built_home, home, files[start : start + 3])
        build(home)
    assert digests(home) == digests(built_home)


def test_an_empty_log_builds_empty_marts(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert build(home).was_needed
    assert result_count(home) == 0


def test_what_was_taken_out_of_the_log_leaves_the_marts(home: Home) -> None:
    log = EventLog(home.events)
    added = log.append(small_log.more_results(100, 7))
    build(home)
    before = result_count(home)
    added.file.below(log.root).unlink()
    build(home)
    assert result_count(home) == before - 7


def test_a_damaged_file_is_named_and_the_warehouse_stays_as_it_was(home: Home) -> None:
    before = digests(home)
    log = EventLog(home.events)
    file = log.append(small_log.more_results(100, 7)).file
    path = file.below(log.root)
    whole = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(LogCorrupted, match=file.name) as damaged:
        build(home)
    assert "UDF" not in str(damaged.value)
    assert str(damaged.value).endswith("dbt.log")
    assert digests(home) == before
    path.write_bytes(whole)
    build(home)
    assert result_count(home) == next(each.row_count for each in before if each.mart == "fct_results") + 7


def test_a_batch_of_a_newer_version_is_refused_and_the_warehouse_stays_as_it_was(home: Home) -> None:
    before = digests(home)
    log = EventLog(home.events)
    newer = replace(RESULT_RECORDED, version=RESULT_RECORDED.version + 1)
    file = log.append_table(newer, to_table(small_log.more_results(100, 1))).file
    with pytest.raises(BuildFailed, match=f"{file.name}.*Upgrade benchmart"):
        build(home)
    assert digests(home) == before


def test_a_build_that_fails_its_tests_is_not_published(home: Home) -> None:
    before = digests(home)
    break_log(home)
    with pytest.raises(BuildFailed, match="accepted_values_fct_results_status"):
        build(home)
    assert digests(home) == before


def test_after_a_failed_build_the_next_one_starts_from_the_last_good_state(home: Home) -> None:
    log = EventLog(home.events)
    bad = log.append([small_log.result(999, status="splendid")])
    with pytest.raises(BuildFailed):
        build(home)
    bad.file.below(log.root).unlink()
    before = result_count(home)
    log.append(small_log.more_results(100, 3))
    build(home)
    assert result_count(home) == before + 3


def test_only_one_process_builds_at_a_time(home: Home) -> None:
    EventLog(home.events).append(small_log.more_results(100, 1))
    with FileLock(home.workshop / "lock"), pytest.raises(BuildLocked, match="another process is building"):
        build(home)
    assert build(home).was_needed


def test_a_broken_build_file_is_replaced(home: Home) -> None:
    for number in (100, 101):
        EventLog(home.events).append([small_log.result(number)])
        build(home)
    damages = (lambda content: content[: len(content) // 2], lambda _: b"garbage", lambda _: None)
    for number, damage in enumerate(damages, start=102):
        content = damage(home.build_file.read_bytes())
        home.build_file.unlink()
        if content is not None:
            home.build_file.write_bytes(content)
        before = result_count(home)
        EventLog(home.events).append([small_log.result(number)])
        build(home)
        assert result_count(home) == before + 1


def test_a_broken_warehouse_is_built_anew(home: Home) -> None:
    before = digests(home)
    home.warehouse.write_bytes(b"garbage")
    build(home)
    assert digests(home) == before


def test_a_reader_keeps_its_state_while_builds_go_on(home: Home) -> None:
    before = result_count(home)
    with duckdb.connect(home.warehouse, read_only=True) as reader:
        for number in range(100, 103):
            EventLog(home.events).append([small_log.result(number)])
            build(home)
            assert reader.execute("select count(*) from fct_results").fetchall() == [(before,)]
    assert result_count(home) == before + 3


def test_a_program_may_open_the_warehouse_twice_and_gets_no_older_state_than_it_asks_for(home: Home) -> None:
    with open_warehouse(home) as first, open_warehouse(home) as second:
        for each in (first, second):
            assert each.execute("select current_setting('TimeZone')").fetchone() == ("UTC",)
            with pytest.raises(duckdb.Error):
                each.execute("select * from read_text('/etc/hostname')")
        EventLog(home.events).append([small_log.result(200)])
        build(home)
        with pytest.raises(WarehouseMissing, match="older state"):
            open_warehouse(home)
    with open_warehouse(home) as later:
        assert later.execute("select count(*) from fct_results").fetchone()[0] > 0


def test_a_build_that_is_interrupted_ends_as_interrupted_and_nothing_is_published(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = result_count(home)
    EventLog(home.events).append(small_log.more_results(100, 7))
    interrupted = SimpleNamespace(success=False, exception=KeyboardInterrupt(), result=None)
    monkeypatch.setattr("dbt.cli.main.dbtRunner.invoke", lambda _runner, _arguments: interrupted)
    with pytest.raises(KeyboardInterrupt):
        build(home)
    assert result_count(home) == before


def test_what_an_installation_that_is_gone_left_is_not_gone_by(
    built_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, gone = Home(tmp_path / "home"), tmp_path / "gone"
    copy_files(built_home, home, EventLog(built_home.events).files())
    ours = project_folder()
    for name in ("models", "seeds", "macros", "analyses"):
        shutil.copytree(ours / name, gone / name)
    for name in ("dbt_project.yml", "profiles.yml", "selectors.yml"):
        shutil.copy(ours / name, gone)
    monkeypatch.setenv(HOME_VARIABLE, str(home.root))  # else dbt sees that the profile is another
    folders = ["--project-dir", gone, "--profiles-dir", gone, "--target-path", home.workshop / "target"]
    assert dbtRunner().invoke(["--log-level", "none", "parse", *map(str, folders)]).success
    shutil.rmtree(gone)
    build(home)
    assert digests(home) == digests(built_home)
