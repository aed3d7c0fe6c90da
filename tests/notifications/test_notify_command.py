"""`benchmart notify`: a receiver is told of each change once, whatever happens in between."""

import json
from pathlib import Path
from typing import Any

import histories
import pytest
from click.testing import CliRunner, Result

from benchmart.build import build
from benchmart.config import Home
from benchmart.errors import BenchmartError, UsageError
from benchmart.event_log.log import EventLog
from benchmart.queries.untold_changes import Wanted
from interfaces.cli.main import cli
from interfaces.notifications.notify import notify
from interfaces.notifications.receivers import LinesFile, NotDelivered, Webhook

ALL = ("--since", "2000-01-01")
EVER = Wanted()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home in which one series became slower and another faster."""
    home = Home(tmp_path_factory.mktemp("notified"))
    EventLog(home.events).append([*histories.SLOWER, *histories.FASTER])
    build(home)
    return home


def ask(home: Home, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["notify", *arguments, "--home", str(home.root)], standalone_mode=False)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_file_is_told_of_each_change_once_also_after_the_next_build(built: Home, tmp_path: Path) -> None:
    alerts = tmp_path / "alerts.jsonl"
    done = ask(built, *ALL, "--file", str(alerts))
    assert done.exception is None
    assert "file alerts.jsonl was told of 1 change" in done.stdout
    [told] = lines(alerts)
    assert (told["verdict"], told["metric"]) == ("regression", "latency_mean")
    assert "told of 0 changes" in ask(built, *ALL, "--file", str(alerts)).stdout
    build(built)
    assert "told of 0 changes" in ask(built, *ALL, "--file", str(alerts)).stdout
    assert len(lines(alerts)) == 1
    both = ("--kind", "regression", "--kind", "improvement")
    assert "told of 1 change" in ask(built, *ALL, *both, "--file", str(alerts)).stdout
    assert [each["verdict"] for each in lines(alerts)] == ["regression", "improvement"]


def test_another_receiver_is_told_by_itself(built: Home, tmp_path: Path) -> None:
    first, second = (LinesFile(tmp_path / name) for name in ("a.jsonl", "b.jsonl"))
    assert len(notify(built, first, EVER)) == len(notify(built, second, EVER)) == 1


def test_what_could_not_be_delivered_is_not_recorded_and_told_the_next_time(
    built: Home, tmp_path: Path
) -> None:
    missing = LinesFile(tmp_path / "folder" / "alerts.jsonl")
    with pytest.raises(NotDelivered, match="No such file"):
        notify(built, missing, EVER)
    missing.path.parent.mkdir()
    assert len(notify(built, missing, EVER)) == 1


def test_a_receiver_that_fails_keeps_no_other_from_being_told(built: Home, tmp_path: Path) -> None:
    alerts = tmp_path / "alerts.jsonl"
    dead = ("--webhook", "http://127.0.0.1:9/secret", "--tries", "1")
    done = ask(built, *ALL, *dead, "--file", str(alerts))
    assert isinstance(done.exception, BenchmartError)
    assert "webhook 127.0.0.1" in str(done.exception)
    assert len(lines(alerts)) == 1


def test_a_line_that_does_not_fit_on_the_disk_is_taken_back(tmp_path: Path, monkeypatch) -> None:
    import os

    written, write = [], os.write

    def full(descriptor: int, data: bytes) -> int:
        if written:
            raise OSError(28, "No space left on device")
        written.append(write(descriptor, data[:5]))
        return 5

    path = tmp_path / "alerts.jsonl"
    path.write_text('{"before": 1}\n')
    from test_webhook import CHANGE

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(NotDelivered, match="No space left"):
        LinesFile(path).deliver([CHANGE])
    assert path.read_text() == '{"before": 1}\n'


def test_a_dry_run_tells_nobody(built: Home, tmp_path: Path) -> None:
    alerts = tmp_path / "alerts.jsonl"
    done = ask(built, *ALL, "--file", str(alerts), "--dry-run", "--json")
    [receiver] = json.loads(done.stdout)["receivers"]
    assert len(receiver["changes"]) == 1
    assert not alerts.exists()
    assert len(notify(built, LinesFile(alerts), EVER)) == 1


@pytest.mark.parametrize(
    "wanted",
    [Wanted(confirmations=10_000), Wanted(threshold=0.25), Wanted(since=histories.SLOWER[-1].occurred_at)],
)
def test_changes_that_are_small_or_not_sure_or_not_new_are_not_told(
    built: Home, tmp_path: Path, wanted: Wanted
) -> None:
    assert notify(built, LinesFile(tmp_path / "alerts.jsonl"), wanted) == []


def test_without_a_receiver_there_is_nobody_to_tell(built: Home) -> None:
    assert isinstance(ask(built).exception, UsageError)


def test_a_webhook_is_named_by_its_host_alone() -> None:
    assert Webhook("https://hooks.example/T1/secret").name == "hooks.example"
