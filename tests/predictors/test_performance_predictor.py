"""The throughput predictor as a whole, on results made by a known law."""

from dataclasses import replace

import numpy as np
import pytest
from made_models import DEVICES, profile, results

from benchmart.errors import PredictionRefused
from predictors.contract import HardwareFacts, ModelProfile, Question
from predictors.performance.adapt import with_results
from predictors.performance.folds import row_folds
from predictors.performance.from_questions import train_on
from predictors.performance.held_out import held_out_scores
from predictors.performance.predictor import PerformancePredictor, fit, train
from predictors.performance.versions import version_text


@pytest.fixture(scope="module")
def learned():
    rows, profiles = results()
    hidden = row_folds(len(rows), 5, 3) == 0
    known = {name: DEVICES[name] for name in ("small", "large")}
    return train(rows.take(~hidden), profiles, known), rows.take(hidden), profiles


def ask(rows, profiles, at=0, **other):
    made = profiles[rows.model[at], rows.image_size[at]]
    asked = Question(
        "throughput",
        made,
        DEVICES[rows.hardware[at]],
        "inference",
        "fp16",
        64,
        "pytorch",
        "2.4.0",
        rows.compiler[at],
        "nchw",
    )
    return replace(asked, **other)


def test_hidden_results_of_known_models_are_found_within_a_few_percent_and_inside_intervals(learned):
    predictor, hidden, profiles = learned
    answers = predictor.predict([ask(hidden, profiles, at) for at in range(len(hidden))])
    off = np.array([each.value for each in answers]) / hidden.throughput - 1
    inside = [each.low <= truth <= each.high for each, truth in zip(answers, hidden.throughput, strict=True)]
    assert np.median(np.abs(off)) < 0.05
    assert np.mean(inside) >= 0.75
    assert {each.case.name for each in answers} == {"seen"}


def test_what_is_newer_has_a_wider_interval_and_says_so(learned):
    predictor, hidden, profiles = learned
    seen, device, model = predictor.predict(
        [
            ask(hidden, profiles),
            ask(hidden, profiles, hardware=DEVICES["other"]),
            ask(hidden, profiles, profile=profile("unheardof_1", 48, 9)),
        ]
    )
    assert [seen.case.name, device.case.name, model.case.name] == [
        "seen",
        "unseen hardware, 0 probes",
        "unseen family",
    ]
    assert device.high / device.value > seen.high / seen.value
    assert any("unseen hardware" in warning for warning in device.warnings)


def test_latency_is_the_batch_over_throughput_and_its_parts_sum_up_to_the_step(learned):
    predictor, hidden, profiles = learned
    rate, latency = predictor.predict([ask(hidden, profiles), ask(hidden, profiles, metric="latency_mean")])
    assert latency.value == pytest.approx(64 / rate.value)
    assert sum(latency.parts.values()) == pytest.approx(latency.value, rel=1e-6)
    assert min(latency.parts.values()) >= -1e-12


def test_a_predictor_that_was_saved_answers_the_same_and_a_damaged_one_is_refused(learned, tmp_path):
    predictor, hidden, profiles = learned
    predictor.save(tmp_path)
    question = ask(hidden, profiles)
    (before,), (after,) = (
        predictor.predict([question]),
        PerformancePredictor.load(tmp_path).predict([question]),
    )
    assert after.value == pytest.approx(before.value, rel=1e-4)
    assert (after.case, after.warnings) == (before.case, before.warnings)
    assert not list(tmp_path.glob("*.pkl"))
    (tmp_path / "arrays.safetensors").write_bytes(b"")
    with pytest.raises(PredictionRefused, match="cannot be read"):
        PerformancePredictor.load(tmp_path)


def test_a_few_results_of_a_new_device_bring_its_other_models_nearer(learned):
    predictor, _, profiles = learned
    rows, _ = results()
    slow = replace(
        rows, hardware=np.array(["other"] * len(rows), dtype=object), throughput=rows.throughput / 3
    )
    one = slow.take((rows.hardware == "small") & (rows.compiler == "eager"))
    probed = with_results(predictor, one.take(np.arange(6)), profiles, DEVICES)
    questions = [ask(one, profiles, at, hardware=DEVICES["other"]) for at in range(6, len(one))]
    before, after = (
        np.median(np.abs(np.log([each.value for each in which.predict(questions)] / one.throughput[6:])))
        for which in (predictor, probed)
    )
    assert after < 0.5 * before
    assert probed.predict(questions)[0].case.name == "unseen hardware, 6 probes"


