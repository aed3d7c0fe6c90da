"""However a run ends, what was recorded is stored, once."""

import errno
import os
import signal
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmart import Run
from benchmart.config import Home
from benchmart.errors import EventError, LogError
from benchmart.event_log import append
from benchmart.event_log.events import EnvironmentObserved
from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import RESULT_RECORDED

Read = Callable[[], list[dict[str, Any]]]
Python = Callable[[str], subprocess.Popen[str]]


def _finished(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    stdout, stderr = process.communicate(timeout=30)
    return process.returncode, stdout, stderr


def _outcomes(ends: Read) -> list[str]:
    return [end["attributes"]["run_outcome"] for end in ends()]


def _interrupted_at_ready(process: subprocess.Popen[str], number: int) -> tuple[int, str, str]:
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(number)
    return _finished(process)


def test_an_exception_goes_on_and_what_was_before_it_is_stored(home: Path, results: Read, ends: Read) -> None:
    run = Run(home)
    run.record("m")
    with pytest.raises(ZeroDivisionError), run:
        _ = 1 / 0
    assert [row["subject"] for row in results()] == ["m"]
    attributes = ends()[0]["attributes"]
    assert (attributes["run_outcome"], attributes["run_error_class"]) == ("failed", "ZeroDivisionError")


def test_leaving_with_success_is_no_failure(home: Path, ends: Read) -> None:
    with pytest.raises(SystemExit), Run(home):
        raise SystemExit(0)
    assert _outcomes(ends) == ["finished"]


def test_what_threads_record_is_all_there(home: Path, results: Read) -> None:
    def work(run: Run, name: str) -> None:
        for number in range(50):
            run.record_test(f"{name}_{number}", "passed")

    with Run(home, max_buffered=7) as run:
        threads = [threading.Thread(target=work, args=(run, name)) for name in ("a", "b", "c")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    names = [row["subject"] for row in results()]
    assert len(names) == len(set(names)) == 150
    assert len({row["source_locator"] for row in results()}) == 150


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stores_first_and_then_ends_the_process(
    python: Python, results: Read, ends: Read, number: int
) -> None:
    process = python("""
import time
from benchmart import Run
with Run() as run:
    run.record("m")
    print("ready", flush=True)
    time.sleep(60)
""")
    code, _, stderr = _interrupted_at_ready(process, number)
    assert (code, stderr) == (-number, "")
    assert [row["subject"] for row in results()] == ["m"]
    assert _outcomes(ends) == ["terminated"]


def test_sigterm_is_passed_on_to_the_handler_there_was(python: Python, results: Read, ends: Read) -> None:
    process = python("""
import signal, time
from benchmart import Run
signals = []
signal.signal(signal.SIGTERM, lambda number, frame: signals.append(number))
with Run() as run:
    run.record("before")
    print("ready", flush=True)
    while not signals:
        time.sleep(0.01)
    run.record("after")
print(signal.getsignal(signal.SIGTERM).__name__)
""")
    code, stdout, stderr = _interrupted_at_ready(process, signal.SIGTERM)
    assert (code, stdout, stderr) == (0, "<lambda>\n", "")
    assert [row["subject"] for row in results()] == ["before", "after"]
    assert _outcomes(ends) == ["finished"]


def test_sigterm_in_the_middle_of_an_append_waits_for_its_end(home: Path, results: Read) -> None:
    signals: list[int] = []
    earlier = signal.signal(signal.SIGTERM, lambda number, _: signals.append(number))
    try:
        with Run(home) as run:
            run.record("m")
            flush = run._buffer.flush

            def flush_disturbed(log: EventLog) -> None:
                run._buffer.flush = flush  # type: ignore[method-assign]
                os.kill(os.getpid(), signal.SIGTERM)
                assert signals == []
                flush(log)

            run._buffer.flush = flush_disturbed  # type: ignore[method-assign]
            run.flush()
            assert signals == [signal.SIGTERM]
    finally:
        signal.signal(signal.SIGTERM, earlier)
    assert len(results()) == 1


def test_the_handler_is_put_back(home: Path) -> None:
    earlier = signal.getsignal(signal.SIGTERM)
    with Run(home), Run(home):
        assert signal.getsignal(signal.SIGTERM) is not earlier
    assert signal.getsignal(signal.SIGTERM) is earlier


def test_runs_may_end_in_any_order(home: Path) -> None:
    earlier = signal.getsignal(signal.SIGTERM)
    first, second, third = Run(home), Run(home), Run(home)
    for run in (second, first, third):
        run.close()
    assert signal.getsignal(signal.SIGTERM) is earlier


def test_a_run_inside_another_has_its_end_stored_too(python: Python, results: Read, ends: Read) -> None:
    process = python("""
import time
from benchmart import Run
with Run(name="outer") as outer, Run(name="inner") as inner:
    outer.record("m")
    inner.record("n")
    print("ready", flush=True)
    time.sleep(60)
""")
    assert _interrupted_at_ready(process, signal.SIGTERM)[0] == -signal.SIGTERM
    assert sorted(row["subject"] for row in results()) == ["m", "n"]
    assert _outcomes(ends) == ["terminated", "terminated"]


def test_a_signal_that_is_ignored_stays_ignored_for_what_is_started(home: Path) -> None:
    earlier = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Run(home):
            assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, earlier)


def test_another_thread_may_have_a_run_and_touches_no_handler(home: Path, results: Read) -> None:
    seen = []

    def work() -> None:
        with Run(home) as run:
            seen.append(signal.getsignal(signal.SIGTERM))
            run.record("m")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [signal.getsignal(signal.SIGTERM)]
    assert len(results()) == 1


def test_a_run_that_nobody_closed_is_stored_at_exit(python: Python, results: Read, ends: Read) -> None:
    code, _, stderr = _finished(python("from benchmart import Run\nRun().record('m')"))
    assert (code, stderr) == (0, "")
    assert [row["subject"] for row in results()] == ["m"]
    assert _outcomes(ends) == ["not closed"]


def test_ctrl_c_while_a_run_is_being_closed_costs_nothing(python: Python, results: Read, ends: Read) -> None:
    code, stdout, stderr = _finished(
        python("""
from benchmart import Run
run = Run()
run.record("m")
flush = run._buffer.flush
def interrupted(log):
    run._buffer.flush = flush
    raise KeyboardInterrupt
run._buffer.flush = interrupted
try:
    run.close()
except KeyboardInterrupt:
    print("interrupted")
""")
    )
    assert (code, stdout, stderr) == (0, "interrupted\n", "")
    assert [row["subject"] for row in results()] == ["m"]
    assert _outcomes(ends) == ["finished"]


def test_an_error_without_a_text_costs_nothing(home: Path, results: Read, ends: Read) -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise ValueError

    run = Run(home)
    run.record("m")
    with pytest.raises(Mute), run:
        raise Mute
    assert len(results()) == 1
    assert ends()[0]["attributes"]["run_error"] == "its text cannot be made: ValueError"


def test_an_environment_that_does_not_fit_is_told_at_once_and_costs_nothing(
    home: Path, results: Read
) -> None:
    odd = EnvironmentObserved(collector="mine", collector_version="1", os_name=7)  # type: ignore[arg-type]
    with Run(home) as run:
        run.record("m")
        with pytest.raises(EventError, match="os_name"):
            run.add(odd)
    assert len(results()) == 1


def test_a_child_of_multiprocessing_has_runs_of_its_own(python: Python, results: Read, ends: Read) -> None:
    code, _, stderr = _finished(
        python("""
import multiprocessing
from benchmart import Run

def work():
    Run(name="never closed").record("child")

child = multiprocessing.get_context("fork").Process(target=work)
child.start()
child.join()
""")
    )
    assert (code, stderr) == (0, "")
    assert [row["subject"] for row in results()] == ["child"]
    assert _outcomes(ends) == ["not closed"]


def test_a_fork_stores_its_own_and_not_what_the_parent_has_still_to_store(
    python: Python, results: Read, ends: Read
) -> None:
    code, _, stderr = _finished(
        python("""
import os
from benchmart import Run
with Run() as run:
    run.record("parent before")
    child = os.fork()
    if not child:
        run.record("child")
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    run.record("parent after")
""")
    )
    assert (code, stderr) == (0, "")
    assert sorted(row["subject"] for row in results()) == ["child", "parent after", "parent before"]
    assert len({row["run_id"] for row in results()}) == 1
    assert _outcomes(ends) == ["finished"]


def test_a_fork_that_leaves_the_block_does_not_end_the_run(python: Python, results: Read, ends: Read) -> None:
    code, _, stderr = _finished(
        python("""
import os, sys
from benchmart import Run
with Run() as run:
    run.record("m")
    child = os.fork()
    if not child:
        sys.exit(3)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3
""")
    )
    assert (code, stderr) == (0, "")
    assert len(results()) == 1
    assert _outcomes(ends) == ["finished"]


def test_a_home_that_cannot_be_written_is_told_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "events").write_text("in the way")
    with pytest.raises(LogError, match="A file lies where a folder should be"):
        Run(tmp_path / "home")


