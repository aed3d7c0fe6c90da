"""ONNX files: recognised, so that it is said what to do with them."""

from collections.abc import Iterator, Mapping
from typing import Any

from collectors.profiles.wanted import CannotProfile, Traceable, Wanted

_HINT = "Profile the model it was exported from: package.module:factory"


class OnnxFiles:
    """A source that refuses: an ONNX graph has no operators of torch, and autograd keeps nothing of it."""

    def definition(self, wanted: Wanted) -> Mapping[str, Any] | None:
        """Raises CannotProfile for an ONNX file."""
        if wanted.name.endswith(".onnx"):
            raise CannotProfile("ONNX files cannot be traced", where=wanted.name, hint=_HINT)
        return None

    def build(self, wanted: Wanted) -> Iterator[Traceable]:
        """Never called."""
        raise CannotProfile("ONNX files cannot be traced", where=wanted.name, hint=_HINT)
