"""What an import reports: numbers that add up, and the exit code that follows from them."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import HEADER, NAME, OTHER_NAME, row, table, write

from benchmart.errors import ExitCode
from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import DOCUMENT_QUARANTINED, RESULT_RECORDED
from collectors.importing import FileReport, ImportReport, Outcome, import_paths

_FILE = {
    "path", "outcome", "format", "records", "new", "known", "quarantined", "quarantined_new", "not_measured",
    "superseded", "reason",
}  # fmt: skip
_FORMAT = {"format", "files", "records", "new", "known", "quarantined", "not_measured", "untouched"}


@pytest.fixture
def mixed(log: EventLog, tmp_path: Path) -> ImportReport:
    """The report of an import of good, bad, known, unknown and empty files, of which one was imported before."""
    results = tmp_path / "results"
    known = write(results / "known" / NAME, table("hopnet_a", "hopnet_b"))
    import_paths(log, [known])
    write(results / "new" / NAME, table("hopnet_c") + "broken\n" + row("hopnet_d"))
    write(
        results / "new" / OTHER_NAME, HEADER + "hopnet_e,160,,,,1.25,0.1,0.75\nhopnet_f,160,1,20,1024,1,1,1\n"
    )
    write(results / "new" / "benchmark-of-something.csv", table("hopnet_g"))
    write(results / "notes.txt", "no benchmark\n")
    write(results / "empty.txt", "")
    return import_paths(log, [results])


def test_every_record_is_either_new_or_known(mixed: ImportReport) -> None:
    assert all(file.records == file.new + file.known for file in mixed.files)
    assert all(line.records == line.new + line.known for line in mixed.formats)
    assert [(line.format, line.records, line.new, line.known) for line in mixed.formats] == [
        ("timm_csv", 6, 4, 2),
        ("unknown", 0, 0, 0),
    ]


def test_the_lines_of_the_formats_add_up_to_the_files(mixed: ImportReport) -> None:
    assert sum(line.files for line in mixed.formats) == len(mixed.files)
    for count in ("records", "new", "known", "quarantined", "not_measured"):
        assert sum(getattr(line, count) for line in mixed.formats) == sum(
            getattr(file, count) for file in mixed.files
        )


def test_what_was_added_is_what_the_log_now_holds(mixed: ImportReport, log: EventLog) -> None:
    held = log.read(RESULT_RECORDED).num_rows + log.read(DOCUMENT_QUARANTINED).num_rows
    assert mixed.added == held - 2


def test_numbers_that_are_no_measurements_are_counted(mixed: ImportReport) -> None:
    by_name = {Path(file.path).name: file.not_measured for file in mixed.files if "new" in file.path}
    assert by_name == {NAME: 0, OTHER_NAME: 2, "benchmark-of-something.csv": 0}


def test_everything_but_a_clean_file_has_a_reason(mixed: ImportReport) -> None:
    for file in mixed.files:
        is_clean = file.outcome is Outcome.TAKEN and file.records and not file.quarantined
        assert (file.reason is None) == bool(is_clean), file.path


def test_the_json_names_formats_and_files_with_all_their_counts(mixed: ImportReport) -> None:
    document = json.loads(json.dumps(mixed.as_dict()))
    assert document.keys() == {"dry_run", "added", "formats", "files"}
    assert all(file.keys() == _FILE for file in document["files"])
    assert all(line.keys() == _FORMAT for line in document["formats"])
    assert {file["outcome"] for file in document["files"]} == {"taken", "quarantined", "untouched"}


@pytest.mark.parametrize(
    ("contents", "exit_code"),
    [
        ([table("hopnet_a")], ExitCode.OK),
        ([table("hopnet_a"), ""], ExitCode.OK),
        ([table("hopnet_a") + "broken\n"], ExitCode.PARTIAL),
        ([table("hopnet_a"), "no benchmark\n"], ExitCode.PARTIAL),
        (["no benchmark\n"], ExitCode.NOTHING_UNDERSTOOD),
        ([""], ExitCode.NOTHING_UNDERSTOOD),
    ],
)
def test_the_exit_code_tells_whether_all_some_or_nothing_was_understood(
    log: EventLog, tmp_path: Path, contents: Sequence[str], exit_code: ExitCode
) -> None:
    for number, content in enumerate(contents):
        write(tmp_path / "results" / str(number) / NAME, content)
    assert import_paths(log, [tmp_path / "results"]).exit_code == exit_code
    assert import_paths(log, [tmp_path / "results"]).exit_code == exit_code


@given(
    st.lists(
        st.builds(
            FileReport,
            path=st.just("x"),
            outcome=st.sampled_from(Outcome),
            quarantined=st.integers(0, 2),
        ),
        max_size=5,
    )
)
def test_an_import_is_ok_only_when_nothing_was_quarantined_or_unreadable(files: list[FileReport]) -> None:
    report = ImportReport(tuple(files))
    spoiled = any(file.quarantined or file.outcome is Outcome.FAILED for file in files)
    taken = any(file.outcome is Outcome.TAKEN for file in files)
    assert (report.exit_code is ExitCode.OK) == (taken and not spoiled)
    assert (report.exit_code is ExitCode.NOTHING_UNDERSTOOD) == (not taken)