@pytest.fixture
def read_only(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """From now on, the home's file system refuses to be written."""

    def refuse(target: Path, content: object) -> None:
        if home in target.parents:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        write(target, content)  # type: ignore[arg-type]

    write = append.write_new_file
    monkeypatch.setattr(append, "write_new_file", refuse)


def test_what_a_disk_refuses_is_kept_elsewhere_and_can_be_copied(
    home: Path, results: Read, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    run = Run(home)
    run.record("m")
    request.getfixturevalue("read_only")
    with pytest.raises(LogError, match="2 events were kept in") as caught:
        run.close()
    assert "Read-only file system" in str(caught.value)
    assert results() == []
    (kept,) = tmp_path.glob("benchmart-kept-*")
    assert EventLog(kept).read(RESULT_RECORDED, ["subject"]).to_pylist() == [{"subject": "m"}]
    for folder in kept.glob("kind=*"):
        folder.rename(Home(home).events / folder.name)
    assert [row["subject"] for row in results()] == ["m"]


def test_what_can_be_kept_nowhere_is_told_and_tried_again_at_the_end(
    python: Python, home: Path, tmp_path: Path, results: Read
) -> None:
    code, _, stderr = _finished(
        python(f"""
import resource, sys, tempfile
from benchmart import Run
tempfile.tempdir = {str(tmp_path)!r}
limits = resource.getrlimit(resource.RLIMIT_FSIZE)
run = Run()
run.record("m")
resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
try:
    run.close()
except Exception as error:
    print(error, file=sys.stderr)
resource.setrlimit(resource.RLIMIT_FSIZE, limits)
""")
    )
    assert code == 0
    assert "File too large; 2 of 2 events are stored nowhere yet" in stderr
    assert list(tmp_path.glob("benchmart-kept-*")) == []
    assert [row["subject"] for row in results()] == ["m"]


def test_a_disk_that_refuses_does_not_hide_what_went_wrong(
    home: Path, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    run = Run(home)
    run.record("m")
    request.getfixturevalue("read_only")
    with pytest.raises(ZeroDivisionError) as caught, run:
        _ = 1 / 0
    assert "Read-only file system" in caught.value.__notes__[0]
