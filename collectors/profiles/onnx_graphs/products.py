"""Convolutions and matrix products of ONNX: category, shape and operations for one item."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from collectors.profiles.onnx_graphs.tensors import Batch, Origin, Tensor
from collectors.profiles.onnx_graphs.walking import Step
from collectors.profiles.operators import Classified, convolution_category, plane

_PLACES: Mapping[str, tuple[int, int]] = {"QLinearConv": (0, 3), "QLinearMatMul": (0, 3), "QGemm": (0, 3)}
"""Where the two factors stand among the operands, if not first."""
_MATRIX_RANK = 2


def classify_product(step: Step, batch: Batch) -> Classified | None:
    """What a convolution or product is; None when the step is neither.

    Raises ValueError for an Einsum that is no product of two.
    """
    classify = _PRODUCTS.get(step.name)
    return classify(step, batch) if classify else None


def weight_of_few_bits(step: Step) -> int | None:
    """Elements of the packed weight of a MatMulNBits; None for any other step."""
    return int(step.attributes["N"] * step.attributes["K"]) if step.name == "MatMulNBits" else None


def _factors(step: Step) -> tuple[Tensor, Tensor]:
    left, right = (step.operands[place] for place in _PLACES.get(step.name, (0, 1)))
    if left is None or right is None:
        raise ValueError("a factor is left out")
    return left, right


def _convolution(step: Step, batch: Batch) -> Classified:
    """Each place of the smaller side meets the whole kernel once, as in tracing."""
    images, kernel = _factors(step)
    output = step.results[0]
    groups = int(step.attributes.get("group", 1))
    c_in, c_out = images.shape[1], output.shape[1]
    k_h, k_w = plane(kernel.shape[2:])
    side = images if step.name == "ConvTranspose" else output
    places = side.size // max(side.shape[1], 1) // (batch.items_in(side) or 1)
    return Classified(
        convolution_category(c_in, groups, k_h * k_w),
        (c_in, c_out, k_h, k_w, max(step.attributes.get("strides", (1,))), groups, *plane(output.shape[2:])),
        2.0 * places * c_in * c_out / groups * k_h * k_w,
    )


def _gemm(step: Step, batch: Batch) -> Classified:
    left, _ = _factors(step)
    m, n = step.results[0].shape
    k = left.shape[0 if step.attributes.get("transA") else 1]
    return _product("matmul", (*batch.share(step.results[0], m, n), k))


def _matmul(step: Step, batch: Batch) -> Classified:
    """By a matrix of weights all rows are one matrix; by what is computed, each item has its own."""
    left, right = _factors(step)
    output = step.results[0]
    row, column = (-1, -2) if step.attributes.get("transA") else (-2, -1)
    m, k = (1, left.shape[0]) if len(left.shape) == 1 else (left.shape[row], left.shape[column])
    n = _columns(step, right)
    if len(right.shape) <= _MATRIX_RANK or step.name == "MatMulNBits":
        return _product("matmul", (*batch.share(output, output.size // n, n), k))
    if left.origin is not Origin.DATA and len(left.shape) <= _MATRIX_RANK:
        return _product("matmul", (*batch.share(output, output.size // m, m), k))
    return _product("batched_matmul", (*batch.share(output, output.size // (m * n), m, n), k))


def _columns(step: Step, right: Tensor) -> int:
    if step.name == "MatMulNBits":
        return int(step.attributes["N"])
    if len(right.shape) == 1:
        return 1
    return right.shape[-2 if step.attributes.get("transB") else -1]


def _einsum(step: Step, batch: Batch) -> Classified | None:
    """Letters of both and the result are the batch, of both alone the sums, of one and the result rows or columns."""
    equation = step.attributes["equation"].decode().replace(" ", "")
    operands, _, result = equation.partition("->")
    letters = operands.split(",")
    if (
        len(letters) != _MATRIX_RANK
        or not equation.replace(",", "").replace("->", "").isalpha()
        or not result
    ):
        return _other_einsum(equation, letters, result)
    left, right = step.given
    lengths = dict(zip("".join(letters), (*left.shape, *right.shape), strict=True))
    first, second = (set(each) for each in letters)
    b, m, n, k = (
        math.prod(lengths[letter] for letter in chosen)
        for chosen in (
            first & second & set(result),
            (first - second) & set(result),
            (second - first) & set(result),
            (first & second) - set(result),
        )
    )
    output = step.results[0]
    if b == 1 and right.origin is not Origin.DATA:
        return _product("matmul", (*batch.share(output, m, n), k))
    if b == 1 and left.origin is not Origin.DATA:
        return _product("matmul", (*batch.share(output, n, m), k))
    return _product("batched_matmul", (*batch.share(output, b, m, n), k))


def _other_einsum(equation: str, letters: Sequence[str], result: str) -> Classified | None:
    if len(letters) == 1 and set(letters[0]) == set(result):
        return Classified("copy", ())
    raise ValueError(f"the equation {equation!r} is no product of two operands")


def _product(category: str, shape: tuple[int, ...]) -> Classified:
    return Classified(category, shape, 2.0 * math.prod(shape))


_Classify = Callable[[Step, Batch], Classified | None]
_PRODUCTS: Mapping[str, _Classify] = {
    **dict.fromkeys(
        ("Conv", "ConvTranspose", "ConvInteger", "QLinearConv", "FusedConv", "DeformConv"), _convolution
    ),
    **dict.fromkeys(("Gemm", "FusedGemm", "QGemm"), _gemm),
    **dict.fromkeys(
        (
            "MatMul",
            "MatMulInteger",
            "MatMulIntegerToFloat",
            "QLinearMatMul",
            "FusedMatMul",
            "TransposeMatMul",
            "MatMulNBits",
        ),
        _matmul,
    ),
    "Einsum": _einsum,
}


def attribute_of(step: Step, name: str) -> Any:
    """An attribute without which a step cannot be read. Raises ValueError when it is missing."""
    try:
        return step.attributes[name]
    except KeyError:
        raise ValueError(f"its attribute {name!r} is missing") from None
