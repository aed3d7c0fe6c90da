"""What the throughput predictor reads: results, devices and the physics of operators."""

import re
from dataclasses import replace

import numpy as np
import pytest
from made_models import DEVICES, profile, results

from predictors.contract import HardwareFacts
from predictors.performance.hardware import element_bytes, load_hardware, matrix_rate
from predictors.performance.operators import CATEGORIES, operator_table
from predictors.performance.physics import expand, terms
from predictors.performance.prepared import prepare
from predictors.performance.shares import SHARES


def test_a_measured_rate_comes_before_a_peak_and_bf16_falls_back_to_fp16():
    facts = HardwareFacts("x", None, "gpu", None, None, {"fp16": 100.0, "fp32": 20.0}, {"fp16": 60.0})
    assert matrix_rate(facts, "amp_fp16") == 60
    assert matrix_rate(facts, "bf16") == 60
    assert 10 < (matrix_rate(facts, "fp32") or 0) < 20
    assert matrix_rate(HardwareFacts("y", None, None, None, None, {}, {}), "fp16") is None
    assert [element_bytes(name) for name in ("amp_bf16", "fp32", "int8")] == [2, 4, 1]


def test_every_device_of_the_catalogue_has_its_facts(marts):
    known = load_hardware(marts)
    assert known["rtx-3090"].sustained_flops["fp16"] > known["rtx-3090"].peak_flops["fp32"]
    assert known["i9-10940x"].kind == "cpu"


def test_time_of_an_operator_is_the_larger_of_its_arithmetic_and_its_traffic():
    made = profile("net", 64, 1)
    rows, _ = results(models=1)
    rows = rows.take(np.array([0]))
    table = operator_table([made])
    sums = terms(expand(rows, np.zeros(1, dtype=np.int64), table, DEVICES), table, 1)
    facts = DEVICES["small"]
    convolution = made.flops_per_item / facts.sustained_flops["fp16"]
    # A batch of 64 moves 16.8 MB, of which 6 MB fit into the cache, which is twice as fast.
    moved = 2 * 2 * 64 * 32 * 32
    activation = (moved - facts.cache_bytes / 64 / 2) / (facts.memory_bandwidth or 1)
    assert sums.bound[0, CATEGORIES.index("conv")] == pytest.approx(convolution)
    assert sums.bound[0, CATEGORIES.index("activation")] == pytest.approx(activation)
    assert sums.fused[0] < sums.eager[0]


def test_what_fits_into_the_cache_is_moved_at_twice_the_bandwidth():
    rows, _ = results(models=1)
    table = operator_table([profile("net", 64, 1)])
    chosen = np.zeros(1, dtype=np.int64)

    def seconds(batch: float, size: float) -> float:
        asked = replace(rows.take(np.array([0])), batch_size=np.full(1, batch))
        device = {"small": replace(DEVICES["small"], cache_bytes=size)}
        return terms(expand(asked, chosen, table, device), table, 1).traffic[
            0, CATEGORIES.index("activation")
        ]

    assert seconds(64, 1e9) == pytest.approx(seconds(64, 1.0) / 2, rel=1e-4)


def test_shares_of_each_property_add_up_to_the_whole_time_and_name_the_bin():
    rows, profiles = results(models=4)
    given = prepare(rows, profiles, DEVICES)
    assert given.shares.shape == (len(rows), len(SHARES))
    for name in ("log_places", "log_inner", "log_outer", "log_over_cache", "log_compute_over_traffic"):
        columns = [at for at, each in enumerate(SHARES) if re.match(rf"{name}_\d+_", each)]
        assert (given.shares[:, columns] ** 2).sum(axis=1) == pytest.approx(1)
    # Convolutions have 32 x 32 places, 2^10, which is the fourth bin; beside them there are only activations.
    full = {
        SHARES[at] for at in np.flatnonzero(given.shares.max(axis=0)) if SHARES[at].startswith("log_places")
    }
    assert {each for each in full if not each.endswith("_activation")} == {"log_places_3_conv"}


def test_features_are_finite_and_do_not_change_with_the_order_of_rows():
    rows, profiles = results(models=8)
    forward = prepare(rows, profiles, DEVICES)
    backward = prepare(rows.take(np.arange(len(rows))[::-1]), profiles, DEVICES)
    assert np.isfinite(forward.features).all()
    assert backward.features[::-1] == pytest.approx(forward.features)
