"""Count the units of a graph: calls of operators, parameters, and how much is alive at once."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from collectors.profiles.calls import Call
from collectors.profiles.onnx_graphs.attention import classify_attention
from collectors.profiles.onnx_graphs.categories import CATEGORY_OF, is_product
from collectors.profiles.onnx_graphs.joining import Unit
from collectors.profiles.onnx_graphs.products import classify_product, weight_of_few_bits
from collectors.profiles.onnx_graphs.several import several_calls
from collectors.profiles.onnx_graphs.tensors import Batch, Origin, Tensor
from collectors.profiles.onnx_graphs.walking import HINT, Step
from collectors.profiles.operators import Classified
from collectors.profiles.wanted import CannotProfile

_NO_PARAMETERS: Mapping[str, tuple[int, ...]] = {
    "BatchNormalization": (3, 4),
    "GRU": (4, 5),
    "LSTM": (4, 5, 6),
    "MatMulInteger": (2, 3),
    "MatMulIntegerToFloat": (2, 3, 4, 5),
    "MatMulNBits": (1, 2, 3, 4),
    "QAttention": (3, 4, 6, 7),
    "QGemm": (1, 2, 4, 5, 7, 8),
    "QLinearConv": (1, 2, 4, 5, 6, 7),
    "QLinearMatMul": (1, 2, 4, 5, 6, 7),
    "RNN": (4, 5),
    "Resize": (1, 2),
    "Upsample": (1,),
}
"""Operands that are no parameters though they are no data: statistics, states to begin with, scales, sizes."""
_EMBEDDING_RANK = 2


class Counting:
    """Counts for one item of a batch."""

    def __init__(self, batch: Batch, where: str) -> None:
        self._batch = batch
        self._where = where
        self.unread: set[str] = set()
        """Operators whose name is not known: only what they read and write is counted."""

    def calls(self, units: Iterable[Unit]) -> Counter[Call]:
        """All calls that compute something, in the order of first calls. Raises CannotProfile."""
        calls: Counter[Call] = Counter()
        for unit in units:
            if unit.main.is_view:
                continue
            try:
                for call, count in self._calls(unit):
                    calls[call] += count
            except (LookupError, ValueError, TypeError) as error:
                told = f"{operator_of(unit.main)} {unit.main.node.name!r} cannot be read: {error}"
                raise CannotProfile(told, where=self._where, hint=HINT) from error
        return calls

    def _calls(self, unit: Unit) -> Sequence[tuple[Call, int]]:
        step = unit.main
        operator = "+".join([operator_of(step), *(each.name for each in unit.steps[1:] if not each.is_view)])
        several = several_calls(step, operator, self._batch)
        if several is not None:
            return several
        read, weights = self._batch.split(unit.operands)
        written, fixed = self._batch.split(unit.results)
        weights = _weights_of_few_bits(unit) or weights
        classified = self._classified(unit, written or fixed)
        # What is made of parameters alone is done once a step.
        flops, weights = (classified.flops, weights) if written else (0.0, weights + fixed)
        call = Call(classified.category, operator, classified.shape, flops, read, written, weights)
        return [(call, 1)]

    def _classified(self, unit: Unit, written: int) -> Classified:
        step = unit.main
        if unit.category == "attention":
            return classify_attention(unit.steps, self._batch)
        if unit.category is not None:
            return Classified(unit.category, (written,))
        product = classify_product(step, self._batch)
        if product is not None:
            return product if product.shape else Classified(product.category, (written,))
        category = _special_category(step) or CATEGORY_OF.get(step.name)
        if category is None:
            if is_product(step.name):
                raise ValueError("how much it computes is not known")
            self.unread.add(operator_of(step))
        return Classified(category or "other", (written,))


def _weights_of_few_bits(unit: Unit) -> int | None:
    """Elements of a packed weight and of a bias."""
    packed = weight_of_few_bits(unit.main)
    if packed is None:
        return None
    n = int(unit.main.attributes["N"])
    # Scales and zero points stand among the operands; a bias is the only vector of n.
    return packed + sum(n for each in unit.operands[2:] if each.shape == (n,))


def operator_of(step: Step) -> str:
    """An operator with its domain, such as onnx.Conv or com.microsoft.Attention."""
    domain = step.node.domain
    return f"{'onnx' if domain in {'', 'ai.onnx'} else domain}.{step.name}"


def _special_category(step: Step) -> str | None:
    """Where the operands tell: a look-up in a table of weights, and the upper bound of ReLU6."""
    first = step.operands[0] if step.operands else None
    if step.name == "Gather" and first is not None and first.origin is Origin.WEIGHT:
        return "embedding" if len(first.shape) == _EMBEDDING_RANK else "copy"
    if step.name == "Clip":
        low = step.attributes.get("min")
        if len(step.operands) > 1 and step.operands[1] is not None and step.operands[1].value is not None:
            low = step.operands[1].value.item()
        return "activation" if low == 0 else "elementwise"
    return None


def parameter_count(steps: Iterable[Step], constants: Mapping[str, Tensor]) -> int:
    """Elements of the weights that steps read, each once; not those of statistics and scales."""
    found: dict[str, int] = {}
    for step in steps:
        if step.is_view:
            continue
        packed = weight_of_few_bits(step)
        if packed is not None:
            found[step.node.input[1]] = packed
        others = _NO_PARAMETERS.get(step.name, ())
        for place, operand in enumerate(step.operands):
            held = None if operand is None or place in others else constants.get(operand.storage)
            if operand is None or held is None:
                continue
            # A bias of integers; as types go it might be an index.
            is_bias = step.name in {"QLinearConv", "QGemm"} and not operand.is_scalar
            if operand.origin is Origin.WEIGHT or is_bias:
                found[operand.storage] = held.size
    return sum(found.values())


def peak_live_elements(
    units: Sequence[Unit], inputs: Sequence[Tensor], kept: Iterable[str], batch: Batch
) -> int:
    """Most activations alive at once for one item: inputs throughout, results until their last reader is done."""
    storages = {each.name: each.storage for unit in units for each in unit.results}
    last = {each.storage: place for place, unit in enumerate(units) for each in unit.operands}
    forever = {each.storage for each in inputs} | {storages.get(name, name) for name in kept}
    alive = {each.storage: batch.grown(each) for each in inputs}
    most = sum(alive.values())
    for place, unit in enumerate(units):
        alive.update({each.storage: batch.grown(each) for each in unit.results if each.storage == each.name})
        most = max(most, sum(alive.values()))
        done = [name for name in alive if name not in forever and last.get(name, place) <= place]
        for name in done:
            del alive[name]
    return most
