"""Shapes that the operators of ONNX Runtime give, for which onnx itself has no rules."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from collectors.profiles.onnx_graphs.tensors import Tensor

Shape = tuple[int, ...]
Shapes = Sequence[Shape | None]
_SAME_NAMES = """
    BiasGelu FastGelu Gelu QuickGelu BiasSplitGelu RotaryEmbedding SimplifiedLayerNormalization QLinearSigmoid
    QLinearLeakyRelu QLinearSoftmax QuantizeLinear DequantizeLinear GroupNorm
"""
_SAME = frozenset(_SAME_NAMES.split())
"""Their result has the shape of their first operand."""
_SKIP = frozenset({"SkipLayerNormalization", "SkipSimplifiedLayerNormalization"})
"""The same; their fourth result is the sum that they normalise."""
_BROADCAST = frozenset({"QLinearAdd", "QLinearMul"})
STANDARD = {"FusedConv": ("Conv", 3), "FusedGemm": ("Gemm", 3), "MatMulIntegerToFloat": ("MatMulInteger", 2)}
"""The same shapes as an operator of the standard gives for the first of their operands: its name, and how many."""


def contributed_shapes(
    name: str, operands: Sequence[Tensor | None], attributes: Mapping[str, Any]
) -> Shapes | None:
    """The shapes of the results, None for those that are not told; None when the operator is not known.

    Raises LookupError or ValueError when operands do not fit.
    """
    first = _shape(operands, 0)
    if name in _SAME:
        return [first]
    if name in _SKIP:
        return [first, None, None, first]
    if name in _BROADCAST:
        return [_broadcast(first, _shape(operands, 3))]
    special = _SPECIAL.get(name)
    return special(operands, attributes) if special else None


def _shape(operands: Sequence[Tensor | None], place: int) -> Shape:
    operand = operands[place] if place < len(operands) else None
    if operand is None:
        raise ValueError(f"its operand {place + 1} is missing")
    return operand.shape


def _broadcast(left: Shape, right: Shape) -> Shape:
    rank = max(len(left), len(right))
    padded = ((1,) * (rank - len(shape)) + tuple(shape) for shape in (left, right))
    return tuple(max(pair) for pair in zip(*padded, strict=True))


def _fused_matmul(operands: Sequence[Tensor | None], attributes: Mapping[str, Any]) -> Shapes:
    left, right = _shape(operands, 0), _shape(operands, 1)
    rows = left[-1] if attributes.get("transA") else left[-2]
    columns = right[-2] if attributes.get("transB") else right[-1]
    return [(*_broadcast(left[:-2], right[:-2]), rows, columns)]


def _matmul_of_few_bits(operands: Sequence[Tensor | None], attributes: Mapping[str, Any]) -> Shapes:
    return [(*_shape(operands, 0)[:-1], attributes["N"])]


def _quantized_gemm(operands: Sequence[Tensor | None], attributes: Mapping[str, Any]) -> Shapes:
    left, right = _shape(operands, 0), _shape(operands, 3)
    return [(left[bool(attributes.get("transA"))], right[not attributes.get("transB")])]


def _attention(operands: Sequence[Tensor | None], attributes: Mapping[str, Any]) -> Shapes:
    """Projects its input to query, key and value; past tokens make no difference to the first result."""
    sizes = attributes.get("qkv_hidden_sizes")
    width = sizes[-1] if sizes else _shape(operands, 1)[-1] // 3
    return [(*_shape(operands, 0)[:-1], width)]


def _multi_head_attention(operands: Sequence[Tensor | None], attributes: Mapping[str, Any]) -> Shapes:
    query = _shape(operands, 0)
    if len(query) == 5:  # noqa: PLR2004 - query, key and value packed: batch, length, heads, 3, width
        batch, length, heads, _, width = query
        return [(batch, length, heads * width)]
    value = _shape(operands, 2) if len(operands) > 2 and operands[2] else query  # noqa: PLR2004
    heads = attributes["num_heads"]
    width = value[-1] if len(value) == 3 else value[-1] * heads  # noqa: PLR2004
    return [(*query[:2], width)]


def _grouped_query_attention(operands: Sequence[Tensor | None], attributes: Mapping[str, Any]) -> Shapes:
    batch, length, width = _shape(operands, 0)
    heads, shared = attributes["num_heads"], attributes["kv_num_heads"]
    is_packed = len(operands) < 2 or operands[1] is None  # noqa: PLR2004
    size = width // (heads + 2 * shared) if is_packed else width // heads
    past = _shape(operands, 3)[2] if len(operands) > 3 and operands[3] else 0  # noqa: PLR2004
    cache = (batch, shared, past + length, size)
    return [(batch, length, heads * size), cache, cache]


def _concatenated(operands: Sequence[Tensor | None], attributes: Mapping[str, Any]) -> Shapes:
    parts = [_shape(operands, place) for place in range(2, len(operands), 3)]
    axis = attributes["axis"] % len(parts[0])
    return [(*parts[0][:axis], sum(part[axis] for part in parts), *parts[0][axis + 1 :])]


def _pooled_over_all(operands: Sequence[Tensor | None], attributes: Mapping[str, Any]) -> Shapes:
    shape = _shape(operands, 0)
    ones = (1,) * (len(shape) - 2)
    return [(shape[0], *ones, shape[-1]) if attributes.get("channels_last") else (*shape[:2], *ones)]


def _embedded(operands: Sequence[Tensor | None], attributes: Mapping[str, Any]) -> Shapes:
    del attributes
    tokens, width = _shape(operands, 0), _shape(operands, 2)[-1]
    return [(*tokens, width), (math.prod(tokens[:1]),), (*tokens, width)]


_SPECIAL = {
    "FusedMatMul": _fused_matmul,
    "TransposeMatMul": _fused_matmul,
    "MatMulNBits": _matmul_of_few_bits,
    "QGemm": _quantized_gemm,
    "Attention": _attention,
    "QAttention": _attention,
    "MultiHeadAttention": _multi_head_attention,
    "GroupQueryAttention": _grouped_query_attention,
    "QLinearConcat": _concatenated,
    "QLinearGlobalAveragePool": _pooled_over_all,
    "EmbedLayerNormalization": _embedded,
}
