"""Profiles of ONNX files that torch exported are those of a trace of the module itself."""

from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import torch
import traced_models
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional

pytest.importorskip("onnx")

from exported_models import (
    calls_of_file,
    calls_of_trace,
    export,
    exported,
    profiled,
    totals_of_file,
    totals_of_trace,
    traced,
)

from collectors.profiles.timm_library import import_timm

_NEEDS_TIMM = pytest.mark.skipif(find_spec("timm") is None, reason="timm is not installed")
_BOTH = pytest.mark.parametrize("is_free", [True, False], ids=["free batch", "batch of two"])


@_BOTH
def test_every_operator_of_a_net_is_told_as_it_is_traced(tmp_path: Path, is_free: bool) -> None:
    net = traced_models.Convolutions()
    event = exported(net, 3, 8, 8, path=tmp_path / "net.onnx", is_free=is_free)
    assert calls_of_file(event) == calls_of_trace(traced(net, 3, 8, 8))
    assert (event.parameter_count, event.image_size, event.sequence_length) == (890, 8, None)
    assert event.flops_per_item == sum(operator.flops for operator in event.operators or ())
    assert (event.saved_elements_per_item, event.saved_other_bytes_per_item) == (None, None)


@settings(deadline=None, max_examples=25)
@given(
    groups=st.sampled_from([1, 2, 3]),
    widths=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    kernel=st.integers(1, 3),
    stride=st.integers(1, 2),
    kind=st.sampled_from([nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.ConvTranspose2d]),
    is_free=st.booleans(),
)
def test_any_convolution_is_told_as_it_is_traced(
    groups: int,
    widths: tuple[int, int],
    kernel: int,
    stride: int,
    kind: type[nn.Conv2d],
    is_free: bool,
) -> None:
    layer = kind(groups * widths[0], groups * widths[1], kernel, stride=stride, groups=groups)
    shape = (groups * widths[0], *[7] * len(layer.kernel_size))
    with TemporaryDirectory() as folder:
        event = exported(layer, *shape, path=Path(folder) / "layer.onnx", is_free=is_free)
    assert calls_of_file(event) == calls_of_trace(traced(layer, *shape))


class _Block(nn.Module):
    """What exporters take apart: a norm before opset 17, GELU before 20, SiLU, a bias of all tokens."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(8)
        self.wide = nn.Linear(8, 32)
        self.narrow = nn.Linear(32, 8)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        hidden = functional.silu(self.narrow(functional.gelu(self.wide(self.norm(tokens)))))
        return tokens + hidden * functional.hardswish(hidden)


@_BOTH
@pytest.mark.parametrize("opset", [14, 17, 20])
def test_what_exporters_take_apart_is_one_operator_again(tmp_path: Path, is_free: bool, opset: int) -> None:
    block = _Block()
    event = exported(block, 5, 8, path=tmp_path / "block.onnx", is_free=is_free, opset=opset)
    file, trace = totals_of_file(event), totals_of_trace(traced(block, 5, 8))
    for category in ("matmul", "activation", "elementwise"):
        assert file[category] == trace[category]
    # Torch's norm gives mean and deviation of each token beside.
    calls, flops, read, written, weights = trace["norm"]
    assert file["norm"] == (calls, flops, read, written - 2 * 5, weights)
    assert set(file) == set(trace)
    assert event.parameter_count == sum(each.numel() for each in block.parameters())


def test_most_is_alive_while_an_operator_has_both_its_operand_and_its_result(tmp_path: Path) -> None:
    layers = nn.Sequential(nn.Linear(4, 100), nn.Linear(100, 50), nn.Linear(50, 4))
    event = exported(layers, 4, path=tmp_path / "layers.onnx")
    assert event.peak_live_elements_per_item == traced(layers, 4).peak_live_elements == 4 + 100 + 50


def test_weights_made_of_parameters_alone_are_made_once_a_step(tmp_path: Path) -> None:
    standardized = traced_models.Standardized()
    event = exported(standardized, 5, path=tmp_path / "rows.onnx")
    assert totals_of_file(event) == totals_of_trace(traced(standardized, 5))


class _Recurrent(nn.Module):
    def __init__(self, kind: type[nn.RNNBase]) -> None:
        super().__init__()
        self.layers = kind(6, 5, num_layers=2, bidirectional=True, batch_first=True)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        return self.layers(tokens)[0]


@_BOTH
@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU, nn.RNN])
def test_recurrent_layers_have_the_operations_and_parameters_of_their_trace(
    tmp_path: Path, kind: type[nn.RNNBase], is_free: bool
) -> None:
    layer = _Recurrent(kind)
    event = exported(layer, 7, 6, path=tmp_path / "layer.onnx", is_free=is_free)
    assert event.flops_per_item == totals_of_trace(traced(layer, 7, 6))["matmul"][1]
    assert event.parameter_count == sum(each.numel() for each in layer.parameters())


class _Tokens(nn.Module):
    """Embeds ids and positions that it counts itself, and looks at what is not padding."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(50, 8)
        self.places = nn.Embedding(40, 8)
        self.attention = traced_models.SelfAttention(is_fused=False)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        places = torch.arange(ids.shape[1]).unsqueeze(0).expand(ids.shape)
        tokens = (self.words(ids) + self.places(places)) * mask.unsqueeze(-1)
        return self.attention(tokens)


