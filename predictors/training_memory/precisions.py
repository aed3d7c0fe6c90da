"""Bytes of an element of each thing that training keeps, by precision, optimizer and quantization."""

from dataclasses import dataclass

from benchmart.errors import PredictionRefused


@dataclass(frozen=True, slots=True)
class Widths:
    """Bytes an element."""

    weights: float
    gradients: float
    compute: float
    """Of activations and gathered weights."""
    master: float
    """Of the copy of the weights that the optimizer steps."""
    state: float
    """Of one state of the optimizer."""

    @property
    def residual(self) -> float:
        """Of the stream between layers: autocast leaves sums with fp32 in fp32."""
        return max(self.compute, self.weights)


_WIDTHS = {
    "fp32": Widths(4, 4, 4, 0, 4),
    "amp_bf16": Widths(4, 4, 2, 0, 4),
    "amp_fp16": Widths(4, 4, 2, 0, 4),
    # ZeRO (arXiv:1910.02054, section 3.1): 2 + 2 + (4 + 4 + 4) bytes a parameter with Adam.
    "mixed_bf16": Widths(2, 2, 2, 4, 4),
    "mixed_fp16": Widths(2, 2, 2, 4, 4),
    "bf16": Widths(2, 2, 2, 0, 2),
}

_QUANTIZED = {
    # QLoRA (arXiv:2305.14314, section 3): a fp32 constant a block of 64; double quantization makes it 8 bits, with
    # a fp32 constant for each 256 of them.
    "nf4": 4 / 8 + 4 / 64,
    "nf4-dq": 4 / 8 + 1 / 64 + 4 / (64 * 256),
    # GPTQ in groups of 128 (AutoGPTQ's layout): a half-precision scale and an integer zero point each.
    "int4": 4 / 8 + (2 + 0.5) / 128,
    "int8": 1 + (2 + 1) / 128,
}

_BLOCK_OF_8BIT_STATES = 256
"""Values that share a fp32 scale (8-bit optimizers, arXiv:2110.02861, as bitsandbytes sets it now)."""


def widths_of(precision: str) -> Widths:
    """Bytes an element for a precision of `TrainingSetup`; raises PredictionRefused for others."""
    if precision not in _WIDTHS:
        raise PredictionRefused(f"no precision `{precision}`", hint=f"There are {', '.join(_WIDTHS)}")
    return _WIDTHS[precision]


def quantized_bytes(quantization: str) -> float:
    """Bytes a quantized parameter, constants of its block included; raises PredictionRefused for others."""
    if quantization not in _QUANTIZED:
        raise PredictionRefused(
            f"no quantization `{quantization}`", hint=f"There are {', '.join(_QUANTIZED)}"
        )
    return _QUANTIZED[quantization]


def state_bytes(optimizer: str, width: float) -> float:
    """Bytes an optimizer keeps for a trained parameter beside master weights, at `width` bytes a plain state.

    Adam keeps two moments, momentum one; Adafactor's rows and columns are next to nothing (arXiv:1804.04235).
    """
    known = {
        "adamw": 2 * width,
        "adamw_8bit": 2 * (1 + 4 / _BLOCK_OF_8BIT_STATES),
        "sgd": 0.0,
        "sgd_momentum": width,
        "adafactor": 0.0,
    }
    if optimizer not in known:
        raise PredictionRefused(f"no optimizer `{optimizer}`", hint=f"There are {', '.join(known)}")
    return known[optimizer]
