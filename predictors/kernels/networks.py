"""Transformer networks as lists of kernels, from their configurations as transformers writes them.

Eager attention in one precision, as PyTorch 2.1 runs it. Embeddings and head count once, a layer as often as there are
layers. Training is the forward pass with dropout and the backward pass, without the optimizer.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from benchmart.errors import PredictionRefused
from predictors.kernels.operators import Kernel, product, traffic

_BACKWARD_TENSORS = {"elementwise": 1.0, "softmax": 1.5, "norm": 1.7, "lookup": 2.0}
"""Traffic of the backward kernel over that of the forward one: a gradient more is read, or an input less."""


@dataclass(frozen=True, slots=True)
class Workload:
    """One step of a network."""

    configuration: Mapping[str, Any]
    """As in the model's config.json."""
    mode: str
    """`inference` or `training`."""
    batch: int
    sequence_length: int
    is_fused: bool = False
    """Compiled: chains of element-wise operators are one kernel."""
    tensor_parallel: int = 1
    """Over so many devices each layer's heads and inner width are split; the kernels are those of one of them."""

    @property
    def tokens(self) -> int:
        """Of the whole batch."""
        return self.batch * self.sequence_length


@dataclass(frozen=True, slots=True)
class Shape:
    """The numbers that all families have."""

    width: int
    heads: int
    head_width: int
    inner: int
    layers: int
    vocabulary: int


def kernels_of(workload: Workload) -> tuple[Kernel, ...]:
    """All kernels of one step. Raises PredictionRefused for an unknown family or a configuration with gaps."""
    family = str(workload.configuration.get("model_type", ""))
    if family not in _FAMILIES:
        raise PredictionRefused(
            f"there is no kernel list for networks of type {family!r}", hint=f"Known: {', '.join(_FAMILIES)}"
        )
    if workload.mode not in {"inference", "training"}:
        raise PredictionRefused(f"a mode is inference or training, not {workload.mode!r}")
    try:
        forward = tuple(_FAMILIES[family](workload))
    except KeyError as error:
        raise PredictionRefused(f"the configuration of this {family} network has no {error}") from error
    if workload.mode == "inference":
        return forward
    return forward + tuple(gradient for kernel in forward for gradient in _backward(kernel))


def parameter_count(configuration: Mapping[str, Any]) -> float:
    """Of embeddings and layers; biases and norms are left out."""
    shape = shape_of(configuration)
    attention = 4 * shape.width * shape.heads * shape.head_width
    return float(shape.layers * (attention + 2 * shape.width * shape.inner) + shape.vocabulary * shape.width)


