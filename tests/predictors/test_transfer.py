"""Few-shot transfer: a few probes of a new device tell the rest of it, and intervals say how surely."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmart.errors import PredictionRefused
from predictors.transfer.design import design
from predictors.transfer.known import Known, known_devices
from predictors.transfer.model import fit, learn, load, probes
from predictors.transfer.posterior import condition, rounding_variance
from predictors.transfer.prior import learn_prior

_ITEMS, _DEVICES = 300, 8


def _devices(count: int = _DEVICES, seed: int = 0, noise: float = 0.01) -> np.ndarray:
    """Latencies that are sums of two parts of each item, each device with its own speed for either."""
    random = np.random.default_rng(seed)
    parts = np.random.default_rng(7).lognormal(0, 0.7, size=(_ITEMS, 2))
    speeds = random.lognormal(0, 1.0, size=(2, count))
    return (parts @ speeds) * random.lognormal(0, noise, size=(_ITEMS, count))


def _names(count: int = _DEVICES) -> tuple[str, ...]:
    return tuple(f"device {number}" for number in range(count))


@pytest.fixture(scope="module")
def known() -> Known:
    return known_devices(_devices(), _names())


@pytest.fixture(scope="module")
def new() -> np.ndarray:
    return _devices(1, seed=1)[:, 0]


def test_five_probes_tell_the_rest_of_a_new_device(known: Known, new: np.ndarray) -> None:
    chosen = probes(known, 5)
    estimate = fit(known, chosen, new[chosen]).predict()
    rest = np.delete(np.abs(estimate.values / new - 1), chosen)
    assert np.median(rest) < 0.05
    mean_device = np.abs(learn(known, is_calibrated=False).fit([], []).predict().values / new - 1)
    assert np.median(rest) < np.median(mean_device) / 5


def test_the_first_probes_of_a_long_list_are_the_short_list(known: Known) -> None:
    prior = learn_prior(known)
    assert list(design(prior, 8)[:3]) == list(design(prior, 3))


def test_no_item_is_probed_twice_even_when_all_are_asked_for(known: Known) -> None:
    chosen = design(learn_prior(known), 2 * _ITEMS)
    assert len(set(chosen)) == len(chosen) == _ITEMS


def test_designed_probes_leave_less_variance_than_random_ones(known: Known) -> None:
    prior = learn_prior(known)

    def left(items: np.ndarray) -> float:
        posterior = condition(prior, items, np.exp(prior.mean[items]))
        return float(((prior.basis @ posterior.covariance) * prior.basis).sum())

    random = [left(np.random.default_rng(seed).choice(_ITEMS, 4, replace=False)) for seed in range(20)]
    assert left(design(prior, 4)) < np.median(random)


def test_intervals_narrow_with_probes_and_hold_nine_in_ten(known: Known) -> None:
    model = learn(known)
    inside, widths = [], {0: [], 5: [], 20: []}
    for seed in range(20, 40):
        truth = _devices(1, seed=seed)[:, 0]
        for count, own in widths.items():
            chosen = model.probes(count)
            estimate = model.fit(chosen, truth[chosen]).predict()
            own.append(np.median(estimate.high / estimate.low))
            inside.append(np.mean((estimate.low <= truth) & (truth <= estimate.high)))
    assert np.median(widths[0]) > np.median(widths[5]) >= np.median(widths[20])
    assert 0.85 < np.mean(inside) <= 1


def test_two_known_devices_give_wider_intervals_than_eight(new: np.ndarray) -> None:
    chosen = [0, 50, 100, 150, 200]
    widths = []
    for count in (2, 8):
        estimate = fit(known_devices(_devices(count), _names(count)), chosen, new[chosen]).predict()
        widths.append(np.median(estimate.high / estimate.low))
    assert widths[0] > widths[1]


def test_what_was_saved_predicts_the_same(known: Known, new: np.ndarray, tmp_path: Path) -> None:
    model = learn(known)
    model.save(tmp_path / "model.npz")
    again = load(tmp_path / "model.npz")
    chosen = model.probes(6)
    assert list(again.probes(6)) == list(chosen)
    before, after = (each.fit(chosen, new[chosen]).predict() for each in (model, again))
    assert np.array_equal(before.values, after.values)
    assert np.array_equal(before.high, after.high)


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.npz").write_bytes(b"PK\x03\x04 no archive")
    with pytest.raises(PredictionRefused, match="no saved transfer model"):
        load(tmp_path / "model.npz")


def test_a_few_gaps_in_the_known_table_change_little(new: np.ndarray) -> None:
    table = _devices()
    gaps = table.copy()
    gaps[np.random.default_rng(3).random(gaps.shape) < 0.05] = np.nan
    chosen = [3, 40, 80, 120, 160, 200, 240, 280]
    whole, holed = (
        fit(known_devices(each, _names()), chosen, new[chosen]).predict() for each in (table, gaps)
    )
    assert np.median(np.abs(holed.values / whole.values - 1)) < 0.03


def test_batch_sizes_of_one_device_weigh_as_one_device() -> None:
    table = _devices(3)
    once = learn_prior(known_devices(table, ("a", "b", "c")))
    again = learn_prior(known_devices(np.column_stack([table, table[:, :1]]), ("a", "b", "c", "a")))
    assert np.allclose(once.mean, again.mean)


@settings(max_examples=25, deadline=None)
@given(scale=st.floats(1e-6, 1e6))
def test_the_unit_of_time_does_not_matter(scale: float) -> None:
    table, truth = _devices(4), _devices(1, seed=5)[:, 0]
    chosen = np.array([1, 60, 120, 180, 240])
    here = learn(known_devices(table, _names(4)), is_calibrated=False).fit(chosen, truth[chosen]).predict()
    there = (
        learn(known_devices(table * scale, _names(4)), is_calibrated=False)
        .fit(chosen, truth[chosen] * scale)
        .predict()
    )
    assert np.allclose(there.values, here.values * scale, rtol=1e-6)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([9.0, 18.0, 33.0, 16.0], [1 / 12 / 81, 1 / 12 / 324, 1 / 12 / 1089, 1 / 12 / 256]),
        ([0.009, 0.018, 0.033, 0.016], [1 / 12 / 81, 1 / 12 / 324, 1 / 12 / 1089, 1 / 12 / 256]),
        ([9.0, 18.0], [0.0, 0.0]),
    ],
)
def test_whole_milliseconds_are_known_to_be_rounded_in_any_unit(
    values: list[float], expected: list[float]
) -> None:
    assert np.allclose(rounding_variance(np.array(values)), expected)


@pytest.mark.parametrize(
    ("latencies", "devices", "message"),
    [
        ([[1.0], [2.0]], ("a",), "one known device"),
        ([[1.0, 2.0], [0.0, 1.0]], ("a", "b"), "not a positive number"),
        ([[1.0, 2.0], [np.nan, np.nan]], ("a", "b"), "no measured latency"),
        ([[1.0, 2.0]], ("a", "b", "c"), "3 devices are named"),
    ],
)
def test_a_table_that_cannot_be_learned_from_is_refused(latencies, devices, message: str) -> None:
    with pytest.raises(PredictionRefused, match=message):
        known_devices(latencies, devices)


@pytest.mark.parametrize(
    ("items", "latencies", "message"),
    [
        ([1], [0.0], "not a positive number"),
        ([1], [float("nan")], "not a positive number"),
        ([1, 2], [1.0], "1 latencies were given for 2 probes"),
        ([_ITEMS], [1.0], "items are numbered"),
    ],
)
def test_probes_that_cannot_be_are_refused(known: Known, items, latencies, message: str) -> None:
    with pytest.raises(PredictionRefused, match=message):
        learn(known, is_calibrated=False).fit(items, latencies)
