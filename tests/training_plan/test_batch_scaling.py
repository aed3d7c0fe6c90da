"""The micro-batch follows throughput where it was measured, or is predicted, and says which."""

from dataclasses import replace

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmart.config import Home
from benchmart.errors import UsageError
from predictors.model_sizes.sizes import size_of
from predictors.training_plan.asking import Asked, plan_for
from predictors.training_plan.batch_evidence import measured_scaling
from predictors.training_plan.batch_scaling import BatchScaling, knee
from predictors.training_plan.document import plan_document
from predictors.training_plan.hyperparameters import hyperparameters_of
from predictors.training_plan.planner import make_plan
from predictors.training_plan.request import Devices, Request

GPT2 = Request(size_of("gpt2"), Devices(1, 24e9, hardware_id="a100-sxm4-40gb"), 64, 512)
FLAT = BatchScaling({1: 10.0, 2: 18.0, 4: 19.5, 8: 20.0}, "measured", "here")
SCHEMA = """
    create table training_runs (
        event_id integer, model_id varchar, hardware_id varchar, status varchar default 'ok',
        basis varchar default 'measured', precision varchar, device_count integer default 1, runtime varchar,
        runtime_version varchar, compiler varchar, memory_format varchar, condition map(varchar, varchar),
        method varchar, batch_size bigint, image_size bigint, sequence_length bigint, items_per_second double,
        step_time_seconds double
    )
"""


def warehouse_of(*rows):
    """Rows of (micro-batch, rate, and what differs from bf16 on the device)."""
    connection = duckdb.connect()
    connection.execute(SCHEMA)
    for number, (size, rate, more) in enumerate(rows):
        row = {
            "event_id": number,
            "model_id": "gpt2",
            "hardware_id": "a100-sxm4-40gb",
            "precision": "amp_bf16",
            "batch_size": size,
            "sequence_length": 512,
            "items_per_second": rate,
        } | more
        names = ", ".join(row)
        marks = ", ".join("?" * len(row))
        connection.execute(f"insert into training_runs ({names}) values ({marks})", list(row.values()))
    return connection


def measured(*rows, request=GPT2):
    return measured_scaling(warehouse_of(*rows), "gpt2", "a100-sxm4-40gb", request)


def test_the_knee_is_the_smallest_batch_that_is_nearly_as_fast_as_any() -> None:
    assert knee({1: 10.0, 2: 19.0, 4: 30.0, 8: 33.0, 16: 33.2}) == 4
    with pytest.raises(UsageError):
        knee({})


def test_a_plan_that_accumulates_anyway_passes_no_more_at_once_than_the_knee() -> None:
    plain, known = make_plan(GPT2), make_plan(replace(GPT2, batch_scaling=FLAT))
    assert plain.setup.micro_batch > 2
    assert (known.setup.micro_batch, known.setup.accumulation_steps) == (2, 32)
    assert known.memory.device_bytes < plain.memory.device_bytes
    assert "measured: here" in hyperparameters_of(known).micro_batch_reason
    assert "neither measured nor predicted" in hyperparameters_of(plain).micro_batch_reason
    assert plan_document(known)["batch_scaling"]["knee"] == 2
    assert plan_document(plain)["batch_scaling"] is None


def test_a_whole_batch_that_fits_and_is_as_fast_is_not_cut() -> None:
    assert make_plan(replace(GPT2, global_batch=8, batch_scaling=FLAT)).setup.accumulation_steps == 1


def test_a_whole_batch_that_was_measured_slower_is_cut() -> None:
    falling = BatchScaling({1: 3.17, 4: 2.17}, "measured", "gpt2-large on an MI250 (NeuSight's measurements)")
    plan = make_plan(replace(GPT2, global_batch=4, batch_scaling=falling))
    assert (plan.setup.micro_batch, plan.setup.accumulation_steps) == (1, 4)


def test_computing_takes_as_long_as_was_measured() -> None:
    plan = make_plan(replace(GPT2, batch_scaling=FLAT))
    assert plan.step.seconds == pytest.approx(64 / FLAT.rates[plan.setup.micro_batch])
    assert any("as long as measured: here" in each for each in plan.assumptions)
    assert not any("peak" in each for each in plan.assumptions)


