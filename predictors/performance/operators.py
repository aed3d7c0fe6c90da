"""Operators of many models as one set of columns, so that physics is arithmetic on arrays."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from predictors.contract import ModelProfile, Operator

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]

CATEGORIES = (
    "conv",
    "conv_pointwise",
    "conv_grouped",
    "conv_depthwise",
    "matmul",
    "batched_matmul",
    "attention",
    "norm",
    "softmax",
    "activation",
    "elementwise",
    "pool",
    "reduce",
    "copy",
    "embedding",
    "other",
)
_NUMBER = {name: number for number, name in enumerate(CATEGORIES)}
MATRIX = tuple(_NUMBER[name] for name in CATEGORIES[:7])
"""Categories that count operations; all others move data."""
FUSIBLE = tuple(_NUMBER[name] for name in ("norm", "softmax", "activation", "elementwise", "copy", "other"))
"""What a compiler joins to its neighbours, so that their result need not pass through memory."""


@dataclass(frozen=True, slots=True)
class OperatorTable:
    """Operators of several profiles, one after the other. Shape of every column: (operators,), but `start`."""

    start: Index
    """Where the operators of each profile begin, and the end. Shape (profiles + 1,)."""
    category: Index
    count: Floats
    flops: Floats
    """Of all occurrences, for one item."""
    moved: Floats
    """Activations read and written, elements, of all occurrences, for one item."""
    written: Floats
    weights: Floats
    """Parameters read once a step, elements."""
    inner: Floats
    """Length of the sums: input channels of a group x kernel, or k."""
    outer: Floats
    """Output channels of a group, or n."""
    places: Floats
    """Output pixels, or m, for one item."""
    parallel: Floats
    """Groups, heads or b: products that are independent."""

    def __len__(self) -> int:
        return len(self.category)


def operator_table(profiles: Sequence[ModelProfile]) -> OperatorTable:
    """The operators of all profiles; a profile without operators takes no place."""
    lengths = [len(profile.operators) for profile in profiles]
    rows = [_columns(operator) for profile in profiles for operator in profile.operators]
    table = np.array(rows, dtype=float).reshape(len(rows), 10)
    return OperatorTable(
        np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        table[:, 0].astype(np.int64),
        *(table[:, at].copy() for at in range(1, 10)),
    )


def _columns(operator: Operator) -> tuple[float, ...]:
    inner, outer, places, parallel = _extent(operator)
    return (
        _NUMBER.get(operator.category, _NUMBER["other"]),
        max(1.0, operator.count),
        operator.flops,
        operator.read_elements + operator.written_elements,
        operator.written_elements,
        operator.weight_elements,
        inner,
        outer,
        places,
        parallel,
    )


def _extent(operator: Operator) -> tuple[float, float, float, float]:
    """Length of sums, outputs of a group, places, groups: the three sides of a product and how many there are."""
    shape = operator.shape
    if operator.category.startswith("conv") and len(shape) == 8:  # noqa: PLR2004 - the contract's shape of a convolution
        c_in, c_out, k_h, k_w, _, groups, h_out, w_out = shape
        groups = max(1, groups)
        return c_in / groups * k_h * k_w, c_out / groups, h_out * w_out, groups
    if operator.category == "matmul" and len(shape) == 3:  # noqa: PLR2004
        m, n, k = shape
        return k, n, m, 1.0
    if operator.category == "batched_matmul" and len(shape) == 4:  # noqa: PLR2004
        b, m, n, k = shape
        return k, n, m, b
    if operator.category == "attention" and len(shape) == 4:  # noqa: PLR2004
        heads, queries, keys, width = shape
        return width, keys, queries, heads
    return 1.0, 1.0, max(1.0, operator.written_elements / max(1, operator.count)), 1.0
