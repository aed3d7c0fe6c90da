"""What is known of a tensor of a graph, and what of it belongs to one item of a batch."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any


class Origin(IntEnum):
    """What a tensor follows from. The result of an operator follows from the last of these that it reads."""

    STATIC = 0
    """Constants and shapes: known before anything is computed."""
    WEIGHT = 1
    DATA = 2
    """The inputs of the graph: computed for every batch."""


@dataclass(frozen=True, slots=True, eq=False)
class Tensor:
    """One tensor of a graph."""

    name: str
    shape: tuple[int, ...]
    dtype: int
    """Number of an element type of ONNX; 0 where nobody told it."""
    origin: Origin
    distinct: int
    """Different elements: those that broadcasting repeats count once."""
    storage: str
    """Name of the tensor whose memory it shares, or its own."""
    value: Any = None
    """An array of numpy, of small constants."""

    @property
    def size(self) -> int:
        """All elements."""
        return math.prod(self.shape)

    @property
    def is_scalar(self) -> bool:
        """A single number without a shape."""
        return not self.shape

    @property
    def is_parameter_of_shape(self) -> bool:
        """A scalar or a list of lengths, which travels with the call and is not read from memory as data is."""
        return self.origin is Origin.STATIC and len(self.shape) <= 1


@dataclass(frozen=True, slots=True)
class Batch:
    """How many items the inputs hold."""

    items: int
    is_prime: bool
    """The batch was free, and is bound to a prime: what the prime divides grows with the batch, as in tracing. Else the
    file fixes it: what follows from inputs and has a multiple of so many elements grows."""

    def items_in(self, tensor: Tensor) -> int:
        """How many items a tensor holds; 0 when it does not grow with the batch."""
        if not tensor.distinct or tensor.distinct % self.items:
            return 0
        return self.items if self.is_prime or tensor.origin is Origin.DATA else 0

    def grown(self, tensor: Tensor) -> int:
        """Elements for one item; 0 of a tensor that does not grow."""
        items = self.items_in(tensor)
        return tensor.distinct // items if items else 0

    def split(self, tensors: Iterable[Tensor]) -> tuple[int, int]:
        """Elements for one item, and elements whatever the batch."""
        grown = fixed = 0
        for tensor in tensors:
            if tensor.is_parameter_of_shape:
                continue
            if self.items_in(tensor):
                grown += self.grown(tensor)
            else:
                fixed += tensor.distinct
        return grown, fixed

    def share(self, tensor: Tensor, *lengths: int) -> tuple[int, ...]:
        """The lengths of what a tensor holds for one item: the first that the batch divides is divided."""
        items = self.items_in(tensor)
        for place, length in enumerate(lengths):
            if items and length and length % items == 0:
                return (*lengths[:place], length // items, *lengths[place + 1 :])
        return lengths
