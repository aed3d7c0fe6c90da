"""`benchmart log` as a person or a script runs it."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmart.errors import ExitCode
from benchmart.event_log.events import DocumentQuarantined, ResultRecorded
from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import RESULT_RETRACTED

_BENCHMART = Path(sys.executable).with_name("benchmart")

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def log(home: Path) -> EventLog:
    return EventLog(home / "events")


@pytest.fixture
def run(home: Path) -> Run:
    """Run a subcommand of `benchmart log` on the log of this test."""

    def _run(subcommand: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(_BENCHMART), "log", subcommand, "--home", str(home), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert "Traceback" not in done.stderr
        return done

    return _run


def _result(subject: str) -> ResultRecorded:
    return ResultRecorded(
        collector="runner",
        collector_version="1",
        occurred_at=datetime(2025, 1, 2, tzinfo=UTC),
        source_uri="speed.csv",
        subject_kind="model",
        subject=subject,
        status="ok",
        basis="measured",
        condition={"threads": "16"},
    )


def _quarantined() -> DocumentQuarantined:
    return DocumentQuarantined(
        collector="import", collector_version="1", reason="not recognised", document=b"\xff", document_bytes=1
    )


def _overwrite(path: Path, content: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(content)


@pytest.mark.parametrize("subcommand", ["verify", "checkpoint", "show", "retract"])
def test_every_subcommand_shows_examples(run: Run, subcommand: str) -> None:
    done = run(subcommand, "--help")
    assert f"Examples:\n    benchmart log {subcommand}" in done.stdout


def test_an_absent_log_is_sound(run: Run) -> None:
    done = run("verify")
    assert (done.returncode, done.stdout) == (0, "")
    assert "0 files checked, no checkpoint to compare with: sound" in done.stderr


def test_verify_names_damaged_files_on_stdout_and_ends_with_5(run: Run, log: EventLog) -> None:
    altered, removed = (log.append([_result(subject)]).file for subject in ("a", "b"))
    assert run("checkpoint").returncode == 0
    added = log.append([_result("c")]).file
    _overwrite(altered.below(log.root), b"PAR1")
    removed.below(log.root).unlink()
    done = run("verify")
    assert done.returncode == ExitCode.CORRUPTED == 5
    assert done.stdout.splitlines() == [
        f"altered: {altered.relative}",
        f"removed: {removed.relative}",
        f"unreadable: {altered.relative}",
        f"added: {added.relative}",
    ]
    assert "2 files checked" in done.stderr
    assert "DAMAGED" in done.stderr


def test_verify_prints_json_and_ends_with_the_same_status(run: Run, log: EventLog) -> None:
    file = log.append([_result("a")]).file
    document = json.loads(run("verify", "--json").stdout)
    assert (document["is_sound"], document["checked"], document["checkpoint"]) == (True, 1, None)
    _overwrite(file.below(log.root), b"")
    done = run("verify", "--json")
    document = json.loads(done.stdout)
    assert (done.returncode, document["is_sound"], document["altered"]) == (5, False, [file.relative])


def test_added_files_alone_are_no_damage(run: Run, log: EventLog) -> None:
    run("checkpoint")
    added = log.append([_result("a")]).file
    done = run("verify")
    assert (done.returncode, done.stdout) == (0, f"added: {added.relative}\n")


def test_checkpoint_prints_the_digest_that_verify_compares_with(run: Run, log: EventLog) -> None:
    log.append([_result("a")])
    digest = run("checkpoint").stdout.strip()
    assert len(digest) == 64
    assert json.loads(run("verify", "--json").stdout)["checkpoint"] == digest
    again = json.loads(run("checkpoint", "--json").stdout)
    assert (again["files"], again["digest"] != digest) == (1, True)


def test_a_checkpoint_of_a_damaged_log_is_refused(run: Run, log: EventLog) -> None:
    file = log.append([_result("a")]).file
    _overwrite(file.below(log.root), b"")
    done = run("checkpoint")
    assert (done.returncode, done.stdout) == (5, "")
    assert file.relative in done.stderr


def test_an_altered_checkpoint_is_named(run: Run, log: EventLog) -> None:
    log.append([_result("a")])
    run("checkpoint")
    (path,) = (log.root / ".checkpoints").iterdir()
    _overwrite(path, path.read_bytes().replace(b"kind=result_recorded", b"kind=result_retracted"))
    done = run("verify")
    assert done.returncode == 5
    assert f"{path}: checkpoint was altered" in done.stderr


def test_show_of_an_empty_log_says_so(run: Run) -> None:
    done = run("show")
    assert (done.returncode, done.stdout) == (0, "")
    assert "no events" in done.stderr
    assert json.loads(run("show", "--json").stdout) == {"events": [], "count": 0}


def test_show_prints_the_newest_first_with_what_they_are_about(run: Run, log: EventLog) -> None:
    log.append([_result("resnet50"), _result("bert")])
    log.append([_quarantined()])
    done = run("show")
    header, *lines = done.stdout.splitlines()
    assert header.split() == ["kind", "recorded", "what", "outcome", "collector", "source", "event"]
    assert [line.split()[0] for line in lines] == [
        "document_quarantined", "result_recorded", "result_recorded",
    ]  # fmt: skip
    assert "not recognised" in lines[0]
    assert "bert" in lines[1]
    assert "resnet50" in lines[2]
    assert "speed.csv" in lines[2]
    assert done.stderr == ""


def test_show_announces_what_it_leaves_out(run: Run, log: EventLog) -> None:
    log.append([_result(str(number)) for number in range(30)])
    done = run("show", "--limit", "3")
    assert len(done.stdout.splitlines()) == 4
    assert "the 3 newest of 30 events" in done.stderr
    document = json.loads(run("show", "--limit", "3", "--json").stdout)
    assert ([event["what"] for event in document["events"]], document["count"]) == (["29", "28", "27"], 30)


def test_show_keeps_to_one_kind(run: Run, log: EventLog) -> None:
    log.append([_result("resnet50")])
    log.append([_quarantined()])
    document = json.loads(run("show", "--kind", "result_recorded", "--json").stdout)
    assert [event["what"] for event in document["events"]] == ["resnet50"]
    done = run("show", "--kind", "result")
    assert done.returncode == ExitCode.USAGE
    assert "The kinds are: result_recorded" in done.stderr


@pytest.mark.parametrize("digits", [32, 12])
def test_one_event_is_shown_whole(run: Run, log: EventLog, digits: int) -> None:
    (event_id,) = log.append([_result("resnet50")]).event_ids
    document = json.loads(run("show", "--event", event_id[:digits]).stdout)
    assert document["event_id"] == event_id
    assert document["condition"] == {"threads": "16"}
    assert document["occurred_at"] == "2025-01-02T00:00:00+00:00"


def test_bytes_of_a_quarantined_document_can_be_shown(run: Run, log: EventLog) -> None:
    (event_id,) = log.append([_quarantined()]).event_ids
    assert json.loads(run("show", "--event", event_id).stdout)["document"] == "ff"


@pytest.mark.parametrize(
    ("event_id", "message"),
    [("0" * 32, "no event 0000"), ("xyz", "is not an event id"), ("", "is not an event id")],
)
@pytest.mark.parametrize("subcommand", ["show", "retract"])
def test_an_unknown_event_is_refused(
    run: Run, log: EventLog, subcommand: str, event_id: str, message: str
) -> None:
    log.append([_result("resnet50")])
    arguments = ["--event", event_id] if subcommand == "show" else [event_id, "--reason", "wrong clock"]
    done = run(subcommand, *arguments)
    assert (done.returncode, done.stdout) == (ExitCode.USAGE, "")
    assert message in done.stderr
    assert log.files("result_retracted") == []


def test_digits_that_fit_several_events_are_refused(run: Run, log: EventLog) -> None:
    ids = log.append([_result(str(number)) for number in range(40)]).event_ids
    first_digit = max("0123456789abcdef", key=lambda digit: sum(one.startswith(digit) for one in ids))
    done = run("retract", first_digit, "--reason", "wrong clock")
    assert done.returncode == ExitCode.USAGE
    assert "Give more digits" in done.stderr


def test_retract_appends_an_event_and_restore_another(run: Run, log: EventLog) -> None:
    (target,) = log.append([_result("resnet50")]).event_ids
    first = run("retract", target, "--reason", "wrong clock", "--author", "Ada").stdout.strip()
    second = run("retract", target, "--reason", "right clock", "--restore").stdout.strip()
    columns = ["event_id", "target_event_id", "action", "reason", "author"]
    assert log.read(RESULT_RETRACTED, columns).to_pylist() == [
        dict(zip(columns, (first, target, "retract", "wrong clock", "Ada"), strict=True)),
        dict(zip(columns, (second, target, "restore", "right clock", None), strict=True)),
    ]


def test_only_results_can_be_retracted(run: Run, log: EventLog) -> None:
    (event_id,) = log.append([_quarantined()]).event_ids
    done = run("retract", event_id, "--reason", "wrong clock")
    assert done.returncode == ExitCode.USAGE
    assert "Only results can be retracted" in done.stderr


def test_a_retraction_needs_a_reason(run: Run, log: EventLog) -> None:
    (event_id,) = log.append([_result("resnet50")]).event_ids
    assert "--reason" in run("retract", event_id).stderr
    assert log.files("result_retracted") == []


@pytest.mark.parametrize(
    "subcommand", [["show"], ["show", "--event", "0"], ["retract", "0", "--reason", "x"]]
)
def test_a_damaged_file_is_named(run: Run, log: EventLog, subcommand: list[str]) -> None:
    file = log.append([_result("resnet50")]).file
    _overwrite(file.below(log.root), b"PAR1")
    done = run(*subcommand)
    assert done.returncode == ExitCode.CORRUPTED
    assert str(file.below(log.root)) in done.stderr


def test_the_module_of_the_command_loads_no_heavy_library() -> None:
    code = "import sys, interfaces.cli.log_command; print(sorted({'pyarrow', 'duckdb', 'numpy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
