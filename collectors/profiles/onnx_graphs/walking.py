"""Walk through a graph in its order, and find the shape of every tensor and what it follows from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from collectors.profiles.onnx_graphs.constants import constant
from collectors.profiles.onnx_graphs.inputs import lengths_of, numbered
from collectors.profiles.onnx_graphs.shapes import Result, Rules, attributes_of
from collectors.profiles.onnx_graphs.tensors import Origin, Tensor
from collectors.profiles.wanted import CannotProfile

HINT = "Profile the model it was exported from: package.module:factory"
_VIEWS = frozenset({"Reshape", "Flatten", "Squeeze", "Unsqueeze", "Identity", "Dropout", "Expand"})
"""Give their operand as it lies in memory."""
_QUANTIZE = frozenset({"QuantizeLinear", "DequantizeLinear"})
"""Runtimes join them to the operators around them, which then work in integers."""
_MOVES = frozenset({"Transpose", "CastLike", "Slice", "Split"})
"""Done once, when a model is loaded, where weights alone are moved."""
_TELLS_SHAPES = frozenset({"Shape", "Size"})
_REPEATS = frozenset({"Loop", "Scan", "SequenceMap"})
_LONGEST_MESSAGE = 200


@dataclass(frozen=True, slots=True)
class Step:
    """A node whose operands and results are known in shape."""

    node: Any
    operands: tuple[Tensor | None, ...]
    results: tuple[Tensor, ...]
    attributes: Mapping[str, Any]
    is_view: bool
    """Computes nothing that passes through memory."""

    @property
    def name(self) -> str:
        """Name of the operator, without its domain."""
        name: str = self.node.op_type
        return name

    @property
    def given(self) -> tuple[Tensor, ...]:
        """The operands that are not left out."""
        return tuple(operand for operand in self.operands if operand is not None)


class Walk:
    """The steps of a graph; `tensors` are all that it has come by, by name."""

    def __init__(self, rules: Rules, where: str) -> None:
        self.tensors: dict[str, Tensor] = {}
        self.constants: dict[str, Tensor] = {}
        """Those of them that the file holds."""
        self._rules = rules
        self._lengths: dict[str, int] = {}
        self._where = where
        self._told: dict[str, Any] = {}
        self._untold: dict[str, Any] = {}
        """Results whose shape is not known, and the nodes that give them."""

    def take_constants(self, graph: Any) -> None:
        """Take in the weights and constants that a graph begins with."""
        for each in graph.initializer:
            self._hold(constant(each.name, each))
        for each in graph.sparse_initializer:
            self._hold(constant(each.values.name, each.values, tuple(each.dims)))

    def _hold(self, tensor: Tensor) -> None:
        self.tensors[tensor.name] = self.constants[tensor.name] = tensor

    def take_inputs(self, inputs: Sequence[Tensor], lengths: Mapping[str, int]) -> None:
        """Take in the inputs, and the numbers of lengths that the file leaves free."""
        self.tensors.update({each.name: each for each in inputs})
        self._lengths.update(lengths)

    def steps(self, graph: Any) -> Iterator[Step]:
        """Every node that is not known beforehand, in the graph's order; branches as their condition says.

        Raises CannotProfile when a node cannot be read, or a shape that is needed is not known.
        """
        told = (*graph.value_info, *graph.output)
        self._told.update({each.name: each for each in told if each.type.tensor_type.HasField("shape")})
        for node in graph.node:
            if node.op_type == "If":
                yield from self._branch(node)
            elif node.op_type in _REPEATS:
                self._refuse(node, "repeats a part of the graph; how often is not known")
            elif node.op_type == "Constant":
                self._take_constant(node)
            else:
                yield from self._step(node)

    def _branch(self, node: Any) -> Iterator[Step]:
        [condition] = self._operands(node)
        if condition is None or condition.value is None:
            self._refuse(node, "chooses by values, which are not known")
        graph = attributes_of(node)["then_branch" if condition.value.item() else "else_branch"]
        self.take_constants(graph)
        yield from self.steps(graph)
        for name, inner in zip(node.output, graph.output, strict=True):
            self.tensors[name] = replace(self.tensors[inner.name], name=name)

    def _take_constant(self, node: Any) -> None:
        [name] = node.output
        held = attributes_of(node).get("value")
        result = None if held is not None else self._results(node, ())[0]
        if held is not None:
            self._hold(constant(name, held, is_node=True))
        elif result is not None:
            self.tensors[name] = _tensor(name, result, Origin.STATIC)
        else:
            self._refuse(node, "holds no tensor")

    def _step(self, node: Any) -> Iterator[Step]:
        operands = self._operands(node)
        origin = _origin(node, operands)
        is_view = _is_view(node, operands, origin)
        results = []
        for name, result in zip(node.output, self._results(node, operands), strict=True):
            known = result or self._from_file(name)
            if known is None:
                self._untold[name] = node
            elif name:
                results.append(_tensor(name, known, origin))
        if not results:
            self._refuse(
                node, f"gives {node.output[0]!r}, whose shape neither the file nor its operands tell"
            )
        if node.op_type == "ConstantOfShape":
            results = [replace(each, distinct=min(1, each.distinct)) for each in results]
        elif is_view and operands[0] is not None:
            results[0] = _seen_through(operands[0], results[0])
        self.tensors.update({each.name: each for each in results})
        if origin is not Origin.STATIC:
            yield Step(node, operands, tuple(results), attributes_of(node), is_view)

    def _operands(self, node: Any) -> tuple[Tensor | None, ...]:
        for name in filter(None, node.input):
            if name in self._untold:
                told = f"reads {name!r}, whose shape neither the file nor what gives it tells"
                self._refuse(node, f"{told} ({_named(self._untold[name])})")
            if name not in self.tensors:
                self._refuse(node, f"reads {name!r}, which nothing gives: the file is not whole")
        return tuple(self.tensors[name] if name else None for name in node.input)

    def _results(self, node: Any, operands: Sequence[Tensor | None]) -> list[Result | None]:
        try:
            return self._rules.results(node, operands)
        except Exception as error:  # noqa: BLE001 - whatever the rules of onnx raise
            told = " ".join(str(error).split())[:_LONGEST_MESSAGE]
            self._refuse(node, f"does not fit what it reads: {told}")

    def _from_file(self, name: str) -> Result | None:
        told = self._told.get(name)
        if told is None:
            return None
        shape = numbered(lengths_of(told), self._lengths)
        return None if shape is None else Result(shape, told.type.tensor_type.elem_type)

    def _refuse(self, node: Any, reason: str) -> NoReturn:
        raise CannotProfile(f"{_named(node)} {reason}", where=self._where, hint=HINT)


def _named(node: Any) -> str:
    name = f"{node.domain}.{node.op_type}" if node.domain else node.op_type
    return f"{name} {node.name!r}" if node.name else name


def _origin(node: Any, operands: Sequence[Tensor | None]) -> Origin:
    if node.op_type in _TELLS_SHAPES:
        return Origin.STATIC
    origin = max((operand.origin for operand in operands if operand is not None), default=Origin.STATIC)
    return max(origin, Origin.WEIGHT) if node.op_type == "DequantizeLinear" else origin


def _is_view(node: Any, operands: Sequence[Tensor | None], origin: Origin) -> bool:
    if node.op_type == "Cast" and operands[0] is not None:
        # Exporters cast masks to what they are already, and runtimes leave that out.
        return origin is Origin.WEIGHT or operands[0].dtype == attributes_of(node).get("to")
    return node.op_type in _VIEWS | _QUANTIZE or (origin is Origin.WEIGHT and node.op_type in _MOVES)


def _tensor(name: str, result: Result, origin: Origin) -> Tensor:
    tensor = Tensor(name, result.shape, result.dtype, origin, 0, name, result.value)
    return replace(tensor, distinct=tensor.size)


def _seen_through(source: Tensor, view: Tensor) -> Tensor:
    return replace(view, distinct=min(source.distinct, view.size), storage=source.storage)
