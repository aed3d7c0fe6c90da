"""What people say of changes and mark as baselines is recorded, holds, and can be undone."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import histories
import pytest
import small_log
from click.testing import CliRunner, Result

from benchmart.author import author_named
from benchmart.build import build
from benchmart.config import Home
from benchmart.connection import open_warehouse
from benchmart.errors import UsageError
from benchmart.event_log.events import Metric
from benchmart.event_log.log import EventLog
from interfaces.cli.main import cli


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home in which one series became slower and another faster."""
    home = Home(tmp_path_factory.mktemp("changed"))
    EventLog(home.events).append([*histories.SLOWER, *histories.FASTER])
    build(home)
    return home


def ask(home: Home, *arguments: str) -> Result:
    return CliRunner().invoke(cli, [*arguments, "--home", str(home.root)])


def listed(home: Home, *arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(ask(home, "changes", "list", "--json", *arguments).stdout)[
        "changes"
    ]
    return found


def told(home: Home, *arguments: str) -> str:
    done = ask(home, *arguments)
    assert done.exception is None, done.exception
    return done.stdout.strip()


def test_a_change_is_acknowledged_where_it_moves_to_and_undone(home: Home) -> None:
    """Points added later may move where it is found; the acknowledgement holds, and undoing it reaches it."""
    [slower] = listed(home, "--kind", "regression")
    first = slower["change_id"][:8]
    said = ("--kind", "expected", "--reason", "exact kernels", "--issue", "P-1", "--author", "Ann")
    event = told(home, "changes", "acknowledge", first, *said)
    noise = random.Random(1)
    EventLog(home.events).append([
        small_log.result(
            histories.POINTS + number,
            metrics=[Metric("latency_mean", "millisecond", 12.0 * noise.gauss(1, 0.01))],
            attributes={"commit": f"c{histories.POINTS + number}"},
        )
        for number in range(5)
    ])  # fmt: skip
    build(home)
    [known] = listed(home, "--kind", "regression")
    assert known["is_acknowledged"]
    assert (known["acknowledged_as"], known["acknowledged_by"], known["issue"]) == ("expected", "Ann", "P-1")
    assert known["acknowledged_event_id"] == slower["event_id"]
    assert [each["verdict"] for each in listed(home, "--unacknowledged")] == ["improvement"]
    assert "exact kernels" in ask(home, "changes", "list").stdout
    assert (
        "expected: exact kernels, P-1" in ask(home, "changes", "show", known["change_id"], "--chart").stdout
    )
    told(home, "changes", "undo", known["change_id"], "--reason", "it was not the kernels")
    build(home)
    [undone] = listed(home, "--kind", "regression", "--unacknowledged")
    assert undone["issue"] is None
    again = ask(home, "changes", "undo", known["change_id"], "--reason", "once more").exception
    assert "nothing was said of the change" in str(again)
    shown = ask(home, "log", "show", "--event", event[:12])
    assert json.loads(shown.stdout)["reason"] == "exact kernels"


def test_a_baseline_is_marked_listed_and_undone(home: Home) -> None:
    told(home, "baseline", "mark", "run-1", "--reason", "release 1.0")
    build(home)
    [marked] = json.loads(told(home, "baseline", "list", "--json"))["baselines"]
    assert (marked["target_run_id"], marked["is_latest"], marked["reason"]) == ("run-1", True, "release 1.0")
    assert marked["author"] == author_named(None)
    told(home, "baseline", "undo", marked["baseline_id"][:8], "--reason", "the fan was broken")
    build(home)
    assert json.loads(told(home, "baseline", "list", "--json"))["baselines"] == []


def test_the_baseline_of_one_series_is_read_from_the_results_of_its_condition_alone(home: Home) -> None:
    with open_warehouse(home) as connection:
        [series] = connection.execute(
            "select comparability_id, metric from series_changes limit 1"
        ).fetchall()
        asked = "select * from baseline_points where comparability_id = $1 and metric = $2"
        [(_, told)] = connection.execute(f"explain (format json) {asked}", series).fetchall()
    scans = [each for each in _nodes(json.loads(told)) if "int_measurements" in str(each.get("Table"))]
    assert scans
    assert all("comparability_id = " in str(each.get("Filters")) for each in scans)


def _nodes(plan: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for each in plan:
        yield each["extra_info"]
        yield from _nodes(each["children"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("changes", "show", "xyz"), "'xyz' is not the id of a change"),
        (("changes", "show", "0" * 12), "The nearest: "),
        (("changes", "undo", "0" * 12, "--reason", "x"), "no change 000000000000"),
        (("baseline", "mark", "run-2", "--reason", "x"), "Runs are named: run-1"),
        (("baseline", "mark", "run-1", "--reason", " "), "the reason is empty"),
        (
            ("baseline", "mark", "run-1", "--metric", "latency_men", "--reason", "x"),
            "Did you mean: latency_mean",
        ),
        (("changes", "list", "--model", "resnet5"), "Did you mean: resnet50"),
    ],
)
def test_what_is_not_there_is_answered_with_what_is_near(
    home: Home, arguments: tuple[str, ...], message: str
) -> None:
    refused = ask(home, *arguments).exception
    assert isinstance(refused, UsageError)
    assert message in str(refused)


def test_who_says_it_is_told_by_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = tmp_path / "config"
    settings.write_text("[user]\n\tname = Ann Example\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    assert author_named(None) == "Ann Example"
    assert author_named("Bob") == "Bob"
