"""What changed in a series is a row, with the events, versions and commits it lies between."""

import random
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import histories
import pytest
import small_log
from click.testing import CliRunner

from benchmart.build import build
from benchmart.config import Home
from benchmart.connection import open_warehouse
from benchmart.digests import MartDigest, mart_digests
from benchmart.errors import BuildFailed
from benchmart.event_log.log import EventLog
from interfaces.cli.main import cli

STEP_AT, POINTS = histories.STEP_AT, histories.POINTS


@pytest.fixture(scope="module")
def changing(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with the histories. Not to be written to."""
    home = Home(tmp_path_factory.mktemp("changing"))
    histories.write(EventLog(home.events))
    build(home)
    return home


@pytest.fixture
def own(changing: Home, tmp_path: Path) -> Home:
    """A copy, for tests that change it."""
    shutil.copytree(changing.root, tmp_path / "home", symlinks=True)
    return Home(tmp_path / "home")


def ask(home: Home, sql: str) -> list[tuple[Any, ...]]:
    with open_warehouse(home) as connection:
        return connection.execute(sql).fetchall()


def digests(home: Home) -> list[MartDigest]:
    with open_warehouse(home) as connection:
        return mart_digests(connection)


@pytest.mark.parametrize(
    ("batch_size", "verdict", "effect"),
    [(8, "regression", 0.2), (16, "improvement", -0.2), (128, "regression", 0.2)],
)
def test_a_step_is_one_change_with_what_lies_between(
    changing: Home, batch_size: int, verdict: str, effect: float
) -> None:
    """The third history was measured backwards: its commits count, or the slowdown would be a speed-up."""
    (found,) = ask(changing, f"""
        select changes.verdict, effect, points_before + points_after, previous_commit_id, changes.commit_id,
            commits_between, model_id, hardware_id, results.attributes['commit'], point_number - previous_point_number
        from series_changes as changes
        inner join fct_results as results using (event_id, model_id, hardware_id)
        where changes.batch_size = {batch_size}
    """)  # fmt: skip
    assert found[0] == verdict
    assert found[1] == pytest.approx(effect, abs=0.02)
    assert found[2] >= POINTS - 2
    places = [int(commit.removeprefix("c")) for commit in found[3:5]]
    assert places == [STEP_AT - 1, STEP_AT]
    assert found[5:] == ([], "resnet50", "rtx-4090", f"c{STEP_AT}", 1)


def test_places_in_verdicts_are_those_of_the_points(changing: Home) -> None:
    found = ask(changing, """
        select changes.event_id = here.event_id, changes.previous_event_id = before.event_id
        from series_changes as changes
        inner join series_points as here using (comparability_id, metric, point_number)
        inner join series_points as before
            on changes.comparability_id = before.comparability_id and changes.metric = before.metric
            and changes.previous_point_number = before.point_number
    """)  # fmt: skip
    assert len(found) >= 3
    assert set(found) == {(True, True)}


def test_a_series_without_change_has_a_trend_and_a_short_one_says_why_it_has_none(changing: Home) -> None:
    found = ask(changing, """
        select batch_size, point_count, change_count, outlier_count, insufficient_reason
        from series_trends inner join dim_conditions using (comparability_id, model_id, hardware_id)
        where batch_size in (32, 64) order by all
    """)  # fmt: skip
    assert found == [(32, POINTS, 0, 0, None), (64, 5, 0, 0, "fewer than 6 points")]


def test_detectors_are_told_that_a_driver_was_changed(changing: Home) -> None:
    (found,) = ask(changing, """
        select environments from intermediate.int_series_to_judge
        where environments[1] like 'driver%'
    """)  # fmt: skip
    assert found[0] == ["driver 550.54"] * STEP_AT + ["driver 560.28"] * (POINTS - STEP_AT)


def test_a_driver_that_was_changed_is_no_change_of_the_series(changing: Home) -> None:
    """The same numbers measured under one driver are one."""
    assert ask(changing, "select count(*) from series_changes where batch_size = 256") == [(0,)]
    assert ask(changing, "select count(*) from series_changes where batch_size = 8") == [(1,)]


def test_a_machine_that_becomes_known_later_is_the_environment_of_its_run(own: Home) -> None:
    EventLog(own.events).append([histories.machine_of("run-1", "m1")])
    build(own)
    found = ask(own, "select distinct unnest(environments) from intermediate.int_series_to_judge")
    assert ("machine m1, python 3.11",) in found
    before = digests(own)
    build(own, full=True)
    assert digests(own) == before


def test_a_change_whose_points_are_retracted_is_gone(own: Home) -> None:
    log = EventLog(own.events)
    wrong = log.event_ids(histories.SLOWER[STEP_AT:])
    log.append([small_log.retraction(target, "retract", hour) for hour, target in enumerate(wrong)])
    build(own)
    assert ask(own, "select count(*) from series_changes where batch_size = 8") == [(0,)]
    assert ask(own, "select count(*) from series_changes where batch_size = 16") == [(1,)]


def test_a_series_that_loses_its_points_is_not_judged_any_more(own: Home) -> None:
    log = EventLog(own.events)
    wrong = log.event_ids(histories.SLOWER[5:])
    log.append([small_log.retraction(target, "retract", hour) for hour, target in enumerate(wrong)])
    build(own)
    held = "select trend, point_count from series_trends where batch_size = 8"
    joined = held.replace("series_trends", "series_trends inner join dim_conditions using (comparability_id)")
    assert ask(own, joined) == [("insufficient data", 5)]


def test_only_the_series_that_were_touched_are_judged_anew(own: Home) -> None:
    later = histories.history([12.0] * (POINTS + 1))[-1]
    EventLog(own.events).append([later])
    build(own)
    assert ask(own, "select len(points) from intermediate.int_series_to_judge") == [(POINTS + 1,)]
    counts = (
        "select count(*), count(distinct series_id), sum(point_count) from intermediate.int_series_verdicts"
    )
    assert ask(own, counts) == [(5, 5, 5 * POINTS + 1)]
    # two files take turns, so that the second of these builds is the first without a point for a long series
    for number in (900, 901):
        EventLog(own.events).append([small_log.result(number, batch_size=512)])
        build(own)
    assert ask(own, "select count(*) from intermediate.int_series_judged") == [(0,)]
    assert ask(own, counts) == [(5, 5, 5 * POINTS + 1)]


def test_verdicts_do_not_depend_on_the_order_in_which_points_arrived(changing: Home, tmp_path: Path) -> None:
    home = Home(tmp_path)
    events = [
        *histories.SLOWER,
        *histories.FASTER,
        *histories.backwards(),
        *histories.STEADY,
        *histories.SHORT,
    ]
    events += histories.switched()
    random.Random(1).shuffle(events)
    log = EventLog(home.events)
    for batch in (events[:70], events[70:]):
        log.append(batch)
        build(home)
    asked = "select * from {} order by series_id, {}"
    for mart, second in (
        ("series_changes", "event_id"),
        ("series_trends", "metric"),
        ("series_outliers", "event_id"),
    ):
        assert ask(home, asked.format(mart, second)) == ask(changing, asked.format(mart, second))


def test_a_model_is_told_by_the_trends_of_all_its_series(changing: Home) -> None:
    (found,) = ask(changing, """
        select series_count, insufficient_count, regression_count >= 2, improvement_count, worst_effect
        from trends_by_model where model_id = 'resnet50' and metric = 'latency_mean'
    """)  # fmt: skip
    assert found[:4] == (6, 1, True, 1)
    assert found[4] == pytest.approx(0.2, abs=0.02)
    same = "select regression_count, worst_event_id from {} where metric = 'latency_mean'"
    (by_model,) = ask(changing, same.format("trends_by_model"))
    assert ask(changing, same.format("trends_by_family")) == [by_model]
    assert ask(changing, same.format("trends_by_hardware")) == [by_model]


def test_a_model_in_python_that_fails_is_told_by_what_happened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = "Python model failed:\nTraceback (most recent call last):\n  File ...\nImportError: no scipy\n"
    failed = SimpleNamespace(
        status="error", message=message, node=SimpleNamespace(name="int_series_judged", resource_type="model")
    )
    outcome = SimpleNamespace(success=False, exception=None, result=SimpleNamespace(results=[failed]))
    monkeypatch.setattr("dbt.cli.main.dbtRunner.invoke", lambda _runner, _arguments: outcome)
    with pytest.raises(BuildFailed, match=r"int_series_judged: ImportError: no scipy\n"):
        build(Home(tmp_path))


def test_the_report_draws_what_changed_and_says_what_it_rests_on(changing) -> None:
    told = CliRunner().invoke(cli, ["report", "changes", "--home", str(changing.root), "--format", "html"])
    assert told.exit_code == 0, told.output
    assert "What changed" in told.stdout
    assert 'class="worse">+' in told.stdout
    assert 'class="better">-' in told.stdout
    assert f"c{STEP_AT}" in told.stdout
    kept = CliRunner().invoke(
        cli, ["report", "changes", "--home", str(changing.root), "--verdict", "improvement", "--limit", "1"]
    )
    shown, _, on_all = kept.stdout.partition("## Where series are going")
    assert "regression" not in shown.partition("| when")[2]
    assert "| ResNet-50 | latency_mean |" in on_all
    assert "fewer than 6 points" in on_all
