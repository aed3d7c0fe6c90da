"""`benchmart run`: the command is as it was without it, and how it ended is recorded."""

import _thread
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmart.config import Home
from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import DOCUMENT_IMPORTED
from collectors.commands.child import run_command

_BENCHMART = Path(sys.executable).with_name("benchmart")
_REPORT = '<testsuite name="s"><testcase classname="c" name="t" time="0.5"/></testsuite>'

Read = Callable[[], list[dict[str, Any]]]
Start = Callable[..., subprocess.Popen[str]]
Finish = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def start(tmp_path: Path, home: Path) -> Start:
    """Start `benchmart run` with options, then a shell with a script."""

    def _start(script: str, *options: str) -> subprocess.Popen[str]:
        command = [_BENCHMART, "run", "--home", home, *options, "--", "sh", "-c", script]
        return subprocess.Popen(
            command,
            cwd=tmp_path,
            env={**os.environ, "TMPDIR": str(tmp_path)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return _start


@pytest.fixture
def finish(start: Start) -> Finish:
    """The same, to its end."""

    def _finish(script: str, *options: str) -> subprocess.CompletedProcess[str]:
        process = start(script, *options)
        stdout, stderr = process.communicate(timeout=60)
        return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)

    return _finish


def _imported(home: Path) -> list[str]:
    rows = EventLog(Home(home).events).read(DOCUMENT_IMPORTED, ["path"]).to_pylist()
    return sorted(Path(row["path"]).name for row in rows)


def test_output_and_exit_code_pass_through_and_the_duration_is_recorded(
    finish: Finish, results: Read, ends: Read, tmp_path: Path
) -> None:
    ended = finish("echo out; echo err >&2; sleep 0.2", "--subject", "nightly", "--condition", "threads=4")
    assert (ended.returncode, ended.stdout) == (0, "out\n")
    assert ended.stderr.startswith("err\nbenchmart: ok after 0.")
    (row,) = results()
    assert (row["subject_kind"], row["subject"], row["status"]) == ("test", "nightly", "ok")
    (duration,) = row["metrics"]
    assert (duration["name"], duration["unit"]) == ("duration", "second")
    assert 0.2 <= duration["value"] < 5
    assert row["condition"]["threads"] == "4"
    assert row["attributes"]["command"].startswith("sh -c 'echo out;")
    assert row["attributes"]["working_folder"] == str(tmp_path)
    (end,) = ends()
    assert (end["run_id"], end["attributes"]["run_outcome"]) == (row["run_id"], "finished")
    assert end["machine_id"] == row["condition"]["machine"]


def test_a_failing_command_is_recorded_with_the_end_of_its_output(finish: Finish, results: Read) -> None:
    ended = finish("seq 5000; echo 'cannot find the model' >&2; exit 3")
    assert ended.returncode == 3
    (row,) = results()
    assert (row["status"], row["error_class"], row["metrics"]) == ("failed", "other", [])
    assert row["error_message"].startswith("exit code 3")
    assert row["attributes"]["exit_code"] == "3"
    assert "cannot find the model" in row["attributes"]["output_tail"]
    assert len(row["attributes"]["output_tail"]) <= 4000
    assert float(row["attributes"]["seconds_until_failure"]) > 0


def test_what_a_command_prints_does_not_push_out_what_it_complained_of_before(
    finish: Finish, results: Read
) -> None:
    finish("echo 'cannot find the model' >&2; sleep 0.3; seq 5000; exit 3")
    (row,) = results()
    assert row["error_message"] == "exit code 3: cannot find the model"
    assert "\n5000\n" in row["attributes"]["output_tail"]
    assert len(row["attributes"]["output_tail"]) <= 4000


def test_a_command_that_a_signal_ends_is_a_crash(finish: Finish, results: Read) -> None:
    assert finish("kill -SEGV $$").returncode == 128 + signal.SIGSEGV
    (row,) = results()
    assert (row["status"], row["error_class"]) == ("failed", "crash")
    assert row["error_message"] == "ended by SIGSEGV"
    assert row["attributes"]["signal"] == "SIGSEGV"


@pytest.mark.parametrize(("name", "code"), [("there-is-no-such-command", 127), ("/", 126)])
def test_a_command_that_cannot_be_started_is_a_failure(
    home: Path, results: Read, name: str, code: int
) -> None:
    command = [_BENCHMART, "run", "--home", home, "--", name]
    assert subprocess.run(command, check=False, capture_output=True).returncode == code
    (row,) = results()
    assert row["status"] == "failed"
    assert row["error_message"].startswith("cannot be started: ")


def test_a_command_that_takes_too_long_is_ended_with_all_it_started(
    finish: Finish, results: Read, tmp_path: Path
) -> None:
    ended = finish("sleep 300 & echo $! > grandchild; wait", "--timeout", "0.5")
    assert ended.returncode == 124
    (row,) = results()
    assert (row["error_class"], row["error_message"]) == ("timeout", "stopped after 0.5 s")
    grandchild = int((tmp_path / "grandchild").read_text())
    with pytest.raises(ProcessLookupError):
        _wait_until_gone(grandchild)


def _wait_until_gone(process_id: int) -> None:
    for _ in range(100):
        os.kill(process_id, 0)
        time.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_who_wants_to_stop_it_reaches_the_command_and_it_is_recorded(
    start: Start, results: Read, number: int
) -> None:
    process = start(
        "trap 'echo cleaning up; exit 7' INT TERM HUP QUIT; echo ready; while :; do sleep 0.05; done"
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(number)
    stdout, _ = process.communicate(timeout=30)
    assert (process.returncode, stdout) == (7, "cleaning up\n")
    (row,) = results()
    assert (row["status"], row["error_class"]) == ("failed", "interrupted")
    assert signal.Signals(number).name in row["error_message"]


def test_a_command_that_was_stopped_has_not_succeeded(start: Start, results: Read) -> None:
    process = start("trap 'exit 0' TERM; echo ready; while :; do sleep 0.05; done")
    assert process.stdout is not None
    process.stdout.readline()
    process.terminate()
    process.communicate(timeout=30)
    assert process.returncode == 0
    assert results()[0]["error_class"] == "interrupted"


def test_a_signal_that_asks_for_no_end_is_passed_on_and_is_no_interruption(
    start: Start, results: Read
) -> None:
    process = start("trap 'echo time is short; exit 0' USR1; echo ready; while :; do sleep 0.05; done")
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGUSR1)
    assert process.communicate(timeout=30)[0] == "time is short\n"
    assert results()[0]["status"] == "ok"


def test_a_signal_that_interrupts_no_wait_reaches_the_command_at_once(tmp_path: Path) -> None:
    ready = tmp_path / "ready"

    def interrupt() -> None:
        while not ready.exists():
            time.sleep(0.01)
        time.sleep(0.3)
        # Noted without an interruption, like one that comes just before the main thread begins to wait.
        _thread.interrupt_main(signal.SIGUSR1)

    threading.Thread(target=interrupt).start()
    script = f"trap 'exit 7' USR1; touch {ready}; for _ in $(seq 200); do sleep 0.05; done"
    assert run_command(["sh", "-c", script], timeout_seconds=None).exit_code == 7


def test_a_signal_that_was_ignored_is_ignored_by_the_command(start: Start) -> None:
    earlier = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        process = start("kill -HUP $$; echo survived")
    finally:
        signal.signal(signal.SIGHUP, earlier)
    assert process.communicate(timeout=30)[0] == "survived\n"


def test_what_the_command_wrote_is_imported_and_what_lay_there_is_not(
    finish: Finish, results: Read, home: Path, tmp_path: Path
) -> None:
    for name in ("old.xml", "changed.xml"):
        (tmp_path / name).write_text(_REPORT.replace('"t"', f'"{name}"'))
    ended = finish(
        f"echo '{_REPORT}' > new.xml; echo >> changed.xml; mkdir out; echo '{_REPORT}' > out/deep.xml; exit 1",
        *("--junit", "*.xml", "--import", "out", "--json", "none-*.json"),
    )
    assert ended.returncode == 1
    assert _imported(home) == ["changed.xml", "deep.xml", "new.xml"]
    assert {row["subject"] for row in results()} >= {"c.t", "c.changed.xml"}
    assert "3 files imported" in ended.stderr


def test_files_that_were_not_written_are_missed(finish: Finish) -> None:
    ended = finish("true", "--json", "*.json")
    assert ended.returncode == 0
    assert "wrote none of the files to import" in ended.stderr


def test_nothing_is_started_where_nothing_can_be_recorded(finish: Finish, home: Path, tmp_path: Path) -> None:
    home.mkdir()
    (home / "events").write_text("in the way")
    ended = finish("touch started")
    assert ended.returncode == 125
    assert "A file lies where a folder should be" in ended.stderr
    assert not (tmp_path / "started").exists()


@pytest.mark.parametrize(("script_end", "code"), [("", 125), ("; exit 3", 3)])
def test_a_record_that_is_lost_fails_a_command_that_succeeded_and_hides_no_failure(
    finish: Finish, home: Path, script_end: str, code: int
) -> None:
    events = Home(home).events
    ended = finish(f"rm -r {events}; touch {events}{script_end}")
    assert ended.returncode == code
    assert "error: not recorded: " in ended.stderr
    assert "events were kept in" in ended.stderr


def test_a_reader_that_goes_away_does_not_stop_the_command(start: Start, results: Read) -> None:
    process = start("seq 100000; sleep 0.1; echo done >&2")
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(timeout=30) == 0
    assert results()[0]["status"] == "ok"


def test_a_slow_reader_gets_all_of_the_output(start: Start, results: Read) -> None:
    process = start("head -c 150000 /dev/zero")  # what two pipes and a hand hold
    assert process.stdout is not None
    time.sleep(4)
    assert len(process.stdout.read()) == 150_000
    assert process.wait(timeout=30) == 0
    assert len(results()) == 1


def test_a_background_process_that_never_stops_writing_is_not_listened_to_for_ever(
    finish: Finish, results: Read
) -> None:
    begin = time.monotonic()
    assert finish("yes & (sleep 5; kill $!) > /dev/null 2>&1 & sleep 0.1").returncode == 0
    assert time.monotonic() - begin < 20
    assert results()[0]["status"] == "ok"


def test_input_goes_to_the_command_and_bytes_come_back_as_they_are(tmp_path: Path, home: Path) -> None:
    sent = bytes(range(256)) * 1000 + b"\r\n"
    command = [_BENCHMART, "run", "--home", home, "--", "cat"]
    ended = subprocess.run(command, cwd=tmp_path, input=sent, capture_output=True, check=False, timeout=30)
    assert (ended.returncode, ended.stdout) == (0, sent)


def test_a_command_line_that_is_no_text_is_recorded(home: Path, results: Read) -> None:
    command = [_BENCHMART, "run", "--home", home, "--", "printf", b"\xff"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    assert results()[0]["subject"] == "printf '\\udcff'"


def test_the_last_line_of_a_bar_of_progress_is_what_is_told(finish: Finish, results: Read) -> None:
    finish(r"printf '10%%\r50%%\rno space left\r'; exit 3")
    assert results()[0]["error_message"] == "exit code 3: no space left"


def test_long_commands_that_differ_at_their_ends_are_two_subjects(finish: Finish, results: Read) -> None:
    for end in "ab":
        finish(f"true {'x' * 300} {end}")
    subjects = {row["subject"] for row in results()}
    assert sorted(map(len, subjects)) == [200, 200]


def test_output_that_a_background_process_keeps_open_is_not_waited_for(finish: Finish, results: Read) -> None:
    begin = time.monotonic()
    assert (
        finish(
            "sleep 30 >&2 2>&1 & echo $! > /dev/null; kill_later=$!; (sleep 4; kill $kill_later) & "
        ).returncode
        == 0
    )
    assert time.monotonic() - begin < 10
    assert results()[0]["status"] == "ok"


@pytest.mark.parametrize("options", [["--condition", "threads"], ["--timeout", "0"]])
def test_a_wrong_option_is_told(finish: Finish, results: Read, options: list[str]) -> None:
    assert finish("true", *options).returncode == 2
    assert results() == []
