"""Weights and constants of a graph: their shapes, and the numbers of small ones."""

import math
from typing import Any

from collectors.profiles.onnx_graphs.tensors import Origin, Tensor

_LARGEST_VALUE = 4096
"""Elements of constants that are read: more are no shapes."""
_INDICES = ("BOOL", "INT16", "UINT16", "INT32", "UINT32", "INT64", "UINT64", "STRING")
"""Types of shapes and indices. Smaller integers are quantised weights."""


def constant(name: str, held: Any, dense: tuple[int, ...] | None = None, *, is_node: bool = False) -> Tensor:
    """A tensor that the file holds; `dense` is the shape of one of which the file holds a few elements.

    A single number that a node gives is part of a formula, and no weight. External files are not opened.
    """
    from onnx import TensorProto

    shape = tuple(held.dims) if dense is None else dense
    size = math.prod(shape)
    types = {TensorProto.DataType.Value(each) for each in _INDICES}
    is_static = held.data_type in types or not shape or (is_node and size <= 1)
    origin = Origin.STATIC if is_static else Origin.WEIGHT
    value = _value(held) if dense is None and size <= _LARGEST_VALUE else None
    return Tensor(name, shape, held.data_type, origin, size, name, value)


def _value(held: Any) -> Any:
    """An array of numpy; None when the numbers lie elsewhere, were passed over, or are of a type numpy lacks."""
    from onnx import TensorProto, numpy_helper

    if held.data_location == TensorProto.EXTERNAL:
        return None
    try:
        array = numpy_helper.to_array(held)
    except (TypeError, ValueError):
        return None
    return array if array.dtype.isbuiltin == 1 else None
