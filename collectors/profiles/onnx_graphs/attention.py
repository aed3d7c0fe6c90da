"""Attention that an exporter took apart: a product, scale and mask, softmax, and a second product."""

import math

from collectors.profiles.onnx_graphs.chains import Chains
from collectors.profiles.onnx_graphs.several import Extent, classified_attention
from collectors.profiles.onnx_graphs.tensors import Batch, Origin, Tensor
from collectors.profiles.onnx_graphs.walking import Step
from collectors.profiles.operators import Classified

_MATRIX_RANK = 2
_CHOICES = 3
"""Operands of Where: a condition, and what is chosen where it holds and where it does not."""


def attention(chains: Chains, place: int) -> tuple[int, ...]:
    """The steps of an attention whose first product is at a place; none where there is no attention.

    Keys and values must follow from inputs: by weights, the products are layers with a softmax between.
    """
    step = chains.steps[place]
    if step.name != "MatMul":
        return ()
    query, key = step.given
    scores = _scores(chains, place)
    weighted = _weighted(chains, scores[-1]) if scores else ()
    if not weighted:
        return ()
    value = chains.steps[weighted[-1]].given[1]
    if not key.origin is value.origin is Origin.DATA or len(step.results[0].shape) < _MATRIX_RANK:
        return ()
    before = (*_before(chains, query, is_key=False), *_before(chains, key, is_key=True))
    return (*before, place, *scores, *weighted)


def classify_attention(steps: tuple[Step, ...], batch: Batch) -> Classified:
    """Category, shape and operations of the steps that `attention` found, as a trace has them."""
    first, second = (step for step in steps if step.name == "MatMul")
    queries, width = first.given[0].shape[-2:]
    keys, value_width = second.given[1].shape[-2:]
    heads = math.prod(first.results[0].shape[:-2])
    return classified_attention(Extent(heads, queries, keys, width, value_width), second.results[0], batch)


def _scores(chains: Chains, place: int) -> tuple[int, ...]:
    """From the first product to the softmax over the keys, with the choice that makes a mask of numbers."""
    found: list[int] = []
    size = chains.steps[place].results[0].size
    reader = chains.only_reader(place)
    while reader is not None:
        step, read = chains.steps[reader], chains.steps[place].results[0]
        if step.name == "Softmax":
            return (*found, reader) if _is_over_last(step) else ()
        if not (_keeps(step) or _scales(step, read) or _masks(step, read)) or step.results[0].size != size:
            return ()
        if step.name == "Add":
            found += _choice(chains, chains.other(reader, place))
        found.append(reader)
        place, reader = reader, chains.only_reader(reader)
    return ()


def _weighted(chains: Chains, place: int) -> tuple[int, ...]:
    """From the softmax to the second product, by way of a guard against rows that are masked as a whole."""
    guard = chains.reader(place, "IsNaN")
    choice = chains.reader(guard, "Where")
    found: list[int] = []
    if guard is not None and choice is not None:
        if chains.readers_of(place) != {guard, choice}:
            return ()
        found, place = [guard, choice], choice
    reader = chains.only_reader(place)
    while reader is not None and _keeps(chains.steps[reader]):
        found.append(reader)
        place, reader = reader, chains.only_reader(reader)
    if reader is None or chains.steps[reader].name != "MatMul":
        return ()
    is_left = chains.steps[reader].given[0].name == chains.steps[place].results[0].name
    return (*found, reader) if is_left else ()


def _before(chains: Chains, factor: Tensor, *, is_key: bool) -> list[int]:
    """Steps that scale a factor of the first product, and the one that transposes the keys for it."""
    found: list[int] = []
    passed: list[int] = []
    may_move = is_key
    giver = chains.only_giver(factor)
    while giver is not None:
        step = chains.steps[giver]
        source = max(step.given, key=lambda each: each.size)
        if step.is_view:
            passed.append(giver)
        elif _scales(step, source) or (may_move and step.name == "Transpose"):
            may_move = may_move and step.name != "Transpose"
            # Views belong to it only where they stand between.
            found += [*passed, giver]
            passed = []
        else:
            break
        giver = chains.only_giver(source)
    return found


def _choice(chains: Chains, mask: Tensor | None) -> list[int]:
    """The step that makes zero and minus infinity of what may be seen, if nobody else reads its mask."""
    giver = None if mask is None else chains.only_giver(mask)
    if giver is None or chains.steps[giver].name != "Where":
        return []
    return [giver] if all(each.size == 1 for each in chains.steps[giver].given[1:]) else []


def _keeps(step: Step) -> bool:
    return step.is_view or step.name == "Cast"


def _scales(step: Step, source: Tensor) -> bool:
    """Whether a step multiplies or divides a tensor by one number."""
    others = [each for each in step.given if each.name != source.name]
    is_scaled = step.name == "Mul" or (step.name == "Div" and step.given[0].name == source.name)
    return is_scaled and len(others) == 1 and others[0].size == 1


def _masks(step: Step, scores: Tensor) -> bool:
    """Whether a step adds to the scores, or puts one number in the place of some."""
    names = [each.name for each in step.given]
    if step.name == "Add":
        return names.count(scores.name) == 1
    if step.name != "Where" or len(names) != _CHOICES or scores.name not in names[1:]:
        return False
    return any(each.size == 1 for each in step.given[1:])


def _is_over_last(step: Step) -> bool:
    return step.attributes.get("axis", -1) in {-1, len(step.results[0].shape) - 1}
