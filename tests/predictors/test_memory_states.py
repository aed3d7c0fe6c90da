"""What training holds a parameter is arithmetic: it agrees with what published estimators print."""

import csv
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmart.errors import PredictionRefused
from predictors.memory.states import state_bytes, zero2, zero3

_DATA = Path(os.environ.get("BENCHMART_TEST_DATA") or Path(__file__).parents[3] / "shared" / "data")
_FACTS = _DATA / "training_memory" / "memory_facts.csv"
_GIB = 2.0**30
_MIB = 2.0**20


def _facts(method: str, model: str) -> list[dict[str, str]]:
    if not _FACTS.is_file():
        pytest.skip(f"no {_FACTS}; name the folder of published tables with BENCHMART_TEST_DATA")
    with _FACTS.open(newline="", encoding="utf-8") as lines:
        return [row for row in csv.DictReader(lines) if (row["method"], row["model"]) == (method, model)]


def test_zero_stage_2_agrees_with_what_deepspeed_prints():
    rows = _facts("ZeRO-2", "t5-3b")
    assert rows
    for row in rows:
        parameters = float(row["params_b"]) * 1e9
        states = zero2(parameters, devices_per_node=8, is_offloaded="optimizer=cpu" in row["details"])
        assert states.device / _GIB == pytest.approx(float(row["gpu_mem_value"]), abs=0.006)
        # The table tells parameters to a million, of which each takes 48 bytes there.
        assert states.host / _GIB == pytest.approx(float(row["cpu_mem_value"]), abs=48e6 / _GIB + 0.006)


@pytest.mark.parametrize(("model", "parameters"), [("timm/resnet50.a1_in1k", 25_557_032)])
def test_weights_agree_with_what_accelerate_prints(model: str, parameters: int):
    rows = {row["precision_bits"]: row for row in _facts("load weights", model)}
    # Buffers, such as running means, are loaded beside the parameters: half a per cent.
    for bits, precision in {"32": "fp32", "16": "fp16", "8": "int8", "4": "int4"}.items():
        expected = float(rows[bits]["gpu_mem_value"]) * _MIB
        assert state_bytes("inference", precision).total * parameters == pytest.approx(expected, rel=0.01)


def test_adam_in_fp32_takes_four_times_the_weights():
    states = state_bytes("training", "fp32", "adam")
    assert states.total == 4 * states.weights == 16


def test_autocast_keeps_states_in_fp32_and_a_copy_of_the_weights_in_lower_precision():
    states = state_bytes("training", "amp_fp16", "adamw")
    assert (states.weights, states.gradients, states.optimizer, states.cast_weights) == (4, 4, 8, 2)


def test_a_model_cast_as_a_whole_has_all_its_states_in_that_precision():
    assert state_bytes("training", "bf16", "momentum").total == 6


def test_optimizer_states_of_eight_bits_take_a_byte_each():
    assert state_bytes("training", "bf16", "adamw_8bit").optimizer == 2


@settings(deadline=None)
@given(st.floats(1, 1e12), st.floats(0, 1e9), st.integers(1, 8), st.integers(1, 16))
def test_more_devices_never_need_more_bytes_each(parameters: float, largest: float, devices: int, nodes: int):
    few, many = ({"devices_per_node": devices, "nodes": count} for count in (nodes, nodes + 1))
    assert zero2(parameters, **many).device <= zero2(parameters, **few).device
    assert zero3(parameters, largest, **many).device <= zero3(parameters, largest, **few).device


@pytest.mark.parametrize(
    ("mode", "precision", "optimizer"),
    [("training", "mixed", "adam"), ("training", "fp32", "wishful"), ("serving", "fp32", "adam")],
)
def test_what_has_no_known_width_is_refused(mode: str, precision: str, optimizer: str):
    with pytest.raises(PredictionRefused, match="not known"):
        state_bytes(mode, precision, optimizer)
