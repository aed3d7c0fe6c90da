"""Results that cannot be right are found, noted once, shown with who says so, and cleared when they fit again."""

import json
import shutil
from pathlib import Path

import pytest
import rated_models
import small_log
from click.testing import CliRunner, Result

from benchmart.build import build
from benchmart.config import Home
from benchmart.errors import BenchmartError
from benchmart.event_log.events import ResultRecorded, ResultRetracted
from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import OUTLIER_JUDGED, RESULTS_JUDGED
from interfaces.cli.main import cli

_WRONG = 40


def rate(number: int) -> ResultRecorded:
    """That of number 40 is a third of what it should be."""
    return rated_models.rate(number, 1 / 3 if number == _WRONG else 1.0)


@pytest.fixture(scope="module")
def judged_once(built_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home in which the results of 24 models on three devices were built and judged. Not to be written to."""
    home = Home(tmp_path_factory.mktemp("judged") / "home")
    shutil.copytree(built_home.root, home.root, symlinks=True)
    EventLog(home.events).append([rate(number) for number in range(rated_models.COUNT)])
    build(home)
    assert ask(home, "find").exit_code == 0
    build(home)
    return home


@pytest.fixture
def judged(judged_once: Home, tmp_path: Path) -> Home:
    shutil.copytree(judged_once.root, tmp_path / "home", symlinks=True)
    return Home(tmp_path / "home")


def ask(home: Home, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["outliers", *arguments, "--home", str(home.root)])


def answer(home: Home, *arguments: str):
    done = ask(home, *arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def wrong(home: Home) -> str:
    return EventLog(home.events).event_ids([rate(_WRONG)])[0]


def verdicts(home: Home) -> list[tuple[str, str]]:
    rows = EventLog(home.events).read(OUTLIER_JUDGED).to_pylist()
    return [(row["target_event_id"], row["verdict"]) for row in rows]


def test_the_one_wrong_result_is_in_the_mart_with_the_evidence(judged_once: Home) -> None:
    found = answer(judged_once, "list")
    (row,) = found["outliers"]
    assert row["event_id"].replace("-", "") == wrong(judged_once)
    assert row["expected_value"] == pytest.approx(3 * row["value"], rel=0.1)
    assert row["ratio"] == pytest.approx(1 / 3, rel=0.1)
    assert row["deviations"] >= 8
    ids = EventLog(judged_once.events).event_ids([rate(_WRONG - 1), rate(_WRONG + 1)])
    assert sorted(each.replace("-", "") for each in row["witnesses"]) == sorted(ids)
    assert (row["hardware_id"], row["metric"], row["source_locator"]) == (
        "rtx-3090",
        "throughput",
        "line 1040",
    )
    (judgement,) = [each for each in found["judgements"] if each["collector"] == "rates"]
    assert (judgement["result_count"], judgement["judged_count"], judgement["odd_count"]) == (72, 72, 1)
    assert row["data_digest"] == judgement["data_digest"]


def test_a_table_for_people_says_how_many_there_are_and_what_is_not_shown(judged_once: Home) -> None:
    shown = ask(judged_once, "list", "--limit", "0")
    assert "1 of 72 judged results" in shown.stderr
    assert "1 of them are not shown" in shown.stderr
    assert wrong(judged_once)[:12] in ask(judged_once, "list").stdout


def test_where_nothing_was_judged_it_is_said_so(built_home: Home) -> None:
    shown = ask(built_home, "list")
    assert (shown.stdout, shown.exit_code) == ("", 0)
    assert "nothing was judged" in shown.stderr


def test_what_did_not_change_is_not_judged_again(judged: Home) -> None:
    before = sorted(judged.events.rglob("*.parquet"))
    assert {each["is_new"] for each in answer(judged, "find")} == {False}
    assert sorted(judged.events.rglob("*.parquet")) == before


def test_a_judgement_cut_short_before_its_note_says_nothing_twice(judged: Home) -> None:
    before = verdicts(judged)
    for file in EventLog(judged.events).files(RESULTS_JUDGED.name):
        file.below(judged.events).unlink()
    again = [each for each in answer(judged, "find") if each["collector"] == "rates"]
    assert [(each["is_new"], each["odd_count"], each["said_count"]) for each in again] == [(True, 1, 0)]
    assert verdicts(judged) == before


def test_a_result_that_fits_again_is_cleared_and_leaves_the_mart(judged: Home, monkeypatch) -> None:
    from predictors.outliers import judging

    monkeypatch.setattr(judging, "LEAST_ODD", 1e9)
    (done,) = [each for each in answer(judged, "find", "--again") if each["collector"] == "rates"]
    assert (done["odd_count"], done["cleared_count"]) == (0, 1)
    assert verdicts(judged)[-1] == (wrong(judged), "cleared")
    build(judged)
    assert answer(judged, "list")["outliers"] == []
    monkeypatch.undo()
    (done,) = [each for each in answer(judged, "find", "--again") if each["collector"] == "rates"]
    assert (done["said_count"], verdicts(judged)[-1]) == (1, (wrong(judged), "odd"))


def test_a_retracted_result_leaves_the_mart_and_only_its_collector_is_judged_again(judged: Home) -> None:
    log = EventLog(judged.events)
    log.append([ResultRetracted(
        **small_log.SOURCE, target_event_id=wrong(judged), action="retract", reason="cannot be right",
    )])  # fmt: skip
    build(judged)
    assert answer(judged, "list")["outliers"] == []
    (done,) = [each for each in answer(judged, "find") if each["is_new"]]
    assert done["collector"] == "rates"
    assert (done["result_count"], done["odd_count"], done["cleared_count"]) == (71, 0, 1)


def test_an_outlier_is_explained_by_where_it_was_read(judged_once: Home) -> None:
    words = [
        "explain",
        "outliers",
        wrong(judged_once),
        "deviations",
        "--home",
        str(judged_once.root),
        "--json",
    ]
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 0, done.output
    assert "line 1040" in done.stdout


def test_an_unknown_collector_is_refused_with_those_there_are(judged_once: Home) -> None:
    error = ask(judged_once, "find", "--collector", "rate").exception
    assert isinstance(error, BenchmartError)
    assert "rates" in str(error)


def test_the_report_on_coverage_says_what_was_judged_and_that_nothing_was(
    judged_once: Home, built_home: Home
) -> None:
    def report(home: Home) -> str:
        return CliRunner().invoke(cli, ["report", "coverage", "--home", str(home.root)]).stdout

    assert "| rates | throughput | 72 | 72 | 1 |" in report(judged_once)
    assert "No results were held against each other" in report(built_home)