def test_a_model_known_by_its_size_only_gets_a_wider_interval_and_a_warning(learned):
    predictor, hidden, profiles = learned
    made = profile("unheardof_2", 48, 9)
    by_hand = ModelProfile("unheardof_2", None, None, 32, None, made.parameter_count, made.flops_per_item, ())
    traced, bare = predictor.predict([ask(hidden, profiles, profile=each) for each in (made, by_hand)])
    assert bare.high / bare.value > traced.high / traced.value
    assert any("no operators" in warning for warning in bare.warnings)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"metric": "energy"}, "is not predicted"),
        ({"batch_size": 0}, "batch of at least 1"),
        ({"hardware": HardwareFacts("bare", None, None, None, None, {}, {})}, "not known"),
        ({"profile": ModelProfile("empty", None, None, None, None, 0.0, 0.0, ())}, "no operations"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_its_reason(learned, change, message):
    predictor, hidden, profiles = learned
    with pytest.raises(PredictionRefused, match=message):
        predictor.predict([ask(hidden, profiles, **change)])


def test_too_few_equal_or_impossible_results_are_not_learned_from():
    rows, profiles = results(models=30)
    one = rows.take(np.arange(1))
    constant = replace(rows, throughput=np.full(len(rows), 100.0))
    broken = replace(rows, throughput=np.full(len(rows), np.nan))
    for bad in (one, constant, broken):
        with pytest.raises(PredictionRefused):
            train(bad, profiles, DEVICES)


def test_questions_without_operators_are_not_learned_from():
    rows, profiles = results(models=1)
    bare = replace(ask(rows, profiles), profile=replace(profiles[rows.model[0], 32.0], operators=()))
    with pytest.raises(PredictionRefused, match="no model has traced operators"):
        train_on([bare] * 200, np.full(200, 10.0))


def test_a_condition_that_the_device_was_never_run_in_is_a_case_of_its_own(learned):
    predictor, hidden, profiles = learned
    seen, other = predictor.predict([ask(hidden, profiles), ask(hidden, profiles, runtime_version="2.9.1")])
    assert (seen.case.name, other.case.name) == ("seen", "unseen condition")
    assert other.high / other.value > seen.high / seen.value


def test_what_no_result_had_widens_the_interval_and_is_said(learned):
    predictor, hidden, profiles = learned
    usual, word, small = predictor.predict(
        [
            ask(hidden, profiles, runtime_version="2.9.1"),
            ask(hidden, profiles, runtime_version="2.9.1", runtime="tensorrt"),
            ask(hidden, profiles, runtime_version="2.9.1", batch_size=1),
        ]
    )
    assert word.high / word.value > usual.high / usual.value
    assert "runtime tensorrt was in no result it learned from" in word.warnings
    assert small.high / small.value > usual.high / usual.value
    assert any("batch size 1 is outside" in warning for warning in small.warnings)


def test_it_knows_what_it_has_learned_from(learned):
    predictor, _, profiles = learned
    rows, _ = results()
    known = row_folds(len(rows), 5, 3) != 0
    questions = [ask(rows, profiles, at) for at in range(len(rows))]
    assert np.mean(np.array(predictor.knows(questions)) == known) == 1
    assert predictor.knows([ask(rows, profiles, precision="bf16")]) == [False]


def test_results_without_a_version_of_the_runtime_are_one_condition(learned):
    predictor, hidden, profiles = learned
    unknown = replace(hidden, version=np.full(len(hidden), np.nan), throughput=hidden.throughput / 2)
    taken = with_results(predictor, unknown, profiles, DEVICES)
    more = set(taken.engine.field.configurations) - set(predictor.engine.field.configurations)
    assert len(more) == len(set(zip(hidden.hardware, hidden.compiler, strict=True)))


def test_trees_of_other_features_are_refused(learned):
    predictor, hidden, profiles = learned
    engine = predictor.engine
    of_other_features = replace(engine.trees.folds[0][0], names=("height", "weight"))
    other = replace(engine.trees, folds=((of_other_features,),))
    of_other = replace(
        predictor, engine=replace(engine, known=replace(engine.known, learner=other), near=None)
    )
    with pytest.raises(PredictionRefused, match="other features"):
        of_other.predict([ask(hidden, profiles)])


def test_every_case_is_scored_on_what_did_not_set_its_width():
    rows, profiles = results()
    _, errors = fit(rows, profiles, {name: DEVICES[name] for name in ("small", "large")})
    scores = {each.split: each for each in held_out_scores(errors, seed=1)}
    assert set(scores) == {"seen", "unseen model", "unseen family", "unseen condition", "unseen hardware"}
    assert scores["seen"].median_error < scores["unseen family"].median_error
    assert all(0 <= each.coverage <= 1 for each in scores.values())


def test_without_a_version_of_the_runtime_the_newest_that_was_measured_is_assumed_and_said(learned):
    predictor, hidden, profiles = learned
    stated, silent = predictor.predict([ask(hidden, profiles), ask(hidden, profiles, runtime_version=None)])
    assert (silent.value, silent.case) == (stated.value, stated.case)
    assert "no version of the runtime is stated: 2.4 is assumed" in silent.warnings
    assert version_text(2.1) == "2.10"
