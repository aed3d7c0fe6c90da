"""Tracing: operators as counted by hand, totals as torch counts them, and what a real backward pass keeps."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
import torch
import traced_models
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.autograd.graph import saved_tensors_hooks
from torch.utils.flop_counter import FlopCounterMode

from collectors.profiles.runner_models import Architectures
from collectors.profiles.sizes import BATCH, Sizes
from collectors.profiles.tracing import Forward, Saved, operators_of, saved_by
from collectors.profiles.wanted import Wanted

_SIZES = Sizes()


def _on_meta(make: Callable[[], nn.Module], *shape: int) -> tuple[nn.Module, torch.Tensor]:
    with torch.device("meta"):
        return make(), torch.empty(_SIZES.batch, *shape)


def _operators(make: Callable[[], nn.Module], *shape: int) -> Forward:
    module, batch = _on_meta(make, *shape)
    return operators_of(lambda: module.eval()(batch), batch, _SIZES)


def _saved(make: Callable[[], nn.Module], *shape: int) -> Saved:
    module, batch = _on_meta(make, *shape)
    return saved_by(lambda: module.train()(batch), module, _SIZES)


def test_operators_are_told_as_counted_by_hand() -> None:
    forward = _operators(traced_models.Convolutions, 3, 8, 8)
    told = [
        (
            call.category,
            call.shape,
            call.flops,
            call.read_elements,
            call.written_elements,
            call.weight_elements,
        )
        for call in forward.calls
    ]
    assert told == [
        ("conv", (3, 8, 3, 3, 2, 1, 4, 4), 2 * 16 * 8 * 27, 192, 128, 216),
        ("norm", (128,), 0, 128, 128, 32),
        ("activation", (128,), 0, 128, 128, 0),
        ("conv_depthwise", (8, 8, 3, 3, 1, 8, 4, 4), 2 * 16 * 8 * 9, 128, 128, 72),
        ("conv_grouped", (8, 8, 3, 3, 1, 2, 4, 4), 2 * 16 * 8 * 36, 128, 128, 288),
        ("conv_pointwise", (8, 16, 1, 1, 1, 1, 4, 4), 2 * 16 * 16 * 8, 128, 256, 128),
        ("reduce", (16,), 0, 256, 16, 0),
        ("matmul", (1, 10, 16), 2 * 10 * 16, 16, 10, 10 + 160),
    ]
    assert list(forward.calls.values()) == [1] * 8


def test_what_is_made_of_parameters_alone_is_done_once_a_step() -> None:
    standardized, product = _operators(traced_models.Standardized, 5).calls
    assert (standardized.category, standardized.written_elements) == ("elementwise", 0)
    assert standardized.weight_elements == 30 + 30
    assert (product.category, product.shape, product.flops) == ("matmul", (1, 6, 5), 60)


def test_attention_is_one_operator_and_keeps_no_scores() -> None:
    fused, unfused = (
        (_operators(make, 7, 8), _saved(make, 7, 8))
        for make in (
            lambda: traced_models.SelfAttention(is_fused=True),
            lambda: traced_models.SelfAttention(is_fused=False),
        )
    )
    [attention] = [call for call in fused[0].calls if call.category == "attention"]
    products = [call for call in unfused[0].calls if call.category == "batched_matmul"]
    assert attention.shape == (2, 7, 7, 4)
    assert [call.shape for call in products] == [(2, 7, 7, 4), (2, 7, 4, 7)]
    assert attention.flops == sum(call.flops for call in products)
    # Input, the projection that holds query, key and value, output, and one sum a query and head.
    assert fused[1].elements == 7 * 8 + 7 * 24 + 7 * 8 + 2 * 7


def test_most_is_alive_while_an_operator_has_both_its_operand_and_its_result() -> None:
    forward = _operators(lambda: nn.Sequential(nn.Linear(4, 100), nn.Linear(100, 50), nn.Linear(50, 4)), 4)
    assert forward.peak_live_elements == 4 + 100 + 50


def test_masks_and_indices_are_bytes_and_no_elements() -> None:
    saved = _saved(traced_models.Dropped, 1, 4, 4)
    # The images before the convolution and after dropout; an int64 index a window and a byte of mask a pixel.
    assert (saved.elements, saved.other_bytes) == (16 + 16, 4 * 8 + 16)


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(1, 40), min_size=2, max_size=5), st.sampled_from([nn.ReLU, nn.GELU, nn.Tanh]))
def test_what_a_trace_says_is_kept_is_what_a_real_pass_keeps(widths: list[int], activation: Any) -> None:
    def make() -> nn.Module:
        layers = [nn.Linear(*pair) for pair in pairwise(widths)]
        return nn.Sequential(
            *(part for layer in layers for part in (layer, activation(), nn.LayerNorm(layer.out_features)))
        )

    real = (_really_kept(make(), torch.randn(batch, widths[0])) for batch in (7, 3))
    assert _saved(make, widths[0]).elements == (next(real) - next(real)) / 4


def _really_kept(module: nn.Module, batch: torch.Tensor) -> int:
    """Elements of the storages a backward pass of real numbers waits for, told apart by address."""
    kept: dict[int, torch.Tensor] = {}

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        kept[tensor.untyped_storage().data_ptr()] = tensor
        return tensor

    with saved_tensors_hooks(pack, lambda tensor: tensor):
        output = module(batch)
    own = {parameter.untyped_storage().data_ptr() for parameter in module.parameters()}
    total = sum(each.untyped_storage().nbytes() // 4 for address, each in kept.items() if address not in own)
    assert output is not None
    return total


@pytest.mark.parametrize("name", ["bert-tiny", "distilgpt2", "resnet18", "whisper-tiny"])
def test_the_operations_of_published_architectures_are_those_that_torch_counts(name: str) -> None:
    pytest.importorskip("transformers")
    [traceable] = Architectures().build(Wanted(name))
    built = traceable.built
    built.module.eval()
    forward = operators_of(built.call, [built.keywords], traceable.sizes)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        built.call()
    traced = sum(call.flops * count for call, count in forward.calls.items())
    assert traced == pytest.approx(counter.get_total_flops() / BATCH, rel=1e-3)
    assert not [call.operator for call in forward.calls if call.category == "other"]


@given(st.lists(st.integers(1, 4096), max_size=3), st.booleans())
def test_sizes_with_the_batch_in_them_are_for_one_item(lengths: list[int], is_batch: bool) -> None:
    shape = [BATCH, *lengths] if is_batch else lengths
    count = int(torch.empty(lengths, device="meta").numel())
    assert _SIZES.split([torch.empty(shape, device="meta")]) == ((count, 0) if is_batch else (0, count))


def test_elements_that_broadcasting_repeats_count_once() -> None:
    row = torch.empty(5, device="meta").expand(BATCH, 5)
    assert _SIZES.split(row) == (0, 5)
