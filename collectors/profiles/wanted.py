"""What is to be profiled, and what a source makes of it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from benchmart.errors import BenchmartError
from collectors.profiles.calls import Call
from collectors.profiles.sizes import Sizes
from collectors.runner.building import Built


class CannotProfile(BenchmartError):
    """A model cannot be built or traced."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A model by its name, and the size of its input; None for the model's own."""

    name: str
    image_size: int | None = None
    """Pixels along one side."""
    sequence_length: int | None = None
    """Tokens, or audio frames."""

    @property
    def label(self) -> str:
        """A short line for people."""
        size = f"{self.image_size} px" if self.image_size else ""
        length = f"length {self.sequence_length}" if self.sequence_length else ""
        return " ".join(filter(None, (self.name, size, length)))


@dataclass(frozen=True, slots=True)
class Traceable:
    """A model without content, and what it is called with."""

    built: Built
    sizes: Sizes
    """The batch its inputs hold."""
    family: str | None = None
    image_size: int | None = None
    sequence_length: int | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Counted:
    """What a model is made of, for one item of a batch."""

    calls: Counter[Call]
    """In the order of first calls."""
    parameter_count: int
    peak_live_elements: int
    """Most activations alive at once in a forward pass that keeps nothing."""
    saved_elements: int | None = None
    """Activations kept for a backward pass; None when nobody can tell."""
    saved_other_bytes: int | None = None
    family: str | None = None
    architecture: str | None = None
    image_size: int | None = None
    sequence_length: int | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


class Source(Protocol):
    """One kind of models that can be built from a name."""

    def definition(self, wanted: Wanted) -> Mapping[str, Any] | None:
        """Everything that the profile depends on, ready for JSON; None when the name is of another kind.

        Raises CannotProfile when the name is of this kind and what it needs is not there.
        """
        ...

    def build(self, wanted: Wanted) -> Iterator[Traceable | Counted]:
        """The model in every form it is run in, on the meta device, or counted already. Raises what building raises."""
        ...
