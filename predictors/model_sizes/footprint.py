"""Bytes that weights and the key-value cache of a model take, from dimensions alone."""

from predictors.model_sizes.architecture import Architecture, Transformer

_BYTES = {"fp32": 4.0, "tf32": 4.0, "fp16": 2.0, "bf16": 2.0, "fp8": 1.0}
_HALF = 2.0
_GENERATING = frozenset({"text_generation", "multimodal"})
_BITS = {"int8": 8.0, "nf4": 4.0, "nf4-dq": 4.0, "int4": 4.0}
_NF4_BLOCK, _DOUBLE_BLOCK = 64, 256
_INT4_GROUP = 128
_OVERHEAD_BITS = {
    "int8": 0.0,
    "nf4": 32 / _NF4_BLOCK,
    "nf4-dq": 8 / _NF4_BLOCK + 32 / (_NF4_BLOCK * _DOUBLE_BLOCK),
    "int4": (16 + 4) / _INT4_GROUP,
}


def weight_bytes(architecture: Architecture, stored_as: str) -> float:
    """Bytes of the weights.

    Whole in one precision, or with the matrices of all layers quantized and the rest (embeddings, output, norms) in
    16 bits, which is what bitsandbytes, GPTQ and AWQ leave whole. Bits an element beside the quantized ones:

    * `nf4`: one fp32 scale for 64 elements, 0.5 bits (QLoRA, arXiv:2305.14314, section 3)
    * `nf4-dq`: the scales in 8 bits with one fp32 for 256 of them, 0.127 bits (the same, "Double Quantization")
    * `int4`: an fp16 scale and a 4-bit zero point for 128 elements, 0.156 bits (GPTQ, arXiv:2210.17323, and AWQ,
      arXiv:2306.00978, with their usual group size)
    * `int8`: an fp32 scale a row, which is left out: under 0.01 bits from 4096 columns on (arXiv:2208.07339)

    Args:
        architecture: The model.
        stored_as: `fp32`, `tf32`, `fp16`, `bf16`, `fp8`, also with `amp_` or `mixed_` before it (autocast keeps fp32,
            mixed precision computes with 16 bits); or `int8`, `nf4`, `nf4-dq`, `int4`.

    Raises:
        ValueError: The precision is none of these.
    """
    if stored_as in _BITS:
        quantized = matrix_elements(architecture)
        bits = _BITS[stored_as] + _OVERHEAD_BITS[stored_as]
        return quantized * bits / 8 + (architecture.parameter_count - quantized) * _HALF
    plain = "fp32" if stored_as.startswith("amp_") else stored_as.removeprefix("mixed_")
    if plain not in _BYTES:
        raise ValueError(
            f"{stored_as} is no way to store weights: give one of {', '.join((*_BYTES, *_BITS))}"
        )
    return architecture.parameter_count * _BYTES[plain]


def matrix_elements(architecture: Architecture) -> int:
    """Parameters that quantization reaches: all but input and output embeddings (norms and biases are under 0.1 %)."""
    if not architecture.stacks or not architecture.vocabulary_size:
        return architecture.parameter_count
    tables = 1 if architecture.ties_embeddings else 2
    embedded = tables * architecture.vocabulary_size * architecture.stacks[-1].hidden_size
    return max(architecture.parameter_count - embedded, 0)


def cache_bytes(
    architecture: Architecture, tokens: int, batch: int = 1, bytes_per_element: float = _HALF
) -> float:
    """Bytes of the key-value cache of the decoder.

    Tokens x layers x 2 x key-value heads x head size (GQA, arXiv:2305.13245), or tokens x layers x (latent + rotary
    elements) for compressed keys and values (MLA, arXiv:2405.04434, table 1). Windows of attention are not counted on:
    a model with a sliding window needs at most this. Models without a decoder keep nothing.
    """
    has_decoder = architecture.family in _GENERATING or any(
        stack.has_cross_attention for stack in architecture.stacks
    )
    if not has_decoder:
        return 0.0
    return architecture.cached_elements_per_token * tokens * batch * bytes_per_element


def matrix_shapes(stack: Transformer) -> dict[str, tuple[int, int]]:
    """Columns and rows of the matrices of one layer by name; those of the MLP are of one of several experts.

    Compressed attention (MLA) is counted as if it were not compressed.
    """
    hidden, attention = stack.hidden_size, stack.attention
    query = attention.heads * attention.head_size
    key = attention.key_value_heads * attention.head_size
    inner = stack.experts.intermediate_size if stack.experts else stack.intermediate_size
    shapes = {
        "query": (hidden, query),
        "key": (hidden, key),
        "value": (hidden, key),
        "output": (query, hidden),
        "up": (hidden, inner),
        "down": (inner, hidden),
    }
    return shapes | ({"gate": (hidden, inner)} if stack.is_gated else {})


def mlps_of(stack: Transformer) -> float:
    """MLPs of the size that `matrix_shapes` gives, in all layers together."""
    if not stack.experts:
        return stack.layers
    sparse = stack.layers - stack.experts.dense_layers
    dense = stack.experts.dense_layers * stack.intermediate_size / stack.experts.intermediate_size
    return sparse * (stack.experts.count + stack.experts.shared) + dense