def shape_of(configuration: Mapping[str, Any]) -> Shape:
    """The numbers under whichever name a family gives them."""

    def first(*names: str, default: int | None = None) -> int:
        found = next((configuration[name] for name in names if configuration.get(name) is not None), default)
        if found is None:
            raise KeyError(names[0])
        return int(found)

    width = first("hidden_size", "n_embd", "d_model")
    heads = first("num_attention_heads", "n_head", "num_heads")
    return Shape(
        width,
        heads,
        first("d_kv", default=width // heads),
        first("intermediate_size", "ffn_dim", "n_inner", "d_ff", default=4 * width),
        first("num_hidden_layers", "n_layer", "num_layers"),
        first("vocab_size", default=50257),
    )


def _backward(kernel: Kernel) -> Iterable[Kernel]:
    """A product needs two for its gradients, one for each of its factors."""
    if kernel.inner:
        yield replace(kernel, columns=kernel.inner, inner=kernel.columns)
        yield replace(kernel, rows=kernel.inner, inner=kernel.rows)
    else:
        yield replace(kernel, elements=kernel.elements * _BACKWARD_TENSORS[kernel.kind])


def _times(kernels: Iterable[Kernel], count: float) -> Iterable[Kernel]:
    return (replace(kernel, count=kernel.count * count) for kernel in kernels)


def _pointwise(rows: float, width: float, tensors: Iterable[float]) -> Iterable[Kernel]:
    return (traffic("elementwise", rows, width, each) for each in tensors)


def _chain(workload: Workload, rows: float, width: float, tensors: tuple[float, ...]) -> Iterable[Kernel]:
    """Element-wise operators one after the other; fused, they read and write once."""
    return _pointwise(rows, width, tensors if not workload.is_fused else (max(tensors),))


def _dropout(workload: Workload, rows: float, width: float) -> Iterable[Kernel]:
    # Input, output and a mask of one byte an element.
    return () if workload.mode == "inference" else _pointwise(rows, width, (2.25,))


def _attention(
    workload: Workload, shape: Shape, before_softmax: tuple[float, ...], copies: int, keys: int | None = None
) -> Iterable[Kernel]:
    """Scores, mask, softmax and values of one layer's heads."""
    heads = workload.batch * shape.heads / workload.tensor_parallel
    queries = workload.sequence_length
    seen = keys or queries
    yield product(queries, seen, shape.head_width, batch=heads)
    if not workload.is_fused:
        yield from _pointwise(heads * queries, seen, before_softmax)
    yield traffic("softmax", heads * queries, seen, 2)
    yield from _dropout(workload, heads * queries, seen)
    yield product(queries, shape.head_width, seen, batch=heads)
    yield from _pointwise(heads * queries, shape.head_width, (2.0,) * copies)


def _projections(workload: Workload, shape: Shape, count: int) -> Iterable[Kernel]:
    width = shape.heads * shape.head_width / workload.tensor_parallel
    yield product(workload.tokens, width, shape.width, count=count)


def _output(workload: Workload, shape: Shape, inner: float) -> Iterable[Kernel]:
    """A projection back to the model's width, dropout, and the sum with what went around it."""
    yield product(workload.tokens, shape.width, inner / workload.tensor_parallel)
    yield from _dropout(workload, workload.tokens, shape.width)
    if not workload.is_fused:
        yield from _pointwise(workload.tokens, shape.width, (3.0,))


def _feed_forward(workload: Workload, shape: Shape, activation: tuple[float, ...]) -> Iterable[Kernel]:
    inner = shape.inner / workload.tensor_parallel
    yield product(workload.tokens, inner, shape.width)
    yield from _chain(workload, workload.tokens, inner, activation)
    yield from _output(workload, shape, shape.inner)


def _norm(workload: Workload, shape: Shape) -> Kernel:
    return traffic("norm", workload.tokens, shape.width, 2)


def _head(workload: Workload, shape: Shape) -> Kernel:
    return product(workload.tokens, shape.vocabulary, shape.width)


def _lookups(workload: Workload, shape: Shape, count: int) -> Iterable[Kernel]:
    yield traffic("lookup", workload.tokens, shape.width, 2, count=count)
    yield traffic("elementwise", workload.tokens, shape.width, 3, count=count - 1)
    yield from _dropout(workload, workload.tokens, shape.width)


def _bert(workload: Workload) -> Iterable[Kernel]:
    """Inference without, training with the head over the vocabulary."""
    shape = shape_of(workload.configuration)
    context = shape.heads * shape.head_width
    layer = [
        *_projections(workload, shape, 3),
        *_attention(workload, shape, (2.0, 2.0), copies=1),
        *_output(workload, shape, context),
        _norm(workload, shape),
        *_feed_forward(workload, shape, (2.0,)),
        _norm(workload, shape),
    ]
    yield from _lookups(workload, shape, 3)
    yield _norm(workload, shape)
    yield from _times(layer, shape.layers)
    if workload.mode == "training":
        yield product(workload.tokens, shape.width, shape.width)
        yield from _pointwise(workload.tokens, shape.width, (2.0,))
        yield _norm(workload, shape)
        yield _head(workload, shape)


def _gpt2(workload: Workload) -> Iterable[Kernel]:
    """Its GELU is written out in eight element-wise operators."""
    shape = shape_of(workload.configuration)
    context = shape.heads * shape.head_width
    layer = [
        _norm(workload, shape),
        product(workload.tokens, 3 * context / workload.tensor_parallel, shape.width),
        *_attention(workload, shape, (2.0, 2.25), copies=1),
        *_output(workload, shape, context),
        _norm(workload, shape),
        *_feed_forward(workload, shape, (2.0, 2.0, 2.0, 3.0, 2.0, 2.0, 2.0, 3.0)),
    ]
    yield from _lookups(workload, shape, 2)
    yield from _times(layer, shape.layers)
    yield _norm(workload, shape)
    yield _head(workload, shape)


def _opt(workload: Workload) -> Iterable[Kernel]:
    shape = shape_of(workload.configuration)
    context = shape.heads * shape.head_width
    layer = [
        _norm(workload, shape),
        *_projections(workload, shape, 3),
        *_pointwise(workload.tokens, context / workload.tensor_parallel, (2.0,) * 4),
        *_attention(workload, shape, (2.0, 2.0), copies=1),
        *_output(workload, shape, context),
        _norm(workload, shape),
        *_feed_forward(workload, shape, (2.0,)),
    ]
    yield from _lookups(workload, shape, 2)
    yield from _times(layer, shape.layers)
    yield _norm(workload, shape)
    yield _head(workload, shape)


def _switch(workload: Workload) -> Iterable[Kernel]:
    """Encoder and decoder; each token goes to one expert, and experts share the tokens evenly."""
    shape = shape_of(workload.configuration)
    given = workload.configuration
    sparse = int(given["num_sparse_encoder_layers"]) + int(given["num_sparse_decoder_layers"])
    layers = shape.layers + int(given["num_decoder_layers"])
    experts = int(given["num_experts"])
    context = shape.heads * shape.head_width
    attention = [
        *_norm_of_t5(workload, shape),
        *_projections(workload, shape, 3),
        *_attention(workload, shape, (2.0,), copies=4),
        *_output(workload, shape, context),
    ]
    shared = replace(workload, batch=1, sequence_length=max(1, workload.tokens // experts))
    yield traffic("lookup", workload.tokens, shape.width, 2, count=2)
    yield from _times(attention, layers + int(given["num_decoder_layers"]))
    yield from _times(_norm_of_t5(workload, shape), layers + 2)
    yield from _times(_feed_forward(workload, shape, (2.0,)), layers - sparse)
    yield from _times(_feed_forward(shared, shape, (2.0, 2.0, 2.0)), sparse * experts)
    yield _head(workload, shape)


def _norm_of_t5(workload: Workload, shape: Shape) -> Iterable[Kernel]:
    """Written out: square, mean, reciprocal root, two products."""
    return _pointwise(workload.tokens, shape.width, (2.0, 1.0, 2.0, 2.0))


_FAMILIES: dict[str, Callable[[Workload], Iterable[Kernel]]] = {
    "bert": _bert,
    "gpt2": _gpt2,
    "opt": _opt,
    "switch_transformers": _switch,
}
