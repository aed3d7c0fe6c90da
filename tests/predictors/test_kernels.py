"""Kernels of some GPUs tell networks on another: lists of kernels, physics that bounds them, and what is learned."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmart.errors import PredictionRefused
from predictors.contract import HardwareFacts
from predictors.kernels.devices import Gpu, gpu_of, gpus_by_row
from predictors.kernels.efficiency import Efficiency, inputs_of
from predictors.kernels.evaluation import roofline_seconds
from predictors.kernels.model import KernelModel, interval_of, load
from predictors.kernels.networks import Workload, kernels_of
from predictors.kernels.operators import Kernel, product, table_of, traffic
from predictors.kernels.parallel import option_seconds
from predictors.kernels.published import read_gpus, read_labels

_DATA = (
    Path(os.environ.get("BENCHMART_TEST_DATA") or Path(__file__).parents[3] / "shared" / "data") / "neusight"
)
_GPU = Gpu("card", "nvidia", 10e12, 500e9, 50, 250.0, 2018.0, 100e9)
_GPT = {"model_type": "gpt2", "n_embd": 256, "n_head": 4, "n_layer": 3, "vocab_size": 1000}
_BERT = {
    "model_type": "bert",
    "hidden_size": 256,
    "num_attention_heads": 4,
    "num_hidden_layers": 3,
    "intermediate_size": 1024,
    "vocab_size": 1000,
}


def _work(configuration: Mapping[str, Any], mode: str = "inference", batch: int = 2, **more: Any) -> Workload:
    return Workload(configuration, mode, batch, 128, **more)


def _flops(workload: Workload) -> float:
    return sum(kernel.count * kernel.flops for kernel in kernels_of(workload))


def test_the_products_of_a_network_are_those_counted_by_hand() -> None:
    tokens, width, inner = 2 * 128, 256, 1024
    layer = 2 * tokens * (4 * width * width + 2 * width * inner) + 2 * 2 * 2 * 128 * 128 * width
    assert _flops(_work(_GPT)) == 3 * layer + 2 * tokens * width * 1000
    assert _flops(_work(_BERT)) == 3 * layer


def test_a_step_of_training_does_three_times_the_products_of_inference() -> None:
    assert _flops(_work(_GPT, "training")) == 3 * _flops(_work(_GPT))


def test_twice_the_batch_is_twice_the_products() -> None:
    assert _flops(_work(_GPT, batch=4)) == 2 * _flops(_work(_GPT, batch=2))


def test_a_compiled_network_does_the_same_products_with_less_traffic() -> None:
    plain, fused = kernels_of(_work(_GPT)), kernels_of(_work(_GPT, is_fused=True))
    assert _flops(_work(_GPT)) == _flops(_work(_GPT, is_fused=True))
    assert sum(each.count * each.elements for each in fused) < sum(
        each.count * each.elements for each in plain
    )


@pytest.mark.parametrize(
    ("configuration", "message"),
    [
        ({"model_type": "mamba"}, "no kernel list"),
        ({"model_type": "gpt2", "n_embd": 8}, "has no 'num_attention_heads'"),
    ],
)
def test_a_network_that_is_not_known_is_refused(configuration: dict[str, Any], message: str) -> None:
    with pytest.raises(PredictionRefused, match=message):
        kernels_of(_work(configuration))


@settings(max_examples=25, deadline=None)
@given(
    rows=st.integers(1, 4096),
    columns=st.integers(1, 4096),
    inner=st.integers(1, 4096),
    batch=st.integers(1, 64),
)
def test_no_kernel_is_faster_than_peak_and_bandwidth_allow(
    rows: int, columns: int, inner: int, batch: int
) -> None:
    torch.manual_seed(0)
    kernels = [
        product(rows, columns, inner, batch=batch),
        product(rows, columns, inner),
        traffic("norm", rows, columns, 2),
    ]
    model = KernelModel((Efficiency(_feature_count()),))
    for kernel, seconds in zip(kernels, model.kernel_seconds(kernels, _GPU), strict=True):
        least = max(kernel.flops / _GPU.peak_flops, 4 * kernel.elements / _GPU.bandwidth)
        assert seconds >= least * (1 - 1e-5)


def test_a_card_of_few_watts_does_not_reach_its_peak() -> None:
    large = [product(8192, 8192, 8192)]
    starved = Gpu("small card", "nvidia", 10e12, 500e9, 50, 50.0, 2018.0)
    unknown = Gpu("unknown card", "nvidia", 10e12, 500e9, 50)
    torch.manual_seed(0)
    model = KernelModel((Efficiency(_feature_count()),))
    own, small, free = (float(model.kernel_seconds(large, gpu)[0]) for gpu in (_GPU, starved, unknown))
    assert small > 2 * own
    assert np.isfinite(free)
    assert free <= own


def _feature_count() -> int:
    return inputs_of(table_of([product(2, 2, 2)]), gpus_by_row([_GPU])).features.shape[1]


def test_what_was_saved_predicts_the_same(tmp_path: Path) -> None:
    torch.manual_seed(1)
    model = KernelModel((Efficiency(_feature_count()), Efficiency(_feature_count())), 0.3)
    model.save(tmp_path / "model.safetensors")
    again = load(tmp_path / "model.safetensors")
    asked = [(_work(_GPT), _GPU), (_work(_BERT, "training"), _GPU)]
    assert np.array_equal(model.network_seconds(asked), again.network_seconds(asked))
    assert again.interval_log == 0.3


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"\x08\0\0\0\0\0\0\0no json")
    with pytest.raises(PredictionRefused, match="no saved kernel model"):
        load(tmp_path / "model.safetensors")


def test_a_bias_of_whole_devices_widens_the_interval_and_few_devices_too() -> None:
    scatter = np.array([-0.05, 0.05])
    even = interval_of(dict.fromkeys("abcdef", scatter))
    biased = interval_of({name: scatter + bias for name, bias in zip("abcdef", (-0.2, 0.2) * 3, strict=True)})
    few = interval_of(dict.fromkeys("ab", scatter))
    assert biased > 2 * even
    assert few > even
    assert interval_of({"a": scatter}) is None


@pytest.mark.parametrize(
    ("option", "expected"),
    [("pp4_1", 1.0), ("pp4_2", 5 / 8), ("dp2", 0.5)],
)
def test_splitting_a_batch_or_layers_saves_what_arithmetic_says(option: str, expected: float) -> None:
    def by_batch(workload: Workload, gpu: Gpu) -> float:
        return 1e6 * workload.batch

    split = option_seconds(option, _work(_GPT, "training"), _GPU, by_batch)
    assert split / by_batch(_work(_GPT), _GPU) == pytest.approx(expected, rel=1e-3)


def test_splitting_layers_over_devices_takes_links() -> None:
    alone = Gpu("alone", "nvidia", 10e12, 500e9, 50)
    with pytest.raises(PredictionRefused, match="bandwidth between devices alone"):
        option_seconds("tp4", _work(_GPT), alone, roofline_seconds)
    assert option_seconds("tp4", _work(_GPT), _GPU, roofline_seconds) > 0


def test_a_device_without_peak_or_units_is_refused_with_what_is_missing() -> None:
    facts = HardwareFacts("card", "nvidia", "gpu", None, 500e9, {"fp16": 1e13}, {})
    with pytest.raises(PredictionRefused, match="peak in fp32, number of compute units"):
        gpu_of(facts)


@pytest.mark.skipif(
    not _DATA.is_dir(), reason=f"no published tables at {_DATA}; name their folder with BENCHMART_TEST_DATA"
)
def test_the_kernel_lists_do_the_work_that_the_published_roofline_counts() -> None:
    """Theirs was made from traces of the networks, ours from configurations alone."""
    gpus = read_gpus(_DATA)
    ratios = [
        roofline_seconds(label.workload, gpus[label.device]) / theirs
        for label in read_labels(_DATA)
        if label.workload.configuration["model_type"] in {"bert", "gpt2"}
        and (theirs := label.rivals["roofline"]) is not None
    ]
    assert len(ratios) > 20
    assert np.median(np.abs(np.array(ratios) - 1)) < 0.02
    assert max(np.abs(np.array(ratios) - 1)) < 0.1


def test_kernels_have_the_counts_they_are_given() -> None:
    [table] = [table_of([Kernel("norm", 1.0, 4.0, 8.0, 0.0, 64.0, 3.0)])]
    assert table.count[0] == 3
    assert table.flops[0] == 0