def test_what_accumulation_costs_is_what_was_measured() -> None:
    falling = BatchScaling({1: 3.17, 4: 2.17}, "measured", "gpt2-large on an MI250 (NeuSight's measurements)")
    plan = make_plan(replace(GPT2, global_batch=4, batch_scaling=falling))
    [accumulation] = [each for each in plan.optimisations if each.name == "accumulation"]
    assert accumulation.cost_share == pytest.approx(2.17 / 3.17 - 1)


def test_throughput_of_several_devices_says_nothing_of_the_time_of_one() -> None:
    several = replace(FLAT, is_plain=False)
    plan = make_plan(replace(GPT2, batch_scaling=several))
    assert plan.setup.micro_batch == 2
    assert any("of the device's peak" in each for each in plan.assumptions)


def test_below_the_knee_memory_decides_and_the_plan_says_so() -> None:
    growing = BatchScaling({1: 1.0, 64: 64.0, 128: 64.0}, "predicted", "there")
    plan = make_plan(replace(GPT2, batch_scaling=growing))
    assert plan.setup.micro_batch == make_plan(GPT2).setup.micro_batch
    assert "would grow up to 64 (predicted: there)" in hyperparameters_of(plan).micro_batch_reason


@given(
    st.dictionaries(st.integers(1, 512), st.floats(0.1, 1e6), min_size=1),
    st.lists(st.integers(1, 1024), min_size=1),
)
def test_preferred_sizes_are_some_of_those_asked_for_and_near_the_best_of_them(rates, sizes) -> None:
    known = BatchScaling(rates, "measured", "")
    chosen = known.preferred(sizes)
    assert chosen
    assert set(chosen) <= set(sizes)
    best = max((known.rate_at(size) or 0.0 for size in sizes), default=0.0)
    assert all(known.rate_at(size) is None or known.rate_at(size) >= 0.9 * best for size in chosen)


def test_rates_of_one_condition_are_a_series_and_those_of_another_are_not() -> None:
    found = measured((1, 10.0, {}), (4, 30.0, {}), (8, 99.0, {"compiler": "inductor"}))
    assert dict(found.rates) == {1: 10.0, 4: 30.0}
    assert found.basis == "measured"


def test_several_runs_of_a_size_count_by_their_median() -> None:
    found = measured((1, 10.0, {}), (1, 12.0, {}), (1, 11.0, {}), (2, 20.0, {}))
    assert dict(found.rates) == {1: 11.0, 2: 20.0}


@pytest.mark.parametrize(
    "other",
    [
        {"precision": "fp32"},
        {"sequence_length": 128},
        {"basis": "simulated"},
        {"status": "failed"},
        {"method": "lora"},
        {"model_id": "gpt2-xl"},
        {"hardware_id": "v100"},
        {"device_count": 8},
    ],
)
def test_rates_of_other_work_are_not_taken(other) -> None:
    assert measured((1, 10.0, other), (4, 30.0, other)) is None


def test_one_size_alone_says_nothing_of_growth() -> None:
    assert measured((4, 30.0, {}), (4, 31.0, {})) is None


def test_a_stated_micro_batch_counts_for_several_devices_and_the_rate_is_one_devices() -> None:
    rows = [
        (size * 2, rate, {"device_count": 2, "condition": {"micro_batch": str(size), "strategy": "ddp"}})
        for size, rate in ((1, 10.0), (4, 30.0))
    ]
    found = measured(*rows)
    assert dict(found.rates) == {1: 5.0, 4: 15.0}
    assert not found.is_plain
    assert measured((1, 10.0, {}), (4, 30.0, {})).is_plain
    assert "ddp" in found.condition


def test_the_very_precision_goes_before_another_half_precision() -> None:
    other = {"precision": "amp_fp16"}
    rows = [(1, 1.0, {}), (2, 2.0, {}), *((size, 9.0, other) for size in (1, 2, 4))]
    assert dict(measured(*rows).rates) == {1: 1.0, 2: 2.0}


def test_without_a_warehouse_a_traced_model_has_predicted_rates_and_an_untraced_one_none(tmp_path) -> None:
    home = Home(tmp_path)
    traced = plan_for(Asked("vit_base_patch16_224", hardware="rtx4090"), home=home)
    assert traced.request.batch_scaling.basis == "predicted"
    assert traced.request.global_batch == traced.request.batch_scaling.knee > 1
    untraced = plan_for(Asked("llama-7b", hardware="a100-80gb", method="lora"), home=home)
    assert untraced.request.batch_scaling is None
    assert untraced.request.global_batch == 1
