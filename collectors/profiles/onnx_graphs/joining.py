"""Join nodes that one operator of torch became, or that every runtime runs as one: attention, bias, GELU, norms."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from collectors.profiles.onnx_graphs.attention import attention
from collectors.profiles.onnx_graphs.chains import Chains
from collectors.profiles.onnx_graphs.tensors import Origin, Tensor
from collectors.profiles.onnx_graphs.walking import Step


@dataclass(frozen=True, slots=True)
class Unit:
    """What is counted as one call: a step, or several that were joined."""

    main: Step
    category: str | None
    """None where the main step's own operator tells it."""
    operands: tuple[Tensor, ...]
    results: tuple[Tensor, ...]
    steps: tuple[Step, ...]


def units(steps: Sequence[Step], kept: Iterable[str]) -> list[Unit]:
    """The steps in their order, joined where that can be; the results named in `kept` stay results."""
    chains = Chains(steps, kept)
    joined: dict[int, tuple[tuple[int, ...], str | None]] = {}
    taken: set[int] = set()
    for place in range(len(steps)):
        for match, category in _MATCHES:
            group = tuple(sorted(match(chains, place)))
            if group and not taken & set(group) and chains.is_closed(group):
                taken.update(group)
                joined[group[-1]] = (group, category)
    return [
        _joined([steps[one] for one in joined[place][0]], joined[place][1])
        if place in joined
        else _alone(step)
        for place, step in enumerate(steps)
        if place in joined or place not in taken
    ]


def _alone(step: Step) -> Unit:
    return Unit(step, None, step.given, step.results, (step,))


def _joined(steps: Sequence[Step], category: str | None) -> Unit:
    inner = {result.name for step in steps for result in step.results}
    operands = {each.name: each for step in steps for each in step.given if each.name not in inner}
    if category == "attention":
        # A mask that follows from lengths alone is causal, and no kernel reads it.
        operands = {name: each for name, each in operands.items() if each.origin is not Origin.STATIC}
    return Unit(steps[0], category, tuple(operands.values()), steps[-1].results, tuple(steps))


def _biased(chains: Chains, place: int) -> tuple[int, ...]:
    step = chains.steps[place]
    if step.name not in {"MatMul", "MatMulNBits"} or all(each.origin is Origin.DATA for each in step.given):
        return ()
    bias = chains.adds_weight(place, "Add")
    return () if bias is None else (place, bias)


def _gated(chains: Chains, place: int) -> tuple[int, ...]:
    """SiLU and its like: x * sigmoid(x), x * hard_sigmoid(x), x * tanh(softplus(x))."""
    step = chains.steps[place]
    if step.name not in {"Sigmoid", "HardSigmoid", "Softplus"}:
        return ()
    middle = chains.reader(place, "Tanh") if step.name == "Softplus" else place
    product = chains.reader(middle, "Mul")
    if middle is None or product is None:
        return ()
    other = chains.other(product, middle)
    is_same = other is not None and other.name == step.given[0].name
    return tuple({place, middle, product}) if is_same else ()


def _gelu(chains: Chains, place: int) -> tuple[int, ...]:
    """GELU: x / sqrt(2), erf, + 1, * x, * 1/2; the half may stand at either factor."""
    step = chains.steps[place]
    scaled = chains.giver(step.given[0], "Div", "Mul") if step.name == "Erf" else None
    more = chains.reader(place, "Add") if scaled is not None else None
    product = chains.reader(more, "Mul")
    if scaled is None or more is None or product is None:
        return ()
    source = chains.steps[scaled].given[0].name
    other = chains.other(product, more)
    group = [scaled, place, more, product]
    halved = chains.giver(other, "Mul")
    if other is not None and other.name != source:
        if halved is None or source not in {each.name for each in chains.steps[halved].given}:
            return ()
        return (*group, halved)
    half = chains.reader(product, "Mul")
    is_scalar = half is not None and getattr(chains.other(half, product), "size", 0) == 1
    return (*group, half) if half is not None and is_scalar else tuple(group)


def _group_norm(chains: Chains, place: int) -> tuple[int, ...]:
    """A norm of groups of channels as torch exports it: reshape, norm, reshape, times and plus what is learned."""
    back = chains.reader(place, "Reshape") if chains.steps[place].name == "InstanceNormalization" else None
    scale = chains.adds_weight(back, "Mul")
    bias = chains.adds_weight(scale, "Add")
    group = (place, back, scale, bias)
    return tuple(each for each in group if each is not None) if scale is not None else ()


def _layer_norm(chains: Chains, place: int) -> tuple[int, ...]:
    """mean, difference, square, mean, + epsilon, root, quotient, and what is learned."""
    if chains.steps[place].name != "ReduceMean":
        return ()
    difference = chains.reader(place, "Sub")
    square = chains.reader(difference, "Pow") or chains.reader(difference, "Mul")
    variance = chains.reader(square, "ReduceMean")
    root = chains.reader(chains.reader(variance, "Add"), "Sqrt")
    quotient = chains.reader(root, "Div")
    shifted = chains.reader(variance, "Add")
    if None in {difference, square, variance, shifted, root, quotient}:
        return ()
    scale = chains.adds_weight(quotient, "Mul")
    bias = chains.adds_weight(scale, "Add")
    group = (place, difference, square, variance, shifted, root, quotient, scale, bias)
    return tuple(each for each in group if each is not None)


_Match = Callable[[Chains, int], tuple[int, ...]]
_MATCHES: Sequence[tuple[_Match, str | None]] = (
    (attention, "attention"),
    (_biased, None),
    (_gated, "activation"),
    (_gelu, "activation"),
    (_layer_norm, "norm"),
    (_group_norm, "norm"),
)
