"""The calibrated roofline learns how far from the least time work is, and says how sure it is."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_rates import DEVICES, measured, question

from benchmart.errors import PredictionRefused
from predictors.facts import coarse_profile
from predictors.performance import roofline
from predictors.performance.roofline import Roofline
from predictors.performance.splits import SPLITS, folds


def test_the_least_time_is_that_of_operations_or_of_bytes() -> None:
    asked = question(batch_size=1)
    compute, memory = roofline.least_seconds(asked)
    assert compute == pytest.approx(1e9 / 4e13)
    assert memory == pytest.approx((2e7 + 1e6) * 2 / 1e12)
    assert roofline.least_seconds(replace(asked, mode="training")) == pytest.approx((3 * compute, 3 * memory))


def test_an_efficiency_that_is_the_same_everywhere_is_found() -> None:
    questions, values = measured()
    said = roofline.fit(questions, values).predict(questions)
    assert np.median([abs(each.value / value - 1) for each, value in zip(said, values, strict=True)]) < 0.04
    held = [each.low <= value <= each.high for each, value in zip(said, values, strict=True)]
    assert np.mean(held) >= 0.85


def test_the_parts_sum_up_to_the_step_and_the_case_says_what_is_new() -> None:
    fitted = roofline.fit(*measured())
    elsewhere = replace(DEVICES[0], hardware_id="gpu-9")
    asked = [question(3), question(27), question(3, hardware=elsewhere)]
    said = fitted.predict(asked)
    assert [each.case.name for each in said] == ["seen", "unseen model", "unseen hardware, 0 probes"]
    for each in said:
        assert sum(each.parts.values()) == pytest.approx(64 / each.value)
    widths = [each.high / each.value for each in said]
    assert widths[0] <= widths[1] <= widths[2]


def test_what_is_kept_predicts_the_same(tmp_path) -> None:
    fitted = roofline.fit(*measured())
    fitted.save(tmp_path)
    assert Roofline.load(tmp_path).predict([question(5)]) == fitted.predict([question(5)])


def test_latency_and_throughput_are_two_words_for_the_same() -> None:
    fitted = roofline.fit(*measured())
    rate, time = fitted.predict([question(5), question(5, metric="latency_mean")])
    assert time.value == pytest.approx(64 / rate.value)


def test_a_word_it_never_met_is_warned_of() -> None:
    (said,) = roofline.fit(*measured()).predict([question(5, compiler="dynamo")])
    assert said.warnings == ("compiler dynamo was in no result it learned from",)


@pytest.mark.parametrize("value", [0.0, -1.0, float("nan"), float("inf")])
def test_what_is_no_rate_is_refused(value: float) -> None:
    questions, values = measured()
    values[3] = value
    with pytest.raises(PredictionRefused, match="finite and above zero"):
        roofline.fit(questions, values)


def test_too_few_or_constant_results_are_refused() -> None:
    questions, values = measured()
    with pytest.raises(PredictionRefused, match="1 results are too few"):
        roofline.fit(questions[:1], values[:1])
    with pytest.raises(PredictionRefused, match="are the same"):
        roofline.fit(questions, np.ones_like(values))


@pytest.mark.parametrize(
    ("changes", "hint"),
    [
        ({"hardware": replace(DEVICES[0], memory_bandwidth=None)}, "--memory-bandwidth"),
        ({"hardware": replace(DEVICES[0], peak_flops={})}, "--peak-flops"),
        ({"profile": coarse_profile("m", flops_per_item=0, parameter_count=1)}, "--flops"),
    ],
)
def test_what_is_not_known_is_asked_for(changes, hint: str) -> None:
    fitted = roofline.fit(*measured())
    with pytest.raises(PredictionRefused, match=hint):
        fitted.predict([question(**changes)])


@given(st.integers(2, 30), st.sampled_from(SPLITS))
def test_folds_score_every_place_once_and_no_group_stands_on_both_sides(count: int, split: str) -> None:
    questions, _ = measured(count)
    scored: list[int] = []
    for train, test in folds(questions, split):
        scored += test.tolist()
        assert not set(train.tolist()) & set(test.tolist())
        if split == "unseen hardware":
            assert not {questions[each].hardware.hardware_id for each in train} & {
                questions[each].hardware.hardware_id for each in test
            }
        if split == "unseen model":
            assert not {questions[each].profile.subject for each in train} & {
                questions[each].profile.subject for each in test
            }
    assert sorted(scored) in ([], list(range(len(questions))))
