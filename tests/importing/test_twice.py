"""The same document taken in again adds nothing, from wherever it comes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tables import HEADER, NAME, OTHER_NAME, row, table, write

from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import DOCUMENT_QUARANTINED, RESULT_RECORDED
from collectors.importing import ImportReport, import_paths, importer, novelty


def _subjects(log: EventLog) -> list[str]:
    return sorted(log.read(RESULT_RECORDED, ["subject"]).column(0).to_pylist())


def _counts(report: ImportReport) -> tuple[int, int, int]:
    return (
        sum(file.records for file in report.files),
        sum(file.new for file in report.files),
        sum(file.known for file in report.files),
    )


def test_a_document_imported_again_adds_nothing_and_all_of_it_is_known(log: EventLog, tmp_path: Path) -> None:
    path = write(tmp_path / NAME, table("hopnet_a", "hopnet_b") + "broken\n")
    first = import_paths(log, [path])
    files = log.files()
    again = import_paths(log, [path])
    assert (_counts(first), first.added) == ((2, 2, 0), 3)
    assert (_counts(again), again.added) == ((2, 0, 2), 0)
    assert log.files() == files
    assert [file.quarantined for file in again.files] == [1]


def test_the_same_document_in_another_folder_adds_nothing(log: EventLog, tmp_path: Path) -> None:
    import_paths(log, [write(tmp_path / "one" / NAME, table("hopnet_a"))])
    report = import_paths(log, [write(tmp_path / "two" / NAME, table("hopnet_a"))])
    assert report.added == 0
    assert len(_subjects(log)) == 1


def test_copies_within_one_import_are_taken_once(log: EventLog, tmp_path: Path) -> None:
    for folder in ("one", "two", "three"):
        write(tmp_path / "results" / folder / NAME, table("hopnet_a"))
    report = import_paths(log, [tmp_path / "results"])
    assert _counts(report) == (3, 1, 2)
    assert _subjects(log) == ["hopnet_a"]


def test_a_moved_folder_is_known_again(log: EventLog, tmp_path: Path) -> None:
    write(tmp_path / "before" / NAME, table("hopnet_a"))
    import_paths(log, [tmp_path / "before"])
    (tmp_path / "before").rename(tmp_path / "after")
    assert import_paths(log, [tmp_path / "after"]).added == 0


def test_the_same_bytes_under_the_name_of_another_condition_are_other_results(
    log: EventLog, tmp_path: Path
) -> None:
    import_paths(log, [write(tmp_path / NAME, table("hopnet_a"))])
    report = import_paths(log, [write(tmp_path / OTHER_NAME, table("hopnet_a"))])
    assert _counts(report) == (1, 1, 0)
    formats = log.read(RESULT_RECORDED, ["memory_format"]).column(0).to_pylist()
    assert sorted(formats) == ["nchw", "nhwc"]


def test_equal_rows_of_one_document_are_all_kept(log: EventLog, tmp_path: Path) -> None:
    import_paths(log, [write(tmp_path / NAME, table("hopnet_a", "hopnet_a"))])
    assert _subjects(log) == ["hopnet_a", "hopnet_a"]


def test_a_quarantined_document_imported_again_adds_nothing(log: EventLog, tmp_path: Path) -> None:
    path = write(tmp_path / "notes.txt", "no benchmark\n")
    assert import_paths(log, [path]).added == 1
    report = import_paths(log, [path])
    assert (report.added, report.files[0].quarantined, report.files[0].quarantined_new) == (0, 1, 0)
    assert log.read(DOCUMENT_QUARANTINED).num_rows == 1


def test_a_dry_run_tells_what_an_import_would_add_and_appends_nothing(log: EventLog, tmp_path: Path) -> None:
    write(tmp_path / "results" / NAME, table("hopnet_a", "hopnet_b") + "broken\n")
    write(tmp_path / "results" / "copy" / NAME, table("hopnet_a", "hopnet_b") + "broken\n")
    dry = import_paths(log, [tmp_path / "results"], dry_run=True)
    assert not log.root.exists()
    real = import_paths(log, [tmp_path / "results"])
    assert dry.files == real.files
    assert (dry.added, dry.is_dry_run) == (3, True)


def test_a_dry_run_after_an_import_knows_everything(log: EventLog, tmp_path: Path) -> None:
    path = write(tmp_path / NAME, table("hopnet_a"))
    import_paths(log, [path])
    assert _counts(import_paths(log, [path], dry_run=True)) == (1, 0, 1)


def test_many_small_batches_hold_the_same_events_as_one(
    log: EventLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        write(tmp_path / "results" / str(number) / NAME, table(f"hopnet_{number}", "hopnet_last"))
    monkeypatch.setattr(novelty, "_BATCH_ROWS", 3)
    monkeypatch.setattr(importer, "_GROUP_FILES", 2)
    assert _counts(import_paths(log, [tmp_path / "results"])) == (10, 10, 0)
    assert len(log.files(RESULT_RECORDED.name)) == 3
    whole = EventLog(tmp_path / "whole" / "events")
    monkeypatch.undo()
    import_paths(whole, [tmp_path / "results"])
    assert len(whole.files(RESULT_RECORDED.name)) == 1
    ids = [one.read(RESULT_RECORDED, ["event_id"]).column(0).to_pylist() for one in (log, whole)]
    assert sorted(ids[0]) == sorted(ids[1])


_KILLED_AFTER_TWO_BATCHES = """
import os, signal, sys
from pathlib import Path
from benchmart.event_log.log import EventLog
from collectors.importing import import_paths, importer, novelty

class Killed(EventLog):
    batches = 0
    def append_table(self, kind, submitted, ids=None):
        if self.batches == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        self.batches += kind.name == "result_recorded"
        return super().append_table(kind, submitted, ids)

importer._GROUP_FILES = 1
novelty._BATCH_ROWS = 2
import_paths(Killed(Path(sys.argv[1])), [Path(sys.argv[2])])
"""


def test_an_import_killed_between_batches_keeps_those_and_a_second_one_adds_the_rest(
    log: EventLog, tmp_path: Path
) -> None:
    for number in range(8):
        write(tmp_path / "results" / str(number) / NAME, HEADER + row(f"hopnet_{number}"))
    command = [sys.executable, "-c", _KILLED_AFTER_TWO_BATCHES, str(log.root), str(tmp_path / "results")]
    killed = subprocess.run(command, check=False, capture_output=True, text=True)
    assert killed.returncode < 0, killed.stderr
    assert _subjects(log) == [f"hopnet_{number}" for number in range(4)]
    assert _counts(import_paths(log, [tmp_path / "results"])) == (8, 4, 4)
    assert _subjects(log) == [f"hopnet_{number}" for number in range(8)]


def test_the_cache_of_known_documents_may_be_deleted_or_damaged(log: EventLog, tmp_path: Path) -> None:
    path = write(tmp_path / NAME, table("hopnet_a"))
    import_paths(log, [path])
    import_paths(log, [path])
    caches = [file for file in log.root.iterdir() if file.is_file()]
    assert caches
    for cache in caches:
        cache.write_text(json.dumps(["cut short"])[:-3])
    assert import_paths(log, [path]).added == 0
