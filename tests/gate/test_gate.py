"""The gate tells a slowdown, keeps still where nothing changed, and says what it cannot tell."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_series import SCENARIOS, made
from scipy.stats import t

from predictors.gate.against_level import against, level_of, level_of_history
from predictors.gate.contract import Compared, Point
from predictors.gate.gate import rule
from predictors.gate.paired import of_pairs
from predictors.gate.sessions import Sides


def points(values, environment=None, moments=None) -> list[Point]:
    return [
        Point(float(value), environment, None if moments is None else float(moments[place]))
        for place, value in enumerate(values)
    ]


def history(count: int = 40, seed: int = 0, deviation: float = 0.02, factor: float = 1.0) -> list[Point]:
    return points(factor * 100 * np.exp(np.random.default_rng(seed).normal(0, deviation, count)))


def compared(candidate, before, direction="lower", **how) -> Compared:
    return Compared("s", direction, candidate, before, **how)


def ruling(candidate, before, direction="lower", threshold=0.05, **how):
    (told,) = rule([compared(candidate, before, direction, **how)], threshold)
    return told


def test_a_slowdown_of_seven_per_cent_is_told_with_an_interval_that_holds_it() -> None:
    told = ruling(history(3, 1, 0.015, 1.07), history(40, 0, 0.015))
    assert told.outcome == "regression"
    assert told.evidence.low < 0.07 < told.evidence.high
    assert (told.evidence.runs, told.evidence.runs_before) == (3, 40)


@pytest.mark.parametrize(
    ("direction", "factor", "outcome"),
    [
        ("lower", 1.2, "regression"),
        ("lower", 0.8, "improvement"),
        ("higher", 1.2, "improvement"),
        ("higher", 0.8, "regression"),
    ],
)
def test_which_values_are_better_decides(direction, factor, outcome) -> None:
    assert ruling(history(3, 1, factor=factor), history(), direction).outcome == outcome


@pytest.mark.parametrize("count", [1, 10])
def test_gates_without_a_change_keep_still_ninety_nine_times_of_a_hundred(count) -> None:
    alarms = 0
    for gate in range(300):
        series = []
        for number in range(count):
            random = np.random.default_rng([gate, number])
            noise = [name for name in SCENARIOS if name not in {"drift", "sparse"}][number % 4]
            values = points(made(random, 33, 0.02, 0.0, noise).values)
            series.append(compared(values[30:], values[:30]))
        alarms += any(told.outcome in {"regression", "improvement"} for told in rule(series))
    assert alarms <= 3


def test_a_slow_series_is_found_among_thirty() -> None:
    found = alarms = 0
    for gate in range(30):
        series = []
        for number in range(30):
            values = points(made(np.random.default_rng([gate, number]), 65, 0.01, 0.0, "outlier").values)
            candidate = values[60:] if number else [Point(1.07 * point.value) for point in values[60:]]
            series.append(compared(candidate, values[:60]))
        outcomes = [told.outcome for told in rule(series)]
        found += outcomes[0] == "regression"
        alarms += outcomes[1:].count("regression")
    assert found >= 27
    assert alarms <= 1


@pytest.mark.parametrize(("count", "before"), [(10, 10), (100, 30)])
def test_what_slows_every_series_at_once_is_told_of_all_of_them(count, before) -> None:
    series = [
        compared(history(3, 1000 + number, factor=2), history(before, number)) for number in range(count)
    ]
    assert [told.outcome for told in rule(series)].count("regression") >= 0.9 * count


def test_one_run_of_each_series_is_a_doubt_though_all_are_slower() -> None:
    series = [compared(history(1, 1000 + number, factor=2), history(40, number)) for number in range(20)]
    told = rule(series)
    assert {each.outcome for each in told} == {"insufficient data"}
    assert all(each.is_doubtful for each in told)


def test_eight_turns_are_enough_to_tell_a_slowdown() -> None:
    random = np.random.default_rng(6)
    base = points(100 * np.exp(random.normal(0, 0.005, 8)), moments=2 * np.arange(8))
    slower = points(120 * np.exp(random.normal(0, 0.005, 8)), moments=2 * np.arange(8) + 1)
    told = ruling(slower, base, is_base=True)
    assert (told.outcome, told.evidence.mode) == ("regression", "paired")


def test_one_run_is_no_proof_and_says_how_many_more_would_be() -> None:
    told = ruling(history(1, 1, factor=1.3), history())
    assert (told.outcome, told.is_doubtful) == ("insufficient data", True)
    assert "more runs have to confirm it" in told.reason
    assert told.evidence.more_runs in {1, 2, 3}
    assert ruling(history(3, 1, factor=1.3), history()).outcome == "regression"


def test_the_level_since_the_last_change_is_what_counts() -> None:
    before = [*history(30, 0, factor=0.7), *history(30, 1)]
    assert ruling(history(3, 2), before).outcome == "no change"
    assert ruling(history(3, 2, factor=0.7), before).outcome == "improvement"


def test_a_history_that_drifts_is_followed() -> None:
    values = 100 * np.exp(np.random.default_rng(4).normal(0, 0.01, 63)) * np.linspace(1, 1.2, 63)
    assert ruling(points(values[60:]), points(values[:60])).outcome == "no change"


def test_a_spike_among_three_runs_is_no_regression() -> None:
    candidate = history(3, 3)
    candidate[1] = Point(200.0)
    assert ruling(candidate, history()).outcome != "regression"


def test_what_is_sure_and_small_passes() -> None:
    told = ruling(history(10, 1, 0.002, 1.03), history(60, 0, 0.002))
    assert (told.outcome, told.reason) == ("no change", "changed by less than 0.05")
    assert ruling(history(10, 1, 0.002, 1.03), history(60, 0, 0.002), threshold=0.02).outcome == "regression"


@pytest.mark.parametrize(
    ("candidate", "before", "says"),
    [
        ([], history(), "the candidate has no run of it"),
        (history(3), history(5), "5 runs before, at least 6"),
        (history(3), [], "nothing before was measured"),
        (points([1, -2, 3]), history(), "not positive"),
        (points([1, float("nan")]), history(), "not positive"),
        (points([100] * 3, "driver 2"), points([100] * 20, "driver 1"), "environment (driver 2)"),
        (history(3), [*history(30, 0), *history(4, 1, factor=1.5)], "4 runs since its level last changed"),
        (history(3), history(30, deviation=0.2), "runs differ too much to exclude 0.05"),
    ],
)
def test_what_cannot_be_told_is_insufficient_and_says_why(candidate, before, says) -> None:
    told = ruling(candidate, before)
    assert told.outcome == "insufficient data"
    assert says in told.reason


def test_only_runs_of_the_same_environment_are_compared() -> None:
    before = [*points([100, 101, 99, 100, 101, 99, 100] * 3, "driver 1"), *points([150] * 3, "driver 2")]
    assert ruling(points([100, 101, 99], "driver 1"), before).outcome == "no change"


def test_sides_that_took_turns_are_compared_run_by_run() -> None:
    random = np.random.default_rng(5)
    wander = np.cumsum(random.normal(0, 0.05, 20))
    base = points(100 * np.exp(wander + random.normal(0, 0.005, 20)), moments=2 * np.arange(20))
    slower = points(107 * np.exp(wander + random.normal(0, 0.005, 20)), moments=2 * np.arange(20) + 1)
    told = ruling(slower, base, is_base=True)
    assert (told.outcome, told.evidence.mode) == ("regression", "paired")
    assert told.evidence.low < 0.07 < told.evidence.high
    later = [Point(point.value, None, 100 + (point.moment or 0)) for point in slower]
    assert ruling(later, base, is_base=True).evidence.mode == "base"


def test_a_marked_run_is_the_level_and_the_history_the_noise() -> None:
    before = history(40, 0)
    crept = ruling(history(3, 1, factor=1.1), [*before, *history(20, 2, factor=1.1)], baseline=before[5:6])
    assert crept.outcome == "regression"
    assert crept.evidence.mode == "baseline"
    assert crept.evidence.before == pytest.approx(before[5].value)
    plain = ruling(history(3, 1, factor=1.1), [*before, *history(20, 2, factor=1.1)])
    assert plain.outcome == "no change"
    assert crept.evidence.high - crept.evidence.low > plain.evidence.high - plain.evidence.low


def test_a_series_without_a_marked_run_is_not_held_against_another() -> None:
    elsewhere = points([100.0], "another machine")
    told = ruling(history(3, 1), history(), baseline=elsewhere)
    assert told.outcome == "insufficient data"
    assert "no baseline" in told.reason


def test_pairs_that_do_not_differ_are_no_change() -> None:
    assert of_pairs(np.zeros(10), 100.0).p_value == 1.0


def test_a_level_that_is_steady_has_the_prediction_interval_of_student() -> None:
    values = 100 * np.exp(np.random.default_rng(9).normal(0, 0.02, 15))
    logs = np.log(values)
    level = level_of(values.tolist())
    told = against(level, Sides([100.0], values.tolist()), 0.05, "history")
    if level.autocorrelation == 0:
        error = logs.std(ddof=1) * np.sqrt(1 + 1 / 15)
        statistic = abs(np.log(100.0) - logs.mean()) / error
        assert told.p_value == pytest.approx(2 * t.sf(statistic, 14))
        assert told.accident == pytest.approx(0.5 / 16)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([1e-9, 1000.0, 1e9]), st.floats(0.8, 1.25))
def test_units_order_of_runs_and_direction_make_no_difference(seed, factor, change) -> None:
    random = np.random.default_rng(seed)
    before, candidate = (
        100 * np.exp(random.normal(0, 0.02, 30)),
        100 * change * np.exp(random.normal(0, 0.02, 3)),
    )
    told = ruling(points(candidate), points(before))
    scaled = ruling(points(factor * candidate), points(factor * before))
    turned = ruling(points(candidate[::-1]), points(before))
    mirrored = ruling(points(1 / candidate), points(1 / before), "higher")
    assert told.outcome == scaled.outcome == turned.outcome == mirrored.outcome
    assert told.evidence.p_value == pytest.approx(scaled.evidence.p_value, rel=1e-6)


def test_a_history_is_looked_at_back_to_two_hundred_runs() -> None:
    assert level_of_history([100.0, 101.0, 99.0] * 200).count == 200
