"""Changes of level are found where they are, told with what they come to, and nothing else is called one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_series import SCENARIOS, made, matched, spiked
from statsmodels.api import OLS, add_constant

from predictors.detection.contract import Series, Verdict
from predictors.detection.detectors import DETECTORS
from predictors.detection.judge import judge, judge_many
from predictors.detection.preparation import prepare
from predictors.detection.trend import trend


def noisy(count: int, seed: int = 0, deviation: float = 0.02) -> np.ndarray:
    return 100 * np.exp(np.random.default_rng(seed).normal(0, deviation, count))


def stepped(*levels: tuple[int, float], seed: int = 0, deviation: float = 0.02) -> np.ndarray:
    """Noise around levels: so many points at each factor."""
    factors = np.concatenate([np.full(count, factor) for count, factor in levels])
    return noisy(len(factors), seed, deviation) * factors


def of(values, **how) -> Verdict:
    return judge(Series("s", list(values), **how))


def places(verdict: Verdict) -> list[int]:
    return [change.index for change in verdict.change_points]


def test_a_step_is_told_with_its_place_effect_interval_and_who_else_saw_it() -> None:
    (change,) = of(stepped((40, 1), (40, 1.2)), direction="lower").change_points
    assert abs(change.index - 40) <= 1
    assert change.previous == change.index - 1
    assert change.low < 0.2 < change.high
    assert change.effect == pytest.approx(change.after / change.before - 1)
    assert change.p_value < 1e-6
    assert change.verdict == "regression"
    assert (change.points_before, change.points_after) == (40, 40)
    assert "window_t 1" in change.found_by


@pytest.mark.parametrize(
    ("direction", "verdict"), [("lower", "regression"), ("higher", "improvement"), ("none", "change")]
)
def test_which_values_are_better_decides_what_a_change_is(direction, verdict) -> None:
    (change,) = of(stepped((30, 1), (30, 1.3)), direction=direction).change_points
    assert change.verdict == verdict


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_five_per_cent_in_two_per_cent_noise_are_found_whatever_the_noise(scenario) -> None:
    random = np.random.default_rng(5)
    series = [made(random, 200, 0.02, 0.05, scenario) for _ in range(60)]
    verdicts = judge_many([Series("s", each.values.tolist()) for each in series])
    counts = [matched(each.changes, places(verdict)) for each, verdict in zip(series, verdicts, strict=True)]
    assert sum(hits for hits, _ in counts) >= 54
    assert sum(false for _, false in counts) <= 6


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_series_without_a_change_stay_quiet_whatever_the_noise(scenario) -> None:
    random = np.random.default_rng(6)
    series = [made(random, 200, 0.02, 0.0, scenario).values.tolist() for _ in range(60)]
    found = [
        change
        for verdict in judge_many([Series("s", each) for each in series])
        for change in verdict.change_points
    ]
    assert len(found) <= 5


def test_intervals_hold_the_effect_as_often_as_they_say() -> None:
    random = np.random.default_rng(7)
    series = [made(random, 200, 0.02, 0.05, "iid") for _ in range(400)]
    held = []
    for each, verdict in zip(
        series, judge_many([Series("s", one.values.tolist()) for one in series]), strict=True
    ):
        near = [change for change in verdict.change_points if abs(change.index - each.changes[0]) <= 3]
        held += [
            min(abs(change.low), abs(change.high)) <= bound <= max(abs(change.low), abs(change.high))
            for change in near
            for bound in [0.05 if change.effect > 0 else 1 - 1 / 1.05]
        ]
    assert 0.91 <= np.mean(held) <= 0.98


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([1e-9, 1e-3, 1000.0, 1e12]), st.sampled_from(SCENARIOS))
def test_another_unit_changes_no_verdict(seed, factor, scenario) -> None:
    values = made(np.random.default_rng(seed), 80, 0.02, 0.1, scenario).values
    one, other = of(values), of(values * factor)
    assert places(one) == places(other)
    assert one.outliers == other.outliers
    assert one.trend.kind == other.trend.kind
    for mine, theirs in zip(one.change_points, other.change_points, strict=True):
        assert mine.effect == pytest.approx(theirs.effect)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_rate_and_its_time_change_at_the_same_places_the_other_way(seed) -> None:
    values = made(np.random.default_rng(seed), 80, 0.02, 0.1, "iid").values
    rate, time = of(values, direction="higher"), of(1 / values, direction="lower")
    assert places(rate) == places(time)
    assert [each.verdict for each in rate.change_points] == [each.verdict for each in time.change_points]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.floats(allow_nan=True, allow_infinity=True, width=32), max_size=60))
def test_any_numbers_have_a_verdict(values) -> None:
    verdict = of(values)
    finite = [value for value in values if np.isfinite(value)]
    assert (verdict.insufficient is not None) == (len(finite) < 6)
    assert all(np.isfinite(values[place]) for place in [*places(verdict), *verdict.outliers])
    assert places(verdict) == sorted(places(verdict))


def test_points_that_are_missing_keep_their_places() -> None:
    values = stepped((30, 1), (30, 1.3))
    holes = np.insert(values, [5, 10, 40], np.nan)
    assert places(of(holes)) == [place + 2 for place in places(of(values))]


@pytest.mark.parametrize("values", [[], [1.0] * 5, [1.0, np.nan, np.inf, 2, 3, 4, -np.inf]])
def test_fewer_than_six_points_are_insufficient_and_say_so(values) -> None:
    verdict = of(values)
    assert verdict.insufficient == "fewer than 6 points"
    assert verdict.trend.kind == "insufficient data"
    assert (verdict.change_points, verdict.outliers) == ((), ())


@pytest.mark.parametrize("value", [0.0, -3.0, 7.5])
def test_a_constant_series_is_stable(value) -> None:
    verdict = of([value] * 40)
    assert (places(verdict), verdict.outliers, verdict.trend.kind) == ([], (), "stable")


def test_a_step_without_any_noise_is_found_where_it_is() -> None:
    assert places(of([100.0] * 20 + [120.0] * 20)) == [20]
    assert places(of([0.0] * 20 + [-5.0] * 20)) == [20]


def test_values_around_zero_have_changes_without_a_relative_effect() -> None:
    values = np.random.default_rng(1).normal(0, 1, 80)
    values[40:] += 6
    (change,) = of(values).change_points
    assert abs(change.index - 40) <= 1
    assert change.effect is None
    assert change.low < 6 < change.high


def test_a_switch_of_environment_is_no_change() -> None:
    values = stepped((40, 1), (40, 1.3))
    environments = ["driver 1"] * 40 + ["driver 2"] * 40
    assert places(of(values, direction="lower")) != []
    assert places(of(values, direction="lower", environments=environments)) == []


def test_a_change_is_seen_in_each_of_the_environments_that_measure_in_turn() -> None:
    values = np.repeat(stepped((40, 1), (40, 1.3)), 2) * np.tile([1.0, 1.7], 80)
    verdict = of(values, environments=["a", "b"] * 80)
    assert {change.environment for change in verdict.change_points} == {"a", "b"}
    assert all(abs(change.index - 80) <= 3 for change in verdict.change_points)
    assert (
        of(values[:10], environments=list("abcdefghij")).insufficient
        == "fewer than 6 points in any environment"
    )


def test_changes_below_one_and_a_half_per_cent_are_none() -> None:
    assert places(of(stepped((200, 1), (200, 1.01), deviation=0.001))) == []


def test_spikes_are_outliers_and_no_changes() -> None:
    values = noisy(100)
    values[[20, 70]] *= 1.4
    verdict = of(values)
    assert places(verdict) == []
    assert {20, 70} <= set(verdict.outliers)


def test_a_step_is_never_an_outlier_for_more_than_one_point() -> None:
    values = stepped((60, 1), (40, 1.3), seed=3)
    for count in range(60, 100):
        flagged = [place for place in of(values[:count]).outliers if place >= 60]
        assert len(flagged) <= 1


def test_nine_of_ten_spikes_of_four_deviations_are_found_and_hardly_another_point() -> None:
    drawn = [spiked(np.random.default_rng([9, number]), 200, 0.02) for number in range(150)]
    verdicts = judge_many([Series("s", values.tolist()) for values, _ in drawn])
    far = [
        (number, place)
        for number, (_, sizes) in enumerate(drawn)
        for place, size in sizes.items()
        if size >= 0.08
    ]
    assert np.mean([place in verdicts[number].outliers for number, place in far]) >= 0.9
    false = sum(
        len(set(verdict.outliers) - set(sizes)) for verdict, (_, sizes) in zip(verdicts, drawn, strict=True)
    )
    assert false <= 0.5 * 30


@pytest.mark.parametrize(
    ("values", "direction", "kind"),
    [
        (noisy(80) * np.linspace(1, 1.3, 80), "lower", "degrading"),
        (noisy(80) * np.linspace(1, 1.3, 80), "higher", "improving"),
        (noisy(80) * np.linspace(1, 1.3, 80), "none", "rising"),
        (noisy(80) * np.linspace(1.3, 1, 80), "none", "falling"),
        (stepped((40, 1), (40, 1.2)), "lower", "degrading"),
        (noisy(80), "lower", "stable"),
        (noisy(80, deviation=0.3), "lower", "volatile"),
    ],
)
def test_a_trend_is_told_by_what_is_better(values, direction, kind) -> None:
    assert of(values, direction=direction).trend.kind == kind


def test_the_slope_and_its_error_are_those_of_statsmodels() -> None:
    points = np.log(noisy(90)) + np.linspace(0, 0.2, 90)
    told = trend(points - points.mean(), 0.02, "none", is_log=False)
    model = OLS(points, add_constant(np.arange(90.0)))
    robust = model.fit(cov_type="HAC", cov_kwds={"maxlags": 3, "use_correction": True}, use_t=True)
    plain = model.fit()
    wider = robust if robust.bse[1] >= plain.bse[1] else plain
    assert told.slope == pytest.approx(robust.params[1])
    assert (told.low, told.high) == pytest.approx(tuple(wider.conf_int()[1]))


@pytest.mark.parametrize("count", [1499, 1501, 5000])
def test_long_series_are_judged_as_well_as_short_ones(count) -> None:
    third = count // 3
    values = stepped((third, 1), (third, 1.05), (count - 2 * third, 1.0), seed=4)
    assert matched([third, 2 * third], places(of(values))) == (2, 0)


def test_a_small_change_shows_in_many_points() -> None:
    values = stepped((4000, 1), (4000, 1.018), seed=8, deviation=0.05)
    assert any(abs(place - 4000) <= 100 for place in places(of(values)))


def test_series_of_many_lengths_are_judged_together_as_each_alone() -> None:
    series = [
        Series(str(number), made(np.random.default_rng(number), count, 0.02, 0.1, "iid").values.tolist())
        for number, count in enumerate([3, 6, 7, 30, 33, 100, 101, 1600, 120, 6])
    ]
    together = judge_many(series)
    assert [places(each) for each in together] == [places(judge(each)) for each in series]
    assert [each.series for each in together] == [each.name for each in series]


def test_every_detector_can_be_asked_by_name() -> None:
    series = [Series("s", stepped((40, 1), (40, 1.4)).tolist())]
    found = {name: places(judge_many(series, detector)[0]) for name, detector in DETECTORS.items()}
    assert found.pop("no_change") == []
    assert all(any(abs(place - 40) <= 3 for place in cuts) for cuts in found.values())


def test_spikes_are_pulled_in_before_anything_is_judged() -> None:
    values = noisy(50)
    values[[0, 25, 49]] *= 3
    prepared = prepare([values])
    assert np.abs(prepared.clipped).max() < 0.1
    assert np.flatnonzero(prepared.clipped[0] != prepared.points[0]).tolist() == [0, 25, 49]


@pytest.mark.parametrize("seed", range(6))
def test_changes_of_long_series_are_as_large_and_sure_as_those_of_short_ones(seed) -> None:
    values = stepped((1250, 1), (1250, 1.05), (1250, 1.0), (1250, 0.9), seed=seed)
    found = of(values).change_points
    assert matched([1250, 2500, 3750], [change.index for change in found])[0] == 3
    assert all(abs(change.effect) >= 0.0148 and change.p_value < 0.01 for change in found)
