"""Evaluations as one table: goals against verdicts, what is not run says why, and suites end to end on made data."""

import json
from contextlib import nullcontext
from pathlib import Path

import duckdb
import made_up_memory as made_up
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from benchmart.config import Home
from benchmart.errors import PredictionRefused
from interfaces.cli.main import cli
from interfaces.cli.predict_evaluate import document_of, text_of
from predictors.memory import boosting
from predictors.performance.evaluate import Score
from predictors.suites import outliers, running
from predictors.suites.goals import GOALS, goals_of
from predictors.suites.line import Line, NotRun
from predictors.suites.memory import lines as memory_lines
from predictors.suites.setting import Setting
from predictors.suites.throughput import SUITE, _means
from predictors.suites.transfer import lines as transfer_lines

_FAMILY = "unseen family: peak, training"


def line(**changes) -> Line:
    usual = {"median_error": 0.04, "mean_error": 0.08, "coverage": 0.95, "is_ours": True}
    return Line("memory", _FAMILY, "benchmart", 100, **(usual | changes))


def evaluate(*arguments: str, home: Home | None = None) -> Result:
    where = ("--home", str(home.root)) if home else ()
    environment = {"BENCHMART_TEST_DATA": None}
    return CliRunner().invoke(cli, ["predict", "evaluate", *where, *arguments], env=environment)


def test_every_goal_has_a_bound_a_source_and_a_suite_that_exists() -> None:
    for goal in GOALS:
        assert goal.suite in running.SUITES
        assert np.isfinite([goal.least, goal.most]).any()
        assert goal.source
    assert len({(goal.suite, goal.split, goal.quantity) for goal in GOALS}) == len(GOALS)


def test_a_number_at_its_goal_is_reached_and_one_beyond_it_is_missed() -> None:
    assert line(median_error=0.05, mean_error=0.09, coverage=0.94).is_reached
    for changed in ({"median_error": 0.0501}, {"mean_error": 0.0901}, {"coverage": 0.939}):
        [missed] = line(**changed).missed
        assert [missed.quantity] == list(changed)


def test_an_interval_that_holds_too_much_misses_its_goal_too() -> None:
    [goal] = [each for each in goals_of("throughput", "c") if each.quantity == "coverage"]
    assert [goal.is_reached(share) for share in (0.884, 0.885, 0.92, 0.93)] == [False, True, True, False]


@pytest.mark.parametrize("value", [None, float("nan"), float("inf")])
def test_a_number_that_is_missing_has_not_reached_its_goal(value: float | None) -> None:
    assert line(mean_error=value).is_reached is False


def test_baselines_are_not_held_against_goals() -> None:
    assert line(is_ours=False).is_reached is None
    assert "reached" not in text_of(line(is_ours=False))


def test_a_missed_goal_is_printed_as_missed_with_what_is_reached_beside_it() -> None:
    assert text_of(line()).endswith("reached (median <= 5 %, mean <= 9 %, holds >= 94 %)")
    assert text_of(line(mean_error=0.1)).endswith("MISSED mean <= 9 %, reached median <= 5 %, holds >= 94 %")


def test_errors_are_shown_in_per_cent_and_kept_as_shares_in_json() -> None:
    shown = line(others={"bound_slack": 0.0733, "out_of_memory": 0.05})
    assert " 4.00      8.00   95.00" in text_of(shown)
    assert "bound slack 7.3 %; out of memory 5.0 %" in text_of(shown)
    document = document_of(shown)
    assert (document["median_error"], document["is_reached"]) == (0.04, True)
    assert {goal["quantity"] for goal in document["goals"]} == {"median_error", "mean_error", "coverage"}
    json.dumps(document, allow_nan=False)


def test_devices_count_alike_in_the_mean_and_cpus_stand_apart() -> None:
    scores = [
        Score("d, 0 probes", "benchmart", device, n, error, error, 0.5, coverage, 1.2)
        for device, n, error, coverage in (("g1", 10, 0.1, 0.8), ("g2", 1000, 0.2, 0.9), ("c1", 5, 0.4, 1.0))
    ]
    gpus, cpus = _means(scores, {"g1": "gpu", "g2": "gpu", "c1": "cpu"})
    assert (gpus.split, gpus.n, gpus.others) == ("d, 0 probes, mean over GPUs", 1010, {"worst_coverage": 0.8})
    assert gpus.median_error == pytest.approx(0.15)
    assert {goal.quantity for goal in gpus.missed} == {"median_error", "mean_error", "worst_coverage"}
    assert (cpus.split, cpus.is_reached) == ("d, 0 probes, mean over CPUs", True)
    assert gpus.suite == SUITE


