"""Sizes for one item, out of shapes that hold a whole batch."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

BATCH = 9973
"""Items traced at once: a prime beyond the usual widths, so that a size it divides is one that grows with the batch.
Tensors without content cost nothing, however many items they hold."""
SMALL_BATCH = 97
"""The same where a model's author might make real tensors."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Tells what belongs to one item of a batch from what does not grow with it."""

    batch: int = BATCH

    def items(self, length: int) -> int:
        """How many items a length holds; 0 when it does not grow with the batch."""
        return self.batch if length and length % self.batch == 0 else 0

    def one(self, length: int) -> int:
        """A length for one item, or as it is."""
        return int(length) // (self.items(length) or 1)

    def of(self, tensors: Any) -> int:
        """Elements of one item in the tensors, and all elements of those that do not grow."""
        return sum(self.split(tensors))

    def split(self, tensors: Any) -> tuple[int, int]:
        """Elements for one item, and elements whatever the batch."""
        grown = fixed = 0
        for tensor in flat(tensors):
            count = elements(tensor)
            if self.items(count):
                grown += count // self.batch
            else:
                fixed += count
        return grown, fixed


def elements(tensor: Any) -> int:
    """Different elements of a tensor: those repeated by broadcasting count once."""
    strided = zip(tensor.shape, tensor.stride(), strict=True)
    return math.prod(length for length, stride in strided if stride or not length)


def flat(values: Any) -> Iterator[Any]:
    """The tensors in arguments or results, however nested."""
    if hasattr(values, "untyped_storage"):
        yield values
    elif isinstance(values, list | tuple):
        for value in values:
            yield from flat(value)
    elif isinstance(values, dict):
        yield from flat(list(values.values()))
