"""Networks: what they read, that they learn, how much they are asked, and where they are not asked at all."""

from dataclasses import replace

import numpy as np
import pytest
from made_models import DEVICES, results

from predictors.performance.engine import fit_engine, refit
from predictors.performance.network import Encoder, fit_network
from predictors.performance.networks import best_share
from predictors.performance.prepared import prepare


@pytest.fixture(scope="module")
def given():
    rows, profiles = results(models=60)
    return prepare(rows, profiles, DEVICES)


@pytest.fixture(scope="module")
def engine(given):
    return fit_engine(given, seed=1)


def test_a_network_finds_a_law_of_products_and_says_it_of_rows_that_it_has_not_seen():
    generator = np.random.default_rng(1)
    inputs = generator.normal(size=(3000, 6)).astype(np.float32)
    target = 0.3 * inputs[:, 0] * inputs[:, 1] + 0.2 * np.abs(inputs[:, 2])
    network = fit_network(inputs[:2500], target[:2500].astype(float), seed=1)
    off = np.abs(network.predict(inputs[2500:]) - target[2500:])
    assert np.median(off) < 0.2 * np.abs(target - np.median(target)).mean()


def test_what_numpy_answers_is_what_torch_was_trained_to_answer():
    import torch

    from predictors.performance.network import _forward

    generator = np.random.default_rng(2)
    inputs = generator.normal(size=(400, 5)).astype(np.float32)
    network = fit_network(inputs, inputs[:, 0].astype(float), seed=1)
    weights = {name: torch.from_numpy(each) for name, each in network.weights.items()}
    by_torch = _forward(weights, torch.from_numpy(inputs)).numpy() * network.scale + network.center
    assert network.predict(inputs) == pytest.approx(by_torch, abs=1e-5)


def test_the_same_seed_trains_the_same_network_and_another_one_does_not():
    inputs = np.random.default_rng(3).normal(size=(300, 4)).astype(np.float32)
    one, same, other = (fit_network(inputs, inputs[:, 0].astype(float), seed=seed) for seed in (1, 1, 2))
    assert (one.predict(inputs) == same.predict(inputs)).all()
    assert (one.predict(inputs) != other.predict(inputs)).any()


def test_equal_values_have_one_normal_score_and_scores_rise_with_values(given):
    encoder = Encoder.of(given)
    count = given.features.shape[1]
    scores = encoder.inputs(given)[:, count : 2 * count]
    batch = scores[:, given.names.index("log_batch")]
    assert np.ptp(batch) == 0
    macs = given.names.index("log_macs")
    order = np.argsort(given.features[:, macs], kind="stable")
    assert (np.diff(scores[order, macs]) >= 0).all()
    assert abs(np.median(scores[:, macs])) < 0.2


def test_missing_and_far_inputs_stay_finite_and_bounded(given):
    encoder = Encoder.of(given)
    wild = replace(given, features=given.features * 1e9)
    wild.features[0, 0] = np.nan
    inputs = encoder.inputs(wild)
    assert np.isfinite(inputs).all()
    assert np.abs(inputs).max() <= 4


def test_who_is_right_has_the_whole_share_and_who_is_noise_has_none():
    generator = np.random.default_rng(4)
    target = generator.normal(size=500)
    noise = target + generator.normal(size=500)
    assert best_share(noise, target, target) == 1
    assert best_share(target, noise, target) == 0
    other = target + generator.normal(size=500)
    assert 0.2 < best_share(noise, other, target) < 0.8


def test_a_configuration_that_networks_know_is_answered_by_the_blend_and_any_other_by_trees(given, engine):
    unmet = replace(given, configurations=tuple(replace(each, version=2.09) for each in given.configurations))
    assert engine.near.learner.knows(given).all()
    assert not engine.near.learner.knows(unmet).any()
    without = replace(engine, near=None)
    assert engine.predict(unmet) == pytest.approx(without.predict(unmet))
    assert engine.predict(unmet) == pytest.approx(engine.known.predict(unmet))
    blend = engine.near.learner
    expected = blend.predict(given) + engine.near.field.predict(
        given.models, given.which, given.configurations
    )
    assert engine.predict(given) == pytest.approx(expected)


def test_a_device_that_was_not_learned_from_is_answered_by_the_first_of_the_trees(given, engine):
    elsewhere = replace(
        given, configurations=tuple(replace(each, hardware="other") for each in given.configurations)
    )
    assert engine.new.learner.rounds < len(engine.trees.folds[0][0].model.dump_model()["tree_info"])
    assert engine.predict(elsewhere) == pytest.approx(engine.new.predict(elsewhere))
    assert engine.learned(elsewhere) == pytest.approx(engine.new.learner.predict(given))


def test_results_that_are_taken_out_are_no_longer_told_by_either_field(given, engine):
    half = refit(engine, given.take(np.arange(0, len(given), 2)), seed=1)
    for stage in (half.known, half.new, half.near):
        assert np.isfinite(stage.field.table).sum() < np.isfinite(engine.field.table).sum()
    assert half.near.learner is engine.near.learner
