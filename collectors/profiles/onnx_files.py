"""ONNX files: their graphs are read as they are, without running or tracing anything."""

import hashlib
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from collectors.profiles.wanted import CannotProfile, Counted, Wanted

_ENDING = ".onnx"


class OnnxFiles:
    """A source of what a graph tells; what autograd would keep of it, nobody can tell."""

    def definition(self, wanted: Wanted) -> Mapping[str, Any] | None:
        """Digest of the graph without its weights, version of onnx, and sizes of the input.

        Raises CannotProfile when the file cannot be read, is no ONNX file, or onnx is not installed.
        """
        if not wanted.name.lower().endswith(_ENDING):
            return None
        if find_spec("onnx") is None:
            hint = "Install it: pip install 'benchmart[onnx]'"
            raise CannotProfile(
                "needs the package onnx, which is not installed", where=wanted.name, hint=hint
            )
        import onnx

        return {
            "graph": hashlib.sha256(_skeleton(wanted)).hexdigest(),
            "onnx": onnx.__version__,
            "image_size": wanted.image_size,
            "sequence_length": wanted.sequence_length,
        }

    def build(self, wanted: Wanted) -> Iterator[Counted]:
        """The one form that the graph has."""
        from collectors.profiles.onnx_graphs.reading import count

        yield count(_skeleton(wanted), wanted)


def _skeleton(wanted: Wanted) -> bytes:
    from collectors.profiles.onnx_graphs.reading import skeleton_of

    return skeleton_of(Path(wanted.name))
