"""What breaks a rule of data quality is listed, blocks nothing, and fails where it was asked to."""

import csv
import json
from pathlib import Path

import pytest
import small_log
from click.testing import CliRunner, Result

from benchmart.build import build
from benchmart.config import Home
from benchmart.connection import open_warehouse
from benchmart.errors import BuildFailed, ExitCode
from benchmart.event_log.events import Metric
from benchmart.event_log.log import EventLog
from interfaces.cli.main import cli

_SEEDS = Path(__file__).parents[2] / "seeds"
_WRONG_RATE = small_log.result(
    200, metrics=[Metric("latency_mean", "millisecond", 10.0), Metric("throughput", "item/second", 100.0)]
)
_NO_BATCH = small_log.result(201, batch_size=0)
_RULES = {"throughput_agrees_with_latency", "sizes_are_positive"}


@pytest.fixture(scope="module")
def faulty(built_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The small log and two results that cannot be right."""
    import shutil

    root = tmp_path_factory.mktemp("faulty") / "home"
    shutil.copytree(built_home.root, root, symlinks=True)
    home = Home(root)
    EventLog(home.events).append([_WRONG_RATE, _NO_BATCH])
    build(home)
    return home


def ask(home: Home, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["quality", *arguments, "--home", str(home.root)], standalone_mode=False)


def test_the_rules_that_a_sound_log_breaks_are_none_but_its_own_doubts(built_home: Home) -> None:
    with open_warehouse(built_home) as connection:
        broken = connection.execute("select distinct rule from data_quality_violations").fetchall()
    assert broken == [("number_is_not_doubted",)]


def test_what_breaks_a_rule_is_listed_and_blocks_nothing(faulty: Home) -> None:
    found = json.loads(ask(faulty, "--severity", "error", "--json").stdout)
    assert {each["rule"] for each in found["violations"]} == _RULES
    assert found["error_count"] == 2
    with open_warehouse(faulty) as connection:
        held = "select count(*) from fct_results where source_locator in ('line 200', 'line 201')"
        assert connection.execute(held).fetchall() == [(2,)]


def test_errors_since_a_moment_have_an_exit_code_of_their_own(faulty: Home) -> None:
    assert ask(faulty, "--since", "1h").return_value == ExitCode.VIOLATIONS
    assert ask(faulty, "--since", "2999-01-01").return_value == ExitCode.OK
    assert ask(faulty).return_value == ExitCode.OK


def test_a_violation_says_what_was_expected_and_where_it_comes_from(faulty: Home) -> None:
    shown = ask(faulty, "--rule", "throughput_agrees_with_latency").stdout
    assert "batch size 8 in latency_mean 0.01 second" in shown
    assert "line 200" in shown


def test_a_build_that_is_told_since_when_fails_until_all_is_acknowledged(
    faulty: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = EventLog(faulty.events)
    wrong, no_batch = log.event_ids([_WRONG_RATE, _NO_BATCH])
    done = ask(
        faulty, "acknowledge", wrong[:12], "--rule", "throughput_agrees_with_latency", "--reason", "seen"
    )
    assert done.exception is None
    monkeypatch.setenv("BENCHMART_VIOLATIONS_SINCE", "2000-01-01")
    with pytest.raises(BuildFailed, match="no_new_violations"):
        build(faulty)
    assert ask(faulty, "acknowledge", no_batch[:12], "--reason", "an empty batch was meant").exception is None
    build(faulty)
    assert ask(faulty, "--since", "1h").return_value == ExitCode.OK
    assert "stands: seen" in ask(faulty, "--acknowledged").stdout


def test_only_results_and_rules_that_are_there_can_be_acknowledged(faulty: Home) -> None:
    [wrong] = EventLog(faulty.events).event_ids([_WRONG_RATE])
    refused = ask(faulty, "acknowledge", wrong, "--rule", "sizes_are_positiv", "--reason", "x").exception
    assert "Did you mean: sizes_are_positive" in str(refused)


def test_every_rule_is_worked_out_by_the_model_and_proved_by_a_unit_test() -> None:
    rules = {row["rule"] for row in csv.DictReader((_SEEDS / "quality_rules.csv").open())}
    folder = _SEEDS.parent / "models" / "intermediate"
    for path in (folder / "int_quality_violations.sql", folder / "_quality__unit_tests.yml"):
        text = path.read_text()
        assert [rule for rule in sorted(rules) if rule not in text] == [], path.name
