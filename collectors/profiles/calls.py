"""One call of an operator, however it was found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an operator, for one item of a batch."""

    category: str
    operator: str
    shape: tuple[int, ...]
    flops: float
    read_elements: float
    written_elements: float
    weight_elements: float
    """What is read, or made of parameters alone, once a step whatever the batch."""
