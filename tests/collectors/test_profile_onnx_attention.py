"""Attention that an exporter took apart is the one operator of a trace; what only looks like it is not."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import torch
import traced_models
from torch import nn
from torch.nn.functional import scaled_dot_product_attention

pytest.importorskip("onnx")

from exported_models import (
    BATCH,
    calls_of_file,
    calls_of_trace,
    export,
    exported,
    profiled,
    totals_of_file,
    totals_of_trace,
    traced,
)

from benchmart.event_log.events import ModelProfiled
from collectors.profiles.sizes import Sizes
from collectors.profiles.tracing import Forward, operators_of

_BOTH = pytest.mark.parametrize("is_free", [True, False], ids=["free batch", "batch of two"])
_QUERY, _KEY, _VALUE = (3, 5, 4), (3, 7, 4), (3, 7, 6)
_MASK = (1, 5, 7)
Compute = Callable[..., Any]


class _Attends(nn.Module):
    """Computes as it is told, with a bias of all pairs of tokens and a square that it learned."""

    def __init__(self, compute: Compute) -> None:
        super().__init__()
        self.compute = compute
        self.bias = nn.Parameter(torch.zeros(5, 7))
        self.square = nn.Parameter(torch.zeros(4, 4))

    def forward(self, *operands: torch.Tensor) -> Any:
        return self.compute(self, *operands)


def _file(
    path: Path, compute: Compute, *operands: torch.Tensor, is_free: bool, opset: int = 17
) -> ModelProfiled:
    free = {f"x{place}": {0: "batch"} for place in range(len(operands))} if is_free else None
    return profiled(export(_Attends(compute), *operands, path=path, free=free, opset=opset))


def _trace(compute: Compute, *operands: torch.Tensor) -> Forward:
    sizes = Sizes()
    batch = [torch.empty(sizes.batch, *each.shape[1:], dtype=each.dtype, device="meta") for each in operands]
    module = deepcopy(_Attends(compute)).to("meta")
    return operators_of(lambda: module(*batch), batch, sizes)


def _operands(*masks: torch.Tensor) -> tuple[torch.Tensor, ...]:
    return *(torch.zeros(BATCH, *shape) for shape in (_QUERY, _KEY, _VALUE)), *masks


_SEES = torch.ones(BATCH, *_MASK, dtype=torch.bool)
_ADDED = torch.zeros(BATCH, *_MASK)
_KINDS: dict[str, tuple[Compute, tuple[torch.Tensor, ...]]] = {
    "all": (lambda _, q, k, v: scaled_dot_product_attention(q, k, v), ()),
    "causal": (lambda _, q, k, v: scaled_dot_product_attention(q, k, v, is_causal=True), ()),
    "scale": (lambda _, q, k, v: scaled_dot_product_attention(q, k, v, scale=0.3), ()),
    "choice": (lambda _, q, k, v, mask: scaled_dot_product_attention(q, k, v, attn_mask=mask), (_SEES,)),
    "numbers": (lambda _, q, k, v, mask: scaled_dot_product_attention(q, k, v, attn_mask=mask), (_ADDED,)),
    "learned": (lambda self, q, k, v: scaled_dot_product_attention(q, k, v, attn_mask=self.bias), ()),
}


@_BOTH
@pytest.mark.parametrize("opset", [14, 17, 20])
@pytest.mark.parametrize("kind", _KINDS)
def test_attention_is_one_operator_as_it_is_traced(
    tmp_path: Path, kind: str, opset: int, is_free: bool
) -> None:
    compute, masks = _KINDS[kind]
    operands = _operands(*masks)
    event = _file(tmp_path / "net.onnx", compute, *operands, is_free=is_free, opset=opset)
    trace = _trace(compute, *operands)
    assert calls_of_file(event) == calls_of_trace(trace)
    [call] = calls_of_file(event)
    assert call[:3] == ("attention", (3, 5, 7, 4), 2.0 * 3 * 5 * 7 * (4 + 6))
    # A trace keeps the sum of every query's scores for the backward pass until the kernel is done.
    assert event.peak_live_elements_per_item == trace.peak_live_elements - 3 * 5


def _masked(
    _: nn.Module, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, mask: torch.Tensor
) -> torch.Tensor:
    scores = (q * 0.5) @ k.transpose(-1, -2)
    return scores.masked_fill(mask, -1e4).double().softmax(-1).float() @ v


def _scaled_late(
    _: nn.Module, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, mask: torch.Tensor
) -> torch.Tensor:
    return ((q @ k.transpose(-1, -2) + mask) / 2).softmax(-1) @ v


def _in_threes(
    _: nn.Module, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, mask: torch.Tensor
) -> torch.Tensor:
    """Heads of all items side by side, as before there were products of more than three lengths."""
    q, k, v = (each.flatten(0, 1) for each in (q, k, v))
    scores = torch.bmm(q, k.transpose(1, 2)).unflatten(0, (-1, 3)) + mask
    return torch.bmm(scores.flatten(0, 1).softmax(-1), v)


@_BOTH
@pytest.mark.parametrize(
    ("compute", "mask"), [(_masked, _SEES), (_scaled_late, _ADDED), (_in_threes, _ADDED)]
)
def test_attention_that_a_module_takes_apart_itself_is_one_operator_too(
    tmp_path: Path, compute: Compute, mask: torch.Tensor, is_free: bool
) -> None:
    operands = _operands(mask)
    event = _file(tmp_path / "net.onnx", compute, *operands, is_free=is_free)
    assert calls_of_file(event) == calls_of_trace(_trace(_KINDS["numbers"][0], *operands))


def _tells_weights(
    _: nn.Module, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor
) -> tuple[torch.Tensor, ...]:
    weights = (q @ k.transpose(-1, -2)).softmax(-1)
    return weights @ v, weights


def _uses_scores_again(_: nn.Module, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    scores = q @ k.transpose(-1, -2)
    return scores.softmax(-1) @ v + scores.sum(-1, keepdim=True)


def _over_queries(_: nn.Module, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    return (q @ k.transpose(-1, -2)).softmax(-3) @ v


def _weighs_by_numbers(_: nn.Module, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    scores = q @ k.transpose(-1, -2)
    return (scores * scores.softmax(-1)) @ v


def _from_the_right(_: nn.Module, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    return v.transpose(-1, -2) @ (k @ q.transpose(-1, -2)).softmax(-1)


@_BOTH
@pytest.mark.parametrize(
    "compute", [_tells_weights, _uses_scores_again, _over_queries, _weighs_by_numbers, _from_the_right]
)
def test_what_others_read_or_no_kernel_computes_stays_two_products_and_a_softmax(
    tmp_path: Path, compute: Compute, is_free: bool
) -> None:
    operands = _operands()
    file = totals_of_file(_file(tmp_path / "net.onnx", compute, *operands, is_free=is_free))
    trace = totals_of_trace(_trace(compute, *operands))
    assert (file["batched_matmul"][0], file["softmax"][0], "attention" in file) == (2, 1, False)
    for category in ("batched_matmul", "softmax"):
        assert file[category] == trace[category]


@_BOTH
def test_a_softmax_between_layers_is_no_attention(tmp_path: Path, is_free: bool) -> None:
    def compute(self: _Attends, rows: torch.Tensor) -> torch.Tensor:
        return (rows @ self.square).softmax(-1) @ self.square

    rows = torch.zeros(BATCH, 5, 4)
    event = _file(tmp_path / "net.onnx", compute, rows, is_free=is_free)
    assert totals_of_file(event) == totals_of_trace(_trace(compute, rows))


@_BOTH
@pytest.mark.parametrize("is_fused", [True, False])
def test_a_layer_of_attention_has_the_products_of_its_trace(
    tmp_path: Path, is_fused: bool, is_free: bool
) -> None:
    layer = traced_models.SelfAttention(is_fused=is_fused)
    file = totals_of_file(exported(layer, 7, 8, path=tmp_path / "layer.onnx", is_free=is_free))
    trace = totals_of_trace(traced(traced_models.SelfAttention(is_fused=True), 7, 8))
    # Runtimes of graphs have no views with strides: heads are transposed by a copy.
    assert set(file) == {*trace, "copy"}
    assert {category: file[category] for category in trace} == trace
