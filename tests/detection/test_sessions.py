"""Runs that were taken together count as one point of a series."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from predictors.detection.contract import Series
from predictors.detection.judge import judge


def days(random, count, size, shared, deviation=0.02):
    """Values of `size` runs a day, and the number of each run's day."""
    off = random.normal(0, deviation * np.sqrt(shared), count).repeat(size)
    values = 100 * np.exp(off + random.normal(0, deviation * np.sqrt(1 - shared), count * size))
    return values, np.arange(count).repeat(size)


@pytest.mark.parametrize("size", [3, 10])
def test_days_that_differ_are_no_changes_of_level(size) -> None:
    found = plain = 0
    for seed in range(60):
        values, sessions = days(np.random.default_rng(seed), 40, size, shared=0.95)
        found += len(judge(Series("s", values.tolist(), sessions=sessions.tolist())).change_points)
        plain += len(judge(Series("s", values.tolist())).change_points)
    # 60 series of 40 sessions: .2 of a thousand are .5.
    assert found <= 3
    assert plain > 20


def test_a_change_begins_with_the_first_run_of_a_session_and_lies_between_two() -> None:
    values, sessions = days(np.random.default_rng(1), 40, 3, shared=0.5)
    values[60:] *= 1.2
    verdict = judge(Series("s", values.tolist(), "lower", sessions=sessions.tolist()))
    (change,) = verdict.change_points
    assert (change.index, change.previous) == (60, 59)
    assert (change.points_before, change.points_after) == (20, 20)
    assert change.low < 0.2 < change.high
    assert verdict.point_count == 120


def test_a_single_run_off_its_session_is_an_outlier_and_so_are_all_of_a_session_that_is_off() -> None:
    values, sessions = days(np.random.default_rng(2), 30, 3, shared=0.2)
    values[31] *= 1.3
    values[60:63] *= 1.3
    verdict = judge(Series("s", values.tolist(), sessions=sessions.tolist()))
    assert not verdict.change_points
    assert set(verdict.outliers) >= {31, 60, 61, 62}
    assert len(verdict.outliers) <= 5


def test_few_sessions_are_insufficient_however_many_runs_they_have() -> None:
    values, sessions = days(np.random.default_rng(3), 5, 10, shared=0.5)
    verdict = judge(Series("s", values.tolist(), sessions=sessions.tolist()))
    assert verdict.insufficient == "fewer than 6 sessions"
    assert verdict.point_count == 50


def test_each_environment_has_sessions_of_its_own() -> None:
    one, sessions = days(np.random.default_rng(4), 20, 2, shared=0.9)
    both = np.stack([one, 3 * one], axis=1).ravel()
    environments = ["a", "b"] * len(one)
    numbers = sessions.repeat(2)
    verdict = judge(Series("s", both.tolist(), "none", environments, numbers.tolist()))
    assert not verdict.change_points
    both[40:] *= 1.3
    changes = judge(Series("s", both.tolist(), "none", environments, numbers.tolist())).change_points
    assert [(each.index, each.previous, each.environment) for each in changes] == [
        (40, 38, "a"),
        (41, 39, "b"),
    ]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.booleans())
def test_sessions_of_one_run_and_a_single_session_change_nothing(seed, is_single) -> None:
    values = 100 * np.exp(np.random.default_rng(seed).normal(0, 0.02, 30))
    values[15:] *= 1.1
    sessions = [0] * 30 if is_single else list(range(30))
    plain = Series("s", values.tolist())
    assert judge(Series("s", values.tolist(), sessions=sessions)) == judge(plain)


def test_runs_without_a_number_are_passed_over() -> None:
    values, sessions = days(np.random.default_rng(5), 20, 2, shared=0.5)
    values[[3, 10, 11]] = np.nan
    verdict = judge(Series("s", values.tolist(), sessions=sessions.tolist()))
    assert verdict.point_count == 37
    assert verdict.insufficient is None
