"""Number formats: in which one the weights are kept, what is computed in another, and 8-bit integers.

Inference keeps the weights in the precision itself. Training keeps them in fp32 and computes in bf16 or fp16
under autocast, fp16 with a scaled loss: training with 16-bit weights is not what people do.
"""

import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from collectors.runner.configuration import Configuration
from collectors.runner.problems import PrecisionUnsupported

if TYPE_CHECKING:
    import torch

_DTYPES = {"fp32": "float32", "bf16": "bfloat16", "fp16": "float16"}
_SMALLEST_QUANTIZED_SHARE = 0.5


def weights_dtype(configuration: Configuration) -> "torch.dtype":
    """The format the weights are built in; those that become int8 start as fp32."""
    import torch

    has_own = configuration.mode == "inference" and configuration.precision in _DTYPES
    dtype: torch.dtype = getattr(torch, _DTYPES[configuration.precision] if has_own else "float32")
    return dtype


def autocast(configuration: Configuration, device: "torch.device") -> AbstractContextManager[Any]:
    """The context a training step computes in."""
    import torch

    if configuration.precision == "fp32":
        return nullcontext()
    return torch.autocast(device.type, getattr(torch, _DTYPES[configuration.precision]))


def quantize(module: "torch.nn.Module") -> float:
    """Turn the linear layers into dynamically quantized int8 ones, in place; the share of weights it covers.

    Raises PrecisionUnsupported when this torch cannot, or when most of the arithmetic would stay in fp32.
    """
    import torch

    _conv1d_to_linear(module)
    share = _linear_share(module)
    if share < _SMALLEST_QUANTIZED_SHARE:
        raise PrecisionUnsupported(f"dynamic quantization covers only {share:.0%} of the model's weights")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            from torch.ao.quantization import quantize_dynamic

            convert: Callable[..., object] = quantize_dynamic
            convert(module, {torch.nn.Linear}, dtype=torch.qint8, inplace=True)
        except (ImportError, NotImplementedError) as error:
            raise PrecisionUnsupported(f"this torch has no dynamic quantization: {error}") from error
    return share


def _linear_share(module: "torch.nn.Module") -> float:
    """The share of the weights of multiplying layers (not embeddings or norms) that sits in linear layers."""
    import torch

    layers = list(module.modules())
    linear = sum(layer.weight.numel() for layer in layers if isinstance(layer, torch.nn.Linear))
    convolution = torch.nn.modules.conv._ConvNd  # noqa: SLF001 - the only name for all kinds of convolution
    other = sum(layer.weight.numel() for layer in layers if isinstance(layer, convolution))
    return linear / (linear + other) if linear else 0.0


def _conv1d_to_linear(module: "torch.nn.Module") -> None:
    """Replace GPT-2's `Conv1D`: a linear layer with a transposed weight, unknown to quantization."""
    import torch

    for name, layer in list(module.named_modules()):
        if type(layer).__name__ == "Conv1D" and hasattr(layer, "nf"):
            weight, bias = layer.weight, layer.bias
            linear = torch.nn.Linear(weight.shape[0], weight.shape[1], device="meta")
            linear.weight = torch.nn.Parameter(weight.t().contiguous())
            linear.bias = bias
            module.set_submodule(name, linear)
