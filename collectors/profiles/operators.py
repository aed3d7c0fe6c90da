"""Tell what an operator of torch is, and what size, from the shapes it was called with."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from collectors.profiles.sizes import Sizes

_NAMES = {
    "activation": """
        celu elu erf gelu glu hardsigmoid hardswish hardtanh leaky_relu log_sigmoid_forward mish prelu _prelu_kernel
        relu relu6 rrelu_with_noise selu sigmoid silu softplus softsign tanh threshold
    """,
    "norm": """
        native_layer_norm native_batch_norm native_group_norm _native_batch_norm_legit batch_norm_with_update
        _native_batch_norm_legit_no_training _native_batch_norm_legit_functional _batch_norm_with_update
        cudnn_batch_norm _fused_rms_norm
    """,
    "softmax": "_softmax _log_softmax _safe_softmax",
    "pool": """
        max_pool2d_with_indices max_pool3d_with_indices max_pool1d max_pool2d avg_pool1d avg_pool2d avg_pool3d
        _adaptive_avg_pool2d _adaptive_avg_pool3d adaptive_avg_pool1d adaptive_max_pool2d adaptive_max_pool3d
    """,
    "reduce": """
        mean sum amax amin max min var var_mean std std_mean norm linalg_vector_norm argmax argmin cumsum prod
        logsumexp any all topk sort
    """,
    "copy": """
        clone _to_copy copy cat stack constant_pad_nd roll index gather index_select repeat flip slice_scatter
        select_scatter reflection_pad1d reflection_pad2d replication_pad1d replication_pad2d pixel_shuffle
        pixel_unshuffle im2col col2im fill zero scatter index_put index_copy masked_fill rot90 tril triu
        repeat_interleave channel_shuffle zeros ones full arange zeros_like ones_like full_like new_zeros new_ones
        new_full scalar_tensor
    """,
    "elementwise": """
        abs add addcmul addcdiv bitwise_and bitwise_not bitwise_or ceil clamp clamp_max clamp_min cos div eq exp exp2
        expm1 floor floor_divide fmod ge gt isinf isnan le lerp log log1p log2 logical_and logical_not logical_or
        logit lt maximum minimum mul ne neg native_dropout bernoulli pow reciprocal remainder round rsqrt rsub sign
        sin sqrt square sub where xlogy
    """,
    "embedding": "embedding _embedding_bag",
}
_CATEGORY_OF: Mapping[str, str] = {
    name: category for category, names in _NAMES.items() for name in names.split()
}
"""Name of an operator, without the underscore of those that work in place, to its category."""

_FACTORS = {
    "mm": (0, 1),
    "addmm": (1, 2),
    "bmm": (0, 1),
    "baddbmm": (1, 2),
    "mv": (0, 1),
    "addmv": (1, 2),
    "dot": (0, 1),
}
"""Where the two factors of a product are among the arguments."""


@dataclass(frozen=True, slots=True)
class Classified:
    """Category, shape and operations of one call, for one item."""

    category: str
    shape: tuple[int, ...]
    flops: float = 0.0


def classify(name: str, arguments: Sequence[Any], output: Any, sizes: Sizes) -> Classified:
    """What a call of `name` (such as `convolution`) is.

    Operations are counted of convolutions, matrix products and attention, a multiply-add as two, as torch's own
    counter does; all others are bound by what they read and write. The category of what is not known is `other`.
    """
    if name == "convolution":
        return _convolution(arguments, output, sizes)
    if name in _FACTORS:
        left, right = (arguments[place].shape for place in _FACTORS[name])
        return _product(left, right, sizes)
    if name == "attention":
        return _attention(arguments, sizes)
    category = _CATEGORY_OF.get(name) or _CATEGORY_OF.get(name.rstrip("_"), "other")
    grown, fixed = sizes.split(output)
    return Classified(category, (grown or fixed,))


def _convolution(arguments: Sequence[Any], output: Any, sizes: Sizes) -> Classified:
    """Convolutions of one dimension have a height of 1; depth counts as height."""
    images, kernel, stride, is_transposed, groups = (arguments[place] for place in (0, 1, 3, 6, 8))
    # Kernels that differ from item to item are computed as groups of one wide image.
    items = sizes.items(groups) or 1
    groups = int(groups) // items
    c_in, c_out = images.shape[1] // items, output.shape[1] // items
    k_h, k_w = plane(kernel.shape[2:])
    h_out, w_out = plane(output.shape[2:])
    # Each place of the smaller side meets the whole kernel once.
    places = sizes.of(images) // max(c_in, 1) if is_transposed else sizes.of(output) // max(c_out, 1)
    return Classified(
        convolution_category(c_in, groups, k_h * k_w),
        (c_in, c_out, k_h, k_w, max(stride), groups, h_out, w_out),
        2.0 * places * c_in * c_out / groups * k_h * k_w,
    )


def convolution_category(c_in: int, groups: int, kernel: int) -> str:
    """The category of a convolution of `c_in` channels, whose kernel has so many places."""
    if groups > 1:
        return "conv_depthwise" if groups == c_in else "conv_grouped"
    return "conv_pointwise" if kernel == 1 else "conv"


def plane(lengths: Sequence[int]) -> tuple[int, int]:
    """Height and width of one to three lengths."""
    return math.prod(lengths[:-1]), lengths[-1]


def _product(left: Sequence[int], right: Sequence[int], sizes: Sizes) -> Classified:
    """(b, m, k) by (b, k, n), the b left out where there is none; vectors are matrices of one row or column."""
    is_batched = len(left) == 3  # noqa: PLR2004 - as bmm takes them
    *many, m, k = left if len(left) > 1 else (1, left[0])
    n = right[-1] if len(right) > 1 else 1
    shape = tuple(sizes.one(length) for length in (*many, m, n, k))
    return Classified("batched_matmul" if is_batched else "matmul", shape, 2.0 * math.prod(shape))


def _attention(arguments: Sequence[Any], sizes: Sizes) -> Classified:
    """Scores and weighted sums, without the softmax between them, and as if no token were masked."""
    query, key, value = arguments[:3]
    heads = sizes.one(math.prod(query.shape[:-2]))
    queries, width, keys = query.shape[-2], query.shape[-1], key.shape[-2]
    flops = 2.0 * heads * queries * keys * (width + value.shape[-1])
    return Classified("attention", (heads, queries, keys, width), flops)
