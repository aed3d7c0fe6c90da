"""What the throughput predictor reads: results, devices and the physics of operators."""

import numpy as np
import pytest
from made_models import DEVICES, profile, results

from predictors.contract import HardwareFacts
from predictors.performance.hardware import element_bytes, load_hardware, matrix_rate
from predictors.performance.operators import CATEGORIES, operator_table
from predictors.performance.physics import expand, terms
from predictors.performance.prepared import prepare


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
    activation = 2 * 2 * 64 * 32 * 32 / (facts.memory_bandwidth or 1)
    assert sums.bound[0, CATEGORIES.index("conv")] == pytest.approx(convolution)
    assert sums.bound[0, CATEGORIES.index("activation")] == pytest.approx(activation)
    assert sums.fused[0] < sums.eager[0]


def test_features_are_finite_and_do_not_change_with_the_order_of_rows():
    rows, profiles = results(models=8)
    forward = prepare(rows, profiles, DEVICES)
    backward = prepare(rows.take(np.arange(len(rows))[::-1]), profiles, DEVICES)
    assert np.isfinite(forward.features).all()
    assert backward.features[::-1] == pytest.approx(forward.features)
