"""Shapes of the results of one operator, and the results themselves where they are small constants."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from collectors.profiles.onnx_graphs.contributed import STANDARD, contributed_shapes
from collectors.profiles.onnx_graphs.tensors import Tensor

_LARGEST_VALUE = 4096
"""Elements of constants that are worked out: shapes, indices and steps of them are smaller."""
_STANDARD_DOMAINS = frozenset({"", "ai.onnx"})
_UNREPEATABLE = ("Random", "Bernoulli", "Multinomial")


@dataclass(frozen=True, slots=True)
class Result:
    """Shape and type of a result; the value where it is known beforehand."""

    shape: tuple[int, ...]
    dtype: int
    value: Any = None


class Rules:
    """What results follow from operands, by the standard's own rules and those of ONNX Runtime."""

    def __init__(self, opsets: Sequence[Any], ir_version: int) -> None:
        self._opsets = list(opsets)
        self._ir_version = ir_version
        self._versions = {each.domain: each.version for each in opsets}

    def results(self, node: Any, operands: Sequence[Tensor | None]) -> list[Result | None]:
        """One for each output of the node; None where the rules do not tell the shape.

        Raises whatever the rules of onnx raise when operands do not fit.
        """
        if node.op_type in {"Shape", "Size"} and operands[0] is not None:
            return _shape_of(node, operands[0])
        shapes = self._inferred(node, operands)
        if not _is_known_beforehand(node, operands):
            return shapes
        if any(each is not None and math.prod(each.shape) > _LARGEST_VALUE for each in shapes):
            return shapes
        return self._computed(node, operands) or shapes

    def _inferred(self, node: Any, operands: Sequence[Tensor | None]) -> list[Result | None]:
        node, operands = _standard(node, operands)
        schema = self._schema(node)
        if schema is None:
            told = contributed_shapes(node.op_type, operands, attributes_of(node))
            return _contributed(node, told, operands)
        return self._by_schema(schema, node, operands)

    def _by_schema(self, schema: Any, node: Any, operands: Sequence[Tensor | None]) -> list[Result | None]:
        from onnx import helper, numpy_helper
        from onnx.shape_inference import infer_node_outputs

        types = {
            name: helper.make_tensor_type_proto(operand.dtype, operand.shape)
            for name, operand in zip(node.input, operands, strict=False)
            if operand is not None
        }
        data = {
            name: numpy_helper.from_array(operand.value, name)
            for name, operand in zip(node.input, operands, strict=False)
            if operand is not None and operand.value is not None
        }
        inferred = infer_node_outputs(
            schema, node, types, data, opset_imports=self._opsets, ir_version=self._ir_version
        )
        return [_result(inferred.get(name)) for name in node.output]

    def _schema(self, node: Any) -> Any:
        """The standard's description of the operator; None when it has none."""
        from onnx import defs

        name = node.op_type
        if node.domain not in _STANDARD_DOMAINS:
            return None
        version = self._versions.get("", self._versions.get("ai.onnx", 1))
        try:
            return defs.get_schema(name, version, "")
        except defs.SchemaError:
            return None

    def _computed(self, node: Any, operands: Sequence[Tensor | None]) -> list[Result | None] | None:
        """The values themselves; None when onnx cannot compute them."""
        from onnx import helper
        from onnx.reference import ReferenceEvaluator

        feeds = {
            name: operand.value
            for name, operand in zip(node.input, operands, strict=False)
            if operand is not None
        }
        try:
            values: Any = ReferenceEvaluator(node, opsets=self._versions).run(None, feeds)
            return [
                Result(tuple(value.shape), int(helper.np_dtype_to_tensor_dtype(value.dtype)), value)
                for value in values
            ]
        except Exception:  # noqa: BLE001 - whatever it raises, the shape alone is known then
            return None


def attributes_of(node: Any) -> dict[str, Any]:
    """Attributes of a node by name; tensors and graphs as onnx gives them."""
    from onnx import helper

    return {each.name: helper.get_attribute_value(each) for each in node.attribute}


def _standard(node: Any, operands: Sequence[Tensor | None]) -> tuple[Any, Sequence[Tensor | None]]:
    """A node of ONNX Runtime as one of the standard with the same shapes, if there is one."""
    from onnx import NodeProto, defs

    if node.domain in _STANDARD_DOMAINS or node.op_type not in STANDARD:
        return node, operands
    name, count = STANDARD[node.op_type]
    known = defs.get_schema(name).attributes
    same = NodeProto(op_type=name, name=node.name, input=node.input[:count], output=node.output)
    same.attribute.extend(each for each in node.attribute if each.name in known)
    return same, operands[:count]


def _is_known_beforehand(node: Any, operands: Sequence[Tensor | None]) -> bool:
    if node.op_type.startswith(_UNREPEATABLE) or node.domain not in _STANDARD_DOMAINS:
        return False
    return all(operand is None or operand.value is not None for operand in operands)


def _result(inferred: Any) -> Result | None:
    if inferred is None or not inferred.HasField("tensor_type"):
        return None
    tensor = inferred.tensor_type
    if not tensor.HasField("shape") or not all(each.HasField("dim_value") for each in tensor.shape.dim):
        return None
    return Result(tuple(each.dim_value for each in tensor.shape.dim), tensor.elem_type)


def _contributed(
    node: Any, told: Sequence[tuple[int, ...] | None] | None, operands: Sequence[Tensor | None]
) -> list[Result | None]:
    dtype = next((operand.dtype for operand in operands if operand), 0)
    shapes = [*(told or ()), *[None] * len(node.output)][: len(node.output)]
    return [None if shape is None else Result(shape, dtype) for shape in shapes]


def _shape_of(node: Any, operand: Tensor) -> list[Result | None]:
    """What Shape and Size tell, whatever the operand's numbers are."""
    import numpy as np
    from onnx import TensorProto

    attributes = attributes_of(node)
    part = operand.shape[attributes.get("start", 0) : attributes.get("end")]
    value = np.array(part if node.op_type == "Shape" else operand.size, dtype=np.int64)
    return [Result(value.shape, int(TensorProto.INT64), value)]
