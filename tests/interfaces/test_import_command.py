"""`benchmart import` as a person or a script runs it."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import RESULT_RECORDED

_BENCHMART = Path(sys.executable).with_name("benchmart")
_TABLE = (
    "model,infer_img_size,infer_samples_per_sec,infer_step_time,infer_batch_size,param_count\n"
    "hopnet_a,160,51200,20,1024,1.25\n"
    "hopnet_b,160,25600,40,1024,2.5\n"
)
_NAME = "benchmark-infer-amp-nchw-pt240-cu124-rtx9999.csv"

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run `benchmart import` in a folder of its own, with a home below it."""

    def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(_BENCHMART), "import", "--home", "home", *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)

    return _run


@pytest.fixture
def results(tmp_path: Path) -> Path:
    folder = tmp_path / "results"
    folder.mkdir()
    (folder / _NAME).write_text(_TABLE)
    return folder


def _held(tmp_path: Path) -> int:
    return EventLog(tmp_path / "home" / "events").read(RESULT_RECORDED, ["subject"]).num_rows


@pytest.mark.usefixtures("results")
def test_a_clean_import_prints_a_table_on_stdout_and_what_it_added_on_stderr(
    run: Run, tmp_path: Path
) -> None:
    done = run("results")
    assert done.returncode == 0
    heads, line = (text.split() for text in done.stdout.splitlines())
    assert heads == [
        "format",
        "files",
        "records",
        "new",
        "known",
        "quarantined",
        "not",
        "measured",
        "untouched",
    ]
    assert line == ["timm_csv", "1", "2", "2", "0", "0", "0", "0"]
    assert done.stderr == "2 events added\n"
    assert _held(tmp_path) == 2


@pytest.mark.usefixtures("results")
def test_importing_again_adds_nothing(run: Run, tmp_path: Path) -> None:
    run("results")
    done = run("results")
    assert (done.returncode, done.stderr) == (0, "0 events added\n")
    assert done.stdout.splitlines()[1].split() == ["timm_csv", "1", "2", "0", "2", "0", "0", "0"]
    assert _held(tmp_path) == 2


@pytest.mark.usefixtures("results")
def test_a_dry_run_says_what_would_be_added_and_adds_nothing(run: Run, tmp_path: Path) -> None:
    done = run("--dry-run", "results")
    assert (done.returncode, done.stderr) == (0, "2 events would be added\n")
    assert not (tmp_path / "home").exists()


def test_json_is_one_document_on_stdout_and_stderr_stays_silent(run: Run, results: Path) -> None:
    (results / "notes.txt").write_text("no benchmark\n")
    done = run("--json", "results")
    assert (done.returncode, done.stderr) == (3, "")
    document = json.loads(done.stdout)
    assert [line["format"] for line in document["formats"]] == ["timm_csv", "unknown"]
    told = {
        Path(file["path"]).name: (file["outcome"], file["new"], file["reason"]) for file in document["files"]
    }
    assert told == {_NAME: ("taken", 2, None), "notes.txt": ("quarantined", 0, "not recognised")}


def test_what_was_not_understood_is_named_on_stderr_with_file_and_line(run: Run, results: Path) -> None:
    (results / _NAME).write_text(_TABLE + "hopnet_c,160,fast,20,1024,1\n")
    done = run("results")
    assert done.returncode == 3
    assert f"taken: results/{_NAME}: line 4: infer_samples_per_sec: 'fast' is not a number" in done.stderr
    assert "hopnet" not in done.stdout


def test_many_files_with_a_reason_are_cut_with_a_word_about_it(run: Run, results: Path) -> None:
    for number in range(45):
        (results / f"note_{number:02}.txt").write_text(f"{number}\n")
    done = run("results")
    assert done.stderr.count("not recognised") == 40
    assert "... and 5 more files; --json names them all" in done.stderr


def test_nothing_understood_is_an_exit_code_of_its_own(run: Run, results: Path) -> None:
    (results / "notes.txt").write_text("no benchmark\n")
    assert run("results/notes.txt").returncode == 4


def test_a_missing_column_is_explained_with_file_line_and_column(run: Run, results: Path) -> None:
    (results / _NAME).write_text(_TABLE.replace(",param_count", ""))
    done = run("results")
    assert done.returncode == 4
    assert f"quarantined: results/{_NAME}: line 1: missing columns: param_count" in done.stderr


def test_a_wrong_path_is_an_error_without_a_traceback_and_adds_nothing(run: Run, tmp_path: Path) -> None:
    done = run("absent", "results")
    assert done.returncode == 2
    assert done.stderr.startswith("error: no such file or folder: absent, results")
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert not (tmp_path / "home").exists()


@pytest.mark.usefixtures("results")
def test_a_home_that_is_no_folder_is_an_error_without_a_traceback(run: Run, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file\n")
    done = run("results")
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert "home" in done.stderr


def test_no_path_at_all_is_a_usage_error(run: Run) -> None:
    done = run()
    assert done.returncode == 2
    assert "Missing argument" in done.stderr


def test_the_help_shows_examples_and_exit_codes(run: Run) -> None:
    done = run("--help")
    assert done.returncode == 0
    lines = [line.strip() for line in done.stdout.splitlines()]
    assert lines[lines.index("Examples:") + 1].startswith("benchmart import results/")
    assert lines[lines.index("Exit codes:") + 1] == "0  everything was understood"


def test_a_table_nobody_knows_comes_with_what_to_do_about_it(run: Run, tmp_path: Path) -> None:
    (tmp_path / "my table.csv").write_text("a,b\n1,2\n")
    done = run("my table.csv")
    assert done.returncode == 4
    assert "needs a mapping: benchmart import --suggest-mapping 'my table.csv'" in done.stderr
    assert "1 event added" in done.stderr
