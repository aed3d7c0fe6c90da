"""Which files an import looks at."""

import os
from pathlib import Path

import pytest
from tables import NAME, table, write

from benchmart.errors import UsageError
from benchmart.event_log.log import EventLog
from collectors.importing import Outcome, import_paths
from collectors.importing.files import find_files


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def test_folders_are_walked_in_a_fixed_order_however_they_were_filled(tmp_path: Path, home: Path) -> None:
    names = ["b/2.csv", "b/1.csv", "a.csv", "c/d/e.csv"]
    for name in names:
        write(tmp_path / "results" / name, "x")
    found = [
        str(path.relative_to(tmp_path / "results"))
        for path in find_files([tmp_path / "results"], besides=home)
    ]
    assert found == ["a.csv", "b/1.csv", "b/2.csv", "c/d/e.csv"]


def test_hidden_entries_and_caches_are_left_out_unless_they_are_named(tmp_path: Path, home: Path) -> None:
    seen = write(tmp_path / "results" / "seen.csv", "x")
    hidden = write(tmp_path / "results" / ".hidden.csv", "x")
    below = write(tmp_path / "results" / ".git" / "config", "x")
    write(tmp_path / "results" / "__pycache__" / "module.pyc", "x")
    assert find_files([tmp_path / "results"], besides=home) == [seen]
    assert find_files([hidden, below.parent], besides=home) == [hidden, below]


def test_a_loop_of_links_ends_and_a_folder_reached_twice_is_walked_once(tmp_path: Path, home: Path) -> None:
    file = write(tmp_path / "results" / "a" / "one.csv", "x")
    (tmp_path / "results" / "a" / "up").symlink_to(tmp_path / "results")
    (tmp_path / "results" / "b").symlink_to(tmp_path / "results" / "a")
    assert find_files([tmp_path / "results"], besides=home) == [file]
    assert find_files([tmp_path / "results", tmp_path / "results" / "a"], besides=home) == [file]


def test_a_linked_file_is_read_and_a_broken_link_is_named(log: EventLog, tmp_path: Path) -> None:
    write(tmp_path / "elsewhere" / NAME, table("hopnet_a"))
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / NAME).symlink_to(tmp_path / "elsewhere" / NAME)
    (tmp_path / "results" / "gone.csv").symlink_to(tmp_path / "nowhere")
    report = import_paths(log, [tmp_path / "results"])
    assert [(file.outcome, file.reason) for file in report.files] == [
        (Outcome.TAKEN, None),
        (Outcome.FAILED, "cannot be read: No such file or directory"),
    ]


def test_a_file_named_twice_is_looked_at_once(tmp_path: Path, home: Path) -> None:
    file = write(tmp_path / "one.csv", "x")
    assert find_files([file, file, tmp_path], besides=home) == [file]


def test_the_event_log_itself_is_left_out(log: EventLog, tmp_path: Path) -> None:
    write(tmp_path / NAME, table("hopnet_a"))
    import_paths(log, [tmp_path])
    report = import_paths(log, [tmp_path])
    assert [Path(file.path).name for file in report.files] == [NAME]


def test_a_missing_path_is_refused_by_name_before_anything_is_imported(log: EventLog, tmp_path: Path) -> None:
    there = write(tmp_path / NAME, table("hopnet_a"))
    with pytest.raises(UsageError, match=r"no such file or folder: .*absent\.csv.*Nothing was imported"):
        import_paths(log, [there, tmp_path / "absent.csv"])
    assert log.files() == []


def test_a_folder_without_files_and_an_empty_file_are_named_and_left(log: EventLog, tmp_path: Path) -> None:
    (tmp_path / "bare" / "barer").mkdir(parents=True)
    write(tmp_path / "empty.csv", "")
    report = import_paths(log, [tmp_path / "bare", tmp_path / "empty.csv"])
    assert [(file.outcome, file.reason) for file in report.files] == [
        (Outcome.UNTOUCHED, "a folder without files"),
        (Outcome.UNTOUCHED, "the file is empty"),
    ]
    assert log.files() == []


def test_a_folder_that_may_not_be_listed_is_named_and_the_others_are_walked(
    folder_of_a_plain_user: Path,
) -> None:
    results = folder_of_a_plain_user / "results"
    write(results / "secret" / "one.csv", "x")
    write(results / "open" / NAME, table("hopnet_a"))
    (results / "secret").chmod(0)
    report = import_paths(EventLog(folder_of_a_plain_user / "events"), [results])
    by_name = {Path(file.path).name: file for file in report.files}
    assert (by_name["secret"].outcome, by_name["secret"].reason) == (
        Outcome.FAILED,
        "cannot be read: Permission denied",
    )
    assert by_name[NAME].new == 1


def test_a_file_that_may_not_be_read_is_named_and_the_others_are_read(folder_of_a_plain_user: Path) -> None:
    results = folder_of_a_plain_user / "results"
    write(results / "secret.csv", "x").chmod(0)
    write(results / NAME, table("hopnet_a"))
    report = import_paths(EventLog(folder_of_a_plain_user / "events"), [results])
    assert [(file.outcome, file.reason) for file in report.files] == [
        (Outcome.TAKEN, None),
        (Outcome.FAILED, "cannot be read: Permission denied"),
    ]


def test_a_path_below_a_folder_that_may_not_be_entered_counts_as_missing(
    folder_of_a_plain_user: Path,
) -> None:
    file = write(folder_of_a_plain_user / "secret" / "one.csv", "x")
    file.parent.chmod(0)
    with pytest.raises(UsageError, match="no such file or folder"):
        find_files([file], besides=folder_of_a_plain_user / "events")


def test_what_is_no_regular_file_is_not_waited_for(log: EventLog, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (file,) = import_paths(log, [tmp_path / "pipe"]).files
    assert (file.outcome, file.reason) == (Outcome.FAILED, "not a regular file")


def test_a_name_that_is_not_utf8_is_kept_as_text(log: EventLog, tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/caf\xe9.csv"
    try:
        Path(os.fsdecode(name)).write_text("no benchmark\n")
    except OSError as error:
        pytest.skip(f"the file system takes UTF-8 names only: {error}")
    (file,) = import_paths(log, [Path(os.fsdecode(name))]).files
    assert file.path.endswith(r"/caf\xe9.csv")
    assert file.quarantined_new == 1
