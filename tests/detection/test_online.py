"""A series that grows has at every point the verdict of the whole, and tells a change once it is confirmed."""

import numpy as np
import pytest
from made_series import SCENARIOS, made

from predictors.detection.contract import Series
from predictors.detection.judge import judge
from predictors.detection.online import CONFIRMATIONS, Watch


def watched(values, direction="none"):
    watch = Watch("s", direction)
    return [watch.append(float(value)) for value in values]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_verdict_is_that_of_the_whole_series_so_far(scenario) -> None:
    values = made(np.random.default_rng(11), 150, 0.02, 0.08, scenario).values
    for count, step in enumerate(watched(values), 1):
        whole = judge(Series("s", values[:count].tolist()))
        assert [change.index for change in step.verdict.change_points] == [
            change.index for change in whole.change_points
        ]
        assert step.verdict.outliers == whole.outliers
        assert step.verdict.insufficient == whole.insufficient


@pytest.mark.parametrize("odd", [float("nan"), 0.0, -5.0, 1e9])
def test_odd_points_in_between_change_nothing_of_that(odd) -> None:
    values = made(np.random.default_rng(12), 60, 0.02, 0.2, "iid").values
    values[20] = odd
    last = watched(values)[-1]
    whole = judge(Series("s", values.tolist()))
    assert [change.index for change in last.verdict.change_points] == [
        change.index for change in whole.change_points
    ]


def test_a_change_is_told_once_after_it_was_found_three_times_in_a_row() -> None:
    values = 100 * np.exp(np.random.default_rng(13).normal(0, 0.01, 80))
    values[40:] *= 1.2
    steps = watched(values, "lower")
    (told,) = [(place, change) for place, step in enumerate(steps) for change in step.confirmed]
    place, change = told
    assert 40 + CONFIRMATIONS <= place <= 46
    assert (change.index, change.verdict) == (40, "regression")
    assert [each.index for each in steps[-1].standing] == [40]


def test_a_spike_is_not_told() -> None:
    values = 100 * np.exp(np.random.default_rng(14).normal(0, 0.01, 80))
    values[40:42] *= 1.3
    assert [change for step in watched(values) for change in step.confirmed] == []
