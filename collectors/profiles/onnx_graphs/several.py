"""Operators of ONNX that are several calls: attention with its projection, and recurrent layers."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from collectors.profiles.calls import Call
from collectors.profiles.onnx_graphs.products import attribute_of
from collectors.profiles.onnx_graphs.tensors import Batch, Tensor
from collectors.profiles.onnx_graphs.walking import Step
from collectors.profiles.operators import Classified

Calls = Sequence[tuple[Call, int]]
"""Each with how often it is made."""
_GATES: Mapping[str, int] = {"LSTM": 4, "GRU": 3, "RNN": 1}


class Extent(NamedTuple):
    """How much attention computes."""

    heads: int
    """Of all sequences that the operator is called with."""
    queries: int
    keys: int
    width: int
    value_width: int


def several_calls(step: Step, operator: str, batch: Batch) -> Calls | None:
    """The calls that a step stands for; None when it is one of its own.

    Raises ValueError when what they follow from is missing.
    """
    count = _SEVERAL.get(step.name)
    return count(step, operator, batch) if count else None


def _attention(step: Step, operator: str, batch: Batch) -> Calls:
    """Of ONNX Runtime with weights of its own: one product for query, key and value, then attention."""
    if len(step.given) < 2:  # noqa: PLR2004 - as the standard's operator of the same name has it too
        raise ValueError("its operands are missing")
    if step.node.domain in {"", "ai.onnx"}:
        return _only_attention(step, operator, batch)
    tokens, weights = step.given[:2]
    output = step.results[0]
    length, width = tokens.shape[1], output.shape[-1]
    heads = int(attribute_of(step, "num_heads"))
    (rows,) = batch.share(tokens, tokens.size // tokens.shape[-1])
    n, k = weights.shape[-1], weights.shape[0]
    bias = step.operands[2] if len(step.operands) > 2 else None  # noqa: PLR2004
    projected = float(rows * n)
    fixed = float(weights.size + (bias.size if bias else 0))
    product = Call(
        "matmul", operator, (rows, n, k), 2.0 * rows * n * k, batch.grown(tokens), projected, fixed
    )
    past = _past(step, 8 if step.name == "QAttention" else 4)
    extent = Extent(tokens.shape[0] * heads, length, length + past, width // heads, width // heads)
    return [(product, 1), (_scores(operator, extent, projected, output, batch), 1)]


def _only_attention(step: Step, operator: str, batch: Batch) -> Calls:
    read, _ = batch.split(step.given)
    return [(_scores(operator, _EXTENTS[step.name](step), float(read), step.results[0], batch), 1)]


def classified_attention(extent: Extent, output: Tensor, batch: Batch) -> Classified:
    """Whole, as if no token were masked."""
    heads = extent.heads // (batch.items_in(output) or 1)
    flops = 2.0 * heads * extent.queries * extent.keys * (extent.width + extent.value_width)
    return Classified("attention", (heads, extent.queries, extent.keys, extent.width), flops)


def _scores(operator: str, extent: Extent, read: float, output: Tensor, batch: Batch) -> Call:
    whole = classified_attention(extent, output, batch)
    return Call(whole.category, operator, whole.shape, whole.flops, read, float(batch.grown(output)), 0.0)


def _standard_extent(step: Step) -> Extent:
    query, key, value = step.given[:3]
    past = _past(step, 4)
    if len(query.shape) == 4:  # noqa: PLR2004 - batch, heads, length, width
        heads = query.shape[0] * query.shape[1]
        return Extent(heads, query.shape[2], key.shape[2] + past, query.shape[3], value.shape[3])
    many, shared = int(attribute_of(step, "q_num_heads")), int(attribute_of(step, "kv_num_heads"))
    widths = query.shape[2] // many, value.shape[2] // shared
    return Extent(query.shape[0] * many, query.shape[1], key.shape[1] + past, *widths)


def _multi_head_extent(step: Step) -> Extent:
    query, heads = step.given[0], int(attribute_of(step, "num_heads"))
    batch, length = query.shape[:2]
    width = step.results[0].shape[-1] // heads
    key = step.operands[1] if len(step.operands) > 1 else None
    keys = length if key is None else key.shape[2 if len(key.shape) == 4 else 1]  # noqa: PLR2004
    own = query.shape[-1] if len(query.shape) == 5 else query.shape[-1] // heads  # noqa: PLR2004
    return Extent(batch * heads, length, keys + _past(step, 6), own, width)


def _grouped_extent(step: Step) -> Extent:
    batch, length = step.given[0].shape[:2]
    heads = int(attribute_of(step, "num_heads"))
    width = step.results[0].shape[-1] // heads
    return Extent(batch * heads, length, length + _past(step, 3), width, width)


def _past(step: Step, place: int) -> int:
    """Tokens in a cache of (..., tokens, width)."""
    past = step.operands[place] if place < len(step.operands) else None
    return past.shape[-2] if past is not None else 0


def _recurrent(step: Step, operator: str, batch: Batch) -> Calls:
    """The inputs of all steps in one product, and for every step one by its state and what the gates do."""
    given = [*step.operands, None]
    steps, weights, state = given[:3]
    if steps is None or weights is None or state is None:
        raise ValueError("its weights are missing")
    directions, n, k = weights.shape
    (rows,) = batch.share(steps, steps.size // k)
    length = steps.shape[1 if step.attributes.get("layout") else 0]
    # Several sequences of one item go side by side through each step.
    beside, hidden = max(1, rows // length), n // _GATES[step.name]
    bias = given[3].size // directions if given[3] is not None else 0
    wide, gates = float(rows * n), float(beside * n)
    inputs = Call(
        "matmul", operator, (rows, n, k), 2.0 * rows * n * k, float(rows * k), wide, float(n * k + bias)
    )
    states = Call(
        "matmul",
        operator,
        (beside, n, hidden),
        2.0 * beside * n * hidden,
        float(beside * hidden),
        gates,
        float(n * hidden),
    )
    activations = Call("activation", operator, (beside * n,), 0.0, gates, gates, 0.0)
    return [(inputs, directions), (states, directions * length), (activations, directions * length)]


_EXTENTS: Mapping[str, Callable[[Step], Extent]] = {
    "Attention": _standard_extent,
    "MultiHeadAttention": _multi_head_extent,
    "GroupQueryAttention": _grouped_extent,
}
_SEVERAL: Mapping[str, Callable[[Step, str, Batch], Calls]] = {
    "Attention": _attention,
    "QAttention": _attention,
    "MultiHeadAttention": _only_attention,
    "GroupQueryAttention": _only_attention,
    **dict.fromkeys(_GATES, _recurrent),
}
