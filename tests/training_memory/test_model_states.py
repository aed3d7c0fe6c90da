"""Model states, against DeepSpeed's own estimators and what its documentation prints."""

import random

import pytest

from benchmart.errors import UsageError
from predictors.training_memory.model_states import model_states


def test_model_states_agree_with_deepspeed_in_200_random_cases(monkeypatch) -> None:
    monkeypatch.setenv("DS_ACCELERATOR", "cpu")
    stage2 = pytest.importorskip("deepspeed.runtime.zero.stage_1_and_2")
    stage3 = pytest.importorskip("deepspeed.runtime.zero.stage3")
    draw = random.Random(20)
    for _ in range(200):
        parameters = draw.randint(10**6, 10**12)
        largest = draw.randint(10**4, parameters)
        gpus, nodes = draw.choice([1, 2, 4, 8]), draw.choice([1, 2, 3, 8, 64])
        optimizer, weights, is_cut = (draw.random() < 0.5 for _ in range(3))
        host, device = stage2.estimate_zero2_model_states_mem_needs(parameters, gpus, nodes, optimizer)
        ours = model_states(parameters, largest, gpus, nodes, "zero2", offloads_optimizer=optimizer)
        assert (ours.host_bytes, ours.device_bytes) == pytest.approx((host, device), rel=0.01)
        host, device, _ = stage3.estimate_zero3_model_states_mem_needs(
            parameters, largest, gpus, nodes, optimizer, weights, is_cut
        )
        ours = model_states(
            parameters,
            largest,
            gpus,
            nodes,
            "zero3",
            offloads_optimizer=optimizer,
            offloads_parameters=weights,
            is_built_cut=is_cut,
        )
        assert (ours.host_bytes, ours.device_bytes) == pytest.approx((host, device), rel=0.01)


@pytest.mark.parametrize(("offloads", "device"), [(True, 5.31), (False, 15.93)])
def test_model_states_are_those_deepspeeds_documentation_prints(offloads, device) -> None:
    found = model_states(2.851e9, 0, 8, 1, "zero2", offloads_optimizer=offloads, keeps_gradients=True)
    assert found.device_bytes / 2**30 == pytest.approx(device, rel=0.01)
    assert found.host_bytes / 2**30 == pytest.approx(127.48, rel=0.01)


def test_there_is_no_estimate_for_other_strategies() -> None:
    with pytest.raises(UsageError, match="fsdp2"):
        model_states(1e9, 1e7, 8, 1, "fsdp2")
