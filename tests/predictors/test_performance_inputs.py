"""What the throughput predictor reads: results, devices and the physics of operators."""

import duckdb
import numpy as np
import pytest
from made_models import DEVICES, profile, results

from predictors.contract import HardwareFacts
from predictors.performance.hardware import element_bytes, load_hardware, matrix_rate
from predictors.performance.operators import CATEGORIES, operator_table
from predictors.performance.physics import expand, terms
from predictors.performance.prepared import prepare
from predictors.performance.rows import load_rows


@pytest.fixture
def warehouse():
    """Five results of one model: measured twice, once repeated, once failed, once simulated."""
    with duckdb.connect() as connection:
        connection.execute("""
            create table performance as
            select
                id as event_id, 'adapter:timm_csv' as collector, 'net_1' as model_id, size::bigint as image_size,
                1000000 as parameter_count, 'small' as hardware_id, 'inference' as mode, 'fp16' as precision,
                'nchw' as memory_format, 'eager' as compiler, '2.4.0' as runtime_version, 8 as batch_size,
                rate::double as items_per_second, basis, status
            from (values
                (1, 32, 100.0, 'measured', 'ok'), (2, 64, 30.0, 'measured', 'ok'), (3, 32, 100.0, 'measured', 'ok'),
                (4, 32, null, 'untested', 'untested'), (5, 32, 90.0, 'simulated', 'ok')
            ) as given (id, size, rate, basis, status)
        """)
        connection.execute("""
            create table fct_measurements as
            select 1 as event_id, 'macs_per_item' as metric, 5e6 as value
            union all select 3, 'macs_per_item', 5e6
        """)
        yield connection


def test_only_measured_results_are_learned_from_and_the_others_are_counted_by_reason(warehouse):
    rows, excluded = load_rows(warehouse)
    assert sorted(rows.throughput) == [30, 100]
    assert excluded.counts == {
        "failed, skipped or untested": 1,
        "not measured": 1,
        "repeats another result exactly": 1,
    }


def test_operations_that_a_file_does_not_state_grow_with_the_area_of_the_image(warehouse):
    rows, _ = load_rows(warehouse)
    assert dict(zip(rows.image_size, rows.macs, strict=True)) == {32: 5e6, 64: 2e7}


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