def test_suites_without_their_data_say_so_and_the_command_still_ends_well(
    built_home: Home, tmp_path: Path
) -> None:
    done = evaluate("--suite", "transfer", "--suite", "kernels", "--suite", "memory", home=built_home)
    assert done.exit_code == 0, done.output
    assert done.stdout.count("not run: nasbench201: no folder with published tables") == 1
    assert "not run: kernels" in done.stdout
    assert "not run: training, unseen model: " in done.stdout
    assert "0 of 0 goals reached" in done.stdout
    there = evaluate("--suite", "kernels", "--data", str(tmp_path), "--json", home=built_home)
    [row] = json.loads(there.stdout)
    assert row["suite"] == "kernels"
    assert f"no neusight in {tmp_path}" in row["not_run"]


def test_a_home_that_was_never_built_is_told_by_each_suite(tmp_path: Path) -> None:
    found = list(running.run(("outliers", "throughput"), Setting(Home(tmp_path))))
    assert [each.split for each in found] == ["a", "b2", "c", "d", "e", ""]
    assert all(isinstance(each, NotRun) and "nothing has been built" in each.reason for each in found)


def test_two_processes_give_the_lines_of_one_in_their_order(tmp_path: Path) -> None:
    setting = Setting(Home(tmp_path), folder=tmp_path)
    suites = ("transfer", "memory")
    assert list(running.run(suites, setting, jobs=2)) == list(running.run(suites, setting))


def test_memory_is_scored_beside_baselines_on_what_was_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boosting, "ROUNDS", 20)
    monkeypatch.setattr(boosting, "QUANTILE_ROUNDS", 10)
    made = made_up.profiles()
    connection = made_up.warehouse(made)
    _without_rivals(connection)
    monkeypatch.setattr(Setting, "warehouse", lambda _: nullcontext(connection))
    monkeypatch.setattr(
        Setting, "known_profiles", lambda *_: list({id(each): each for each in made.values()}.values())
    )
    found = list(memory_lines(Setting(Home(Path("none"))), "training, unseen model"))
    peaks = {each.method: each for each in found if each.split == "unseen model: peak, training"}
    assert set(peaks) >= {"benchmart", "physics", "LightGBM, coarse"}
    ours = peaks["benchmart"]
    assert ours.n == 160
    assert (ours.median_error or 1) < (peaks["LightGBM, coarse"].median_error or 0)
    assert ours.is_reached is not None
    assert "unseen model: safe largest batch, training" in {each.split for each in found}

    assert "FakeTensor" not in peaks
    with pytest.raises(PredictionRefused, match="one device"):
        list(memory_lines(Setting(Home(Path("none"))), "training, unseen device"))


def _without_rivals(connection: duckdb.DuckDBPyConnection) -> None:
    assert not connection.execute("select * from fct_results where basis = 'estimated'").fetchall()


def test_a_table_of_devices_is_scored_by_probes_and_by_device(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from predictors.transfer import evaluation

    monkeypatch.setattr(evaluation, "PROBE_COUNTS", (0, 10))
    monkeypatch.setattr(evaluation.evaluate, "__defaults__", (("fbnet",), (0, 10), 1))
    random = np.random.default_rng(0)
    blocks = random.integers(0, 9, size=(60, 4))
    cost = random.lognormal(0, 0.5, size=9)[blocks].sum(axis=1)
    columns = {f"op{place:02}": blocks[:, place] for place in range(4)}
    for device in range(5):
        columns[f"device{device}_1"] = cost * (1 + device) * random.lognormal(0, 0.01, size=60)
    (tmp_path / "help_latency").mkdir()
    pq.write_table(pa.table(columns), tmp_path / "help_latency" / "fbnet.parquet")
    found = list(transfer_lines(Setting(Home(tmp_path), folder=tmp_path), "fbnet"))
    [ours] = [each for each in found if each.split == "fbnet, 10 probes" and each.is_ours]
    assert ours.n == 5
    assert ours.others["spearman"] > 0.955
    assert ours.is_reached
    assert len({each.split for each in found if each.is_detail}) == 5


def test_changed_results_are_one_in_a_hundred_by_30_to_50_per_cent() -> None:
    changed, factors = outliers.changes(1000, 3)
    assert changed.sum() == 10
    assert (factors[~changed] == 1).all()
    assert (np.abs(factors[changed] - 1) > 0.29).all()
    assert (np.abs(factors[changed] - 1) < 0.51).all()
    assert not np.array_equal(changed, outliers.changes(1000, 4)[0])


def test_average_precision_is_what_is_counted_by_hand() -> None:
    assert outliers.average_precision(np.array([True, False, True, False])) == pytest.approx((1 + 2 / 3) / 2)
