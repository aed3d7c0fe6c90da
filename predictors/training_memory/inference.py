"""Memory of inference: weights, the cache of keys and values, and logits."""

from predictors.model_sizes.architecture import Architecture
from predictors.training_memory.calibration import CONTEXT_BYTES, LEVEL, bounds, fragmentation
from predictors.training_memory.counts import embedding_parameters, largest_body_matrix, largest_matrix
from predictors.training_memory.precisions import quantized_bytes, widths_of
from predictors.training_memory.setup import PARTS, TrainingMemory

_FP32 = 4


def inference_memory(
    architecture: Architecture,
    batch: int,
    sequence_length: int,
    precision: str = "bf16",
    quantization: str | None = None,
    *,
    devices: int = 1,
) -> TrainingMemory:
    """Peak in bytes while `batch` sequences of `sequence_length` tokens are generated one token at a time.

    The cache has 2 x layers x key-value heads x head size elements a token (`Architecture.cached_elements_per_token`).
    With quantized weights, a matrix exists whole as well: with nf4 the largest, while it is quantized; with GPTQ one of
    the layers', while it is multiplied with. Logits are those of one token of each sequence, in fp32. Weights and cache
    are cut evenly over `devices`; the memory is that of one.
    """
    width = widths_of(precision).weights
    total, plain = architecture.parameter_count, embedding_parameters(architecture)
    weights, working = width * total, 0.0
    if quantization is not None:
        weights = width * plain + quantized_bytes(quantization) * max(total - plain, 0)
        working = _working_bytes(architecture, quantization, width)
    parts = dict.fromkeys(PARTS, 0.0) | {
        "weights": weights / devices,
        "activations": width * batch * sequence_length * architecture.cached_elements_per_token / devices,
        "logits": float(_FP32 * batch * (architecture.vocabulary_size or 0)),
        "buffers": working,
    }
    parts |= {"fragmentation": fragmentation(parts), "context": float(CONTEXT_BYTES)}
    low, high = bounds(parts)
    return TrainingMemory(parts, {}, low, high, (f"bounds hold {LEVEL:.0%} of measured facts",))


def _working_bytes(architecture: Architecture, quantization: str, width: float) -> float:
    """bitsandbytes: the matrix and a copy. GPTQ without a fused kernel: unpacked (int32), scaled, and a copy."""
    if quantization in {"nf4", "nf4-dq"}:
        return 2 * width * largest_matrix(architecture)
    return (4 + 2 * width) * largest_body_matrix(architecture)