@pytest.mark.parametrize("is_free", [True, False], ids=["free lengths", "fixed lengths"])
def test_lengths_of_sequences_are_bound_and_work_on_shapes_counts_as_nothing(
    tmp_path: Path, is_free: bool
) -> None:
    free = {name: {0: "batch", 1: "length"} for name in ("x0", "x1")} if is_free else None
    inputs = torch.zeros(2, 12, dtype=torch.long), torch.ones(2, 12)
    path = export(_Tokens(), *inputs, path=tmp_path / "tokens.onnx", free=free)
    event = profiled(path, sequence_length=12)
    file = totals_of_file(event)
    assert (event.sequence_length, event.image_size) == (12, None)
    assert event.flops_per_item == 12 * (2 * 8 * 24) + 2 * (2 * 2 * 12 * 12 * 4)
    assert file["embedding"][4] >= 50 * 8 + 40 * 8
    assert event.parameter_count == 50 * 8 + 40 * 8 + 8 * 24 + 24
    # One sum of two embeddings, one product with the mask.
    assert file["elementwise"][:2] == (2, 0)


def test_a_free_size_of_images_follows_what_is_asked_for(tmp_path: Path) -> None:
    net = traced_models.Convolutions()
    free = {"x0": {0: "batch", 2: "height", 3: "width"}}
    path = export(net, torch.zeros(2, 3, 8, 8), path=tmp_path / "net.onnx", free=free)
    event = profiled(path, image_size=16)
    assert event.image_size == 16
    assert calls_of_file(event) == calls_of_trace(traced(net, 3, 16, 16))


@_NEEDS_TIMM
@_BOTH
@pytest.mark.parametrize("name", ["resnet18", "mobilenetv3_small_050", "regnetx_002", "vit_tiny_patch16_224"])
def test_nets_of_timm_have_the_totals_of_their_traces(tmp_path: Path, name: str, is_free: bool) -> None:
    net = import_timm().create_model(name)
    shape = net.default_cfg["input_size"]
    event = exported(net, *shape, path=tmp_path / "net.onnx", is_free=is_free)
    file, trace = totals_of_file(event), totals_of_trace(traced(net, *shape))
    assert event.parameter_count == sum(each.numel() for each in net.parameters())
    assert event.image_size == shape[-1]
    assert event.flops_per_item == sum(totals[1] for totals in trace.values())
    kinds = [category for category in trace if category.startswith("conv")]
    for category in (*kinds, "matmul", "activation", "attention"):
        assert file.get(category) == trace.get(category)
