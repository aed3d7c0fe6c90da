"""Operators as the latency of their kernels depends on them: floating-point work, traffic, and shape."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

KINDS = ("matmul", "batched_matmul", "elementwise", "softmax", "norm", "lookup")
PRODUCTS = ("matmul", "batched_matmul")


@dataclass(frozen=True, slots=True)
class Kernel:
    """One launch of an operator, `count` times the same. Elements, not bytes: the precision decides on those."""

    kind: str
    """One of KINDS."""
    batch: float
    """Independent matrices of a product; 1 for others."""
    rows: float
    """Of the product's left matrix; for others the rows that are worked on independently."""
    columns: float
    """Of the product; for others the width of a row."""
    inner: float
    """Length of the product's sums; 0 for others."""
    elements: float
    """Read and written, in all."""
    count: float = 1.0

    @property
    def flops(self) -> float:
        """Of one launch; a multiply-accumulate is two. What is not a product is taken for free."""
        return 2.0 * self.batch * self.rows * self.columns * self.inner


def product(rows: float, columns: float, inner: float, *, batch: float = 0.0, count: float = 1.0) -> Kernel:
    """A matrix product; with `batch`, so many of them in one launch."""
    matrices = batch or 1.0
    elements = matrices * (rows * inner + inner * columns + rows * columns)
    return Kernel("batched_matmul" if batch else "matmul", matrices, rows, columns, inner, elements, count)


def traffic(kind: str, rows: float, width: float, tensors: float, *, count: float = 1.0) -> Kernel:
    """What is bound by memory: so many tensors of rows x width read or written."""
    return Kernel(kind, 1.0, rows, width, 0.0, tensors * rows * width, count)


@dataclass(frozen=True, slots=True)
class KernelTable:
    """Kernels by column, each an array over kernels."""

    kind: NDArray[np.int64]
    """Index into KINDS."""
    batch: Floats
    rows: Floats
    columns: Floats
    inner: Floats
    elements: Floats
    count: Floats

    @property
    def flops(self) -> Floats:
        """Of one launch each."""
        return 2.0 * self.batch * self.rows * self.columns * self.inner

    def take(self, chosen: NDArray[np.int64]) -> "KernelTable":
        """Some of the kernels."""
        return KernelTable(
            self.kind[chosen], self.batch[chosen], self.rows[chosen], self.columns[chosen],
            self.inner[chosen], self.elements[chosen], self.count[chosen],
        )  # fmt: skip


def table_of(kernels: Sequence[Kernel]) -> KernelTable:
    """The kernels as a table."""
    kinds = np.array([KINDS.index(kernel.kind) for kernel in kernels], dtype=np.int64)
    numbers = np.array(
        [(each.batch, each.rows, each.columns, each.inner, each.elements, each.count) for each in kernels],
        dtype=np.float64,
    ).reshape(len(kernels), 6)
    return KernelTable(kinds, *numbers.T)
