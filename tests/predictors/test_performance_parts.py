"""The parts of the throughput predictor, each against what must hold of it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from predictors.contract import Case
from predictors.performance.families import plain_name, prefix_family, twin_groups
from predictors.performance.folds import group_folds
from predictors.performance.intervals import Errors, conformal_quantile, student_quantile, widths
from predictors.performance.kriging import Field, Weights, solve
from predictors.performance.probes import cluster_centers
from predictors.performance.rows import version_number


@pytest.mark.parametrize(
    ("name", "plain", "family"),
    [
        ("tf_efficientnet_b0.ns_jft_in1k", "efficientnet_b0", "efficientnet"),
        ("legacy_seresnet50", "seresnet50", "seresnet"),
        ("ens_adv_inception_resnet_v2", "inception_resnet_v2", "inception"),
        ("vit_base_patch16_224", "vit_base_patch16_224", "vit"),
    ],
)
def test_ports_and_tags_do_not_make_another_model(name, plain, family):
    assert (plain_name(name), prefix_family(name)) == (plain, family)


def test_networks_of_equal_size_are_twins_and_unknown_sizes_are_not():
    nan = float("nan")
    groups = twin_groups(["a", "b", "tf_a", "c", "d"], [(1, 2), (1, 2), (3, 4), (nan, 1), (nan, 1)])
    assert groups[0] == groups[1] == groups[2]
    assert len({groups[0], groups[3], groups[4]}) == 3


@settings(deadline=None)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=60), st.integers(0, 5))
def test_no_group_lies_in_two_folds_and_the_order_of_rows_does_not_matter(groups, seed):
    place = group_folds(groups, 4, seed)
    assert all(
        len({place[at] for at, each in enumerate(groups) if each == group}) == 1 for group in set(groups)
    )
    assert (group_folds(groups[::-1], 4, seed)[::-1] == place).all()


@pytest.mark.parametrize(("freedom", "quantile"), [(4, 2.132), (5, 2.015), (7, 1.895), (20, 1.725)])
def test_the_quantile_of_students_t_is_that_of_the_tables(freedom, quantile):
    assert student_quantile(freedom) == pytest.approx(quantile, rel=0.01)


@settings(deadline=None)
@given(st.lists(st.floats(0, 10), min_size=20, max_size=200))
def test_a_conformal_quantile_covers_at_least_its_level(scores):
    values = np.array(scores)
    assert np.mean(values <= conformal_quantile(values)) >= 0.9


def test_probes_narrow_the_interval_of_an_unseen_device_and_an_unseen_kind_widens_it():
    generator = np.random.default_rng(0)
    noise = generator.normal(0, 0.05, 400)
    devices = np.array(["a"] * 200 + ["b"] * 200, dtype=object)
    kinds = np.array(["gpu"] * 400, dtype=object)
    known = widths(
        {
            "seen": Errors(noise, kinds, devices, np.arange(400)),
            "unseen hardware": Errors(
                noise + np.where(devices == "a", 0.2, -0.1), kinds, devices, np.arange(400)
            ),
        }
    )
    at = [known.half_width(Case(True, True, False, probes), "gpu") for probes in (0, 5, 20)]
    assert at[0] > at[1] > at[2] > known.half_width(Case(True, True, True), "gpu")
    assert known.half_width(Case(True, True, False), "cpu", kind_devices=0) > 2 * at[0]
    single = known.half_width(Case(True, True, False), "gpu", kind_devices=1)
    assert at[0] < single < known.half_width(Case(True, True, False), "gpu", kind_devices=0)


def test_the_solver_finds_what_the_full_matrix_finds():
    generator = np.random.default_rng(1)
    models, configurations = (_covariance(generator, size) for size in (6, 4))
    field = Field(models, configurations, 0.3 * configurations)
    residuals = generator.normal(size=(6, 4))
    residuals[[0, 3, 5], [1, 2, 2]] = np.nan
    noise = np.full((6, 4), 0.1)
    known = np.isfinite(residuals).ravel()
    full = np.kron(models, configurations) + np.kron(np.ones((6, 6)), 0.3 * configurations)
    system = (full + 0.1 * np.eye(24))[np.ix_(known, known)]
    expected = np.zeros(24)
    expected[known] = np.linalg.solve(system, residuals.ravel()[known])
    weights = solve(field, residuals, noise)
    assert weights.ravel() == pytest.approx(expected, abs=1e-3)
    at = Weights(weights).mean(models[[2]], configurations[[1]], 0.3 * configurations[[1]])
    assert at == pytest.approx((full @ expected)[2 * 4 + 1], abs=1e-3)


def _covariance(generator, size):
    root = generator.normal(size=(size, size))
    return root @ root.T / size + np.eye(size)


def test_clusters_far_apart_get_a_centre_each():
    points = np.concatenate([np.full((5, 2), place) for place in (0.0, 10.0, 20.0)])
    assert sorted(cluster_centers(points, 3, seed=0)[:, 0]) == pytest.approx([0, 10, 20])


def test_version_ten_comes_after_version_nine():
    assert version_number("2.10.0") > version_number("2.9.1+cu130") > version_number("1.13")
    assert np.isnan(version_number(None))
