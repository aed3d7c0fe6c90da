"""The network of operator efficiencies: trained on sums, bounded by physics."""

import numpy as np
import pytest
from made_models import DEVICES, results

from predictors.performance.efficiency import fit_efficiency, inputs
from predictors.performance.operators import operator_table


@pytest.fixture(scope="module")
def trained():
    rows, profiles = results(models=12)
    keys = list(profiles)
    profile = np.array([keys.index(key) for key in zip(rows.model, rows.image_size, strict=True)])
    given = inputs(rows, profile, operator_table(list(profiles.values())), DEVICES)
    target = -np.log(rows.throughput)
    return given, target, fit_efficiency(given, target, np.arange(len(target)), seed=1, epochs=40)


def test_no_model_is_faster_than_its_limits(trained):
    given, _, network = trained
    least = np.add.reduceat(np.maximum(given.limits[:, 0], given.limits[:, 1]), given.start[:-1])
    assert (network.log_seconds(given) >= np.log(least) - 1e-4).all()


def test_it_learns_from_times_of_whole_models(trained):
    given, target, network = trained
    spread = np.abs(target - target.mean()).mean()
    assert np.abs(network.log_seconds(given) - target).mean() < 0.5 * spread


def test_the_same_seed_gives_the_same_network(trained):
    given, target, _ = trained
    one, other = (fit_efficiency(given, target, np.arange(20), seed=3, epochs=1) for _ in range(2))
    assert all((one.weights[name] == other.weights[name]).all() for name in one.weights)
