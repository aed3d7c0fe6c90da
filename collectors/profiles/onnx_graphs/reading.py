"""Read the graph of an ONNX file, and count it for one item of a batch."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from collectors.profiles.onnx_graphs.counting import Counting, parameter_count, peak_live_elements
from collectors.profiles.onnx_graphs.inputs import Bound, Declared, bind, declared
from collectors.profiles.onnx_graphs.joining import units
from collectors.profiles.onnx_graphs.shapes import Rules, attributes_of
from collectors.profiles.onnx_graphs.skeleton import skeleton
from collectors.profiles.onnx_graphs.tensors import Origin, Tensor
from collectors.profiles.onnx_graphs.walking import HINT, Walk
from collectors.profiles.wanted import CannotProfile, Counted, Wanted

_LFS_POINTER = b"version https://git-lfs"


def skeleton_of(path: Path) -> bytes:
    """The file without its weights: all that a profile depends on.

    Raises CannotProfile when it cannot be read, is no ONNX file or is cut short.
    """
    try:
        with path.open("rb") as file:
            if file.read(len(_LFS_POINTER)) == _LFS_POINTER:
                hint = "Fetch the file itself: git lfs pull"
                raise CannotProfile("is a pointer of Git LFS", where=str(path), hint=hint)
        return skeleton(path)
    except OSError as error:
        raise CannotProfile(f"cannot be read: {error.strerror}", where=str(path)) from error
    except (ValueError, RecursionError) as error:
        hint = "Copy or export it again"
        raise CannotProfile(
            f"is no ONNX file, or not a whole one: {error}", where=str(path), hint=hint
        ) from error


def count(message: bytes, wanted: Wanted) -> Counted:
    """Every operator of the graph that computes something.

    Raises CannotProfile when the message is no model, or an operator or shape is not known.
    """
    model = _model(message, wanted.name)
    graph = model.graph
    walk = Walk(Rules(model.opset_import, model.ir_version), wanted.name)
    walk.take_constants(graph)
    inputs = _inputs(graph, walk.tensors, wanted.name)
    bound = bind(inputs, wanted, _channels(graph, walk.tensors))
    given = [_input(each, bound) for each in inputs]
    walk.take_inputs(given, bound.lengths)
    steps = list(walk.steps(graph))
    kept = [each.name for each in graph.output]
    joined = units(steps, kept)
    counting = Counting(bound.batch, wanted.name)
    calls = counting.calls(joined)
    if not calls:
        raise CannotProfile("computes nothing of its inputs", where=wanted.name, hint=HINT)
    return Counted(
        calls,
        parameter_count(steps, walk.constants),
        peak_live_elements(joined, given, kept, bound.batch),
        image_size=bound.image_size,
        sequence_length=bound.sequence_length,
        attributes=_attributes(model, bound, counting.unread),
    )


def _model(message: bytes, name: str) -> Any:
    """The model with its own functions put in place of their calls."""
    from onnx import ModelProto
    from onnx.inliner import inline_local_functions

    try:
        model = ModelProto.FromString(message)
    except Exception as error:  # of a package that onnx brings along
        hint = "Copy or export it again"
        raise CannotProfile("is no ONNX file, or not a whole one", where=name, hint=hint) from error
    if not model.graph.node:
        raise CannotProfile("is no ONNX file, or has no operators", where=name)
    return inline_local_functions(model) if model.functions else model


def _inputs(graph: Any, constants: Mapping[str, Tensor], name: str) -> list[Declared]:
    """Inputs that are no weights; older files list those too."""
    found = []
    for each in graph.input:
        if each.name in constants:
            continue
        try:
            found.append(declared(each))
        except ValueError as error:
            raise CannotProfile(f"its input {each.name!r} {error}", where=name, hint=HINT) from error
    if not found:
        raise CannotProfile("has no inputs", where=name, hint=HINT)
    return found


def _input(each: Declared, bound: Bound) -> Tensor:
    shape = bound.shapes[each.name]
    tensor = Tensor(each.name, shape, each.dtype, Origin.DATA, 0, each.name)
    return Tensor(each.name, shape, each.dtype, Origin.DATA, tensor.size, each.name)


def _channels(graph: Any, constants: Mapping[str, Tensor]) -> dict[str, int]:
    """Channels of what convolutions read, by its name."""
    return {
        node.input[0]: constants[node.input[1]].shape[1] * attributes_of(node).get("group", 1)
        for node in graph.node
        if node.op_type == "Conv" and node.input[1] in constants
    }


def _attributes(model: Any, bound: Bound, unread: set[str]) -> dict[str, str]:
    import onnx

    opset = next((each.version for each in model.opset_import if each.domain in {"", "ai.onnx"}), None)
    is_quantised = any(node.op_type == "DequantizeLinear" for node in model.graph.node)
    producer = " ".join(filter(None, (model.producer_name, model.producer_version)))
    told = {
        "source": f"ONNX file of {producer}" if producer else "ONNX file",
        "tracer": f"onnx {onnx.__version__}, graph",
        "opset": None if opset is None else str(opset),
        "file_batch_size": None if bound.batch.is_prime else str(bound.batch.items),
        "quantised": "QDQ" if is_quantised else None,
        "operators_not_known": ", ".join(sorted(unread)) or None,
    }
    return {name: value for name, value in told.items() if value is not None}
