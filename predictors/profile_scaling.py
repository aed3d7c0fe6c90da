"""A profile at another size of input than the one that was traced: near, and marked as scaled."""

from collections.abc import Mapping
from dataclasses import replace

from predictors.contract import ModelProfile, Operator

_CONVOLUTIONS = frozenset({"conv", "conv_pointwise", "conv_grouped", "conv_depthwise"})
_SCALED_TEXTS = ("saved_other_bytes_per_item", "peak_live_elements_per_item")


def scaled(
    profile: ModelProfile, *, image_size: int | None = None, sequence_length: int | None = None
) -> ModelProfile:
    """The profile at this size of image or length of sequence; the same when it was traced there, or none is given.

    Work grows with the area of images and with the length of sequences, and that of attention with its square: right
    for convolutions and global attention, too much for attention inside windows. What follows global pooling (one
    place, one row) keeps its size; so do parameters.
    """
    by_area = _ratio(image_size, profile.image_size) ** 2
    by_length = _ratio(sequence_length, profile.sequence_length)
    factor = by_area * by_length
    if factor == 1:
        return profile
    operators = tuple(_scaled(operator, factor, by_area) for operator in profile.operators)
    saved = profile.saved_elements_per_item
    return replace(
        profile,
        image_size=image_size or profile.image_size,
        sequence_length=sequence_length or profile.sequence_length,
        flops_per_item=sum(operator.flops for operator in operators),
        operators=operators,
        saved_elements_per_item=None if saved is None else saved * factor,
        attributes={**profile.attributes, **_told(profile, image_size, sequence_length, factor)},
    )


def _ratio(asked: int | None, traced: int | None) -> float:
    return asked / traced if asked and traced else 1.0


def _told(
    profile: ModelProfile, image_size: int | None, sequence_length: int | None, factor: float
) -> Mapping[str, str]:
    sizes = ((image_size, profile.image_size), (sequence_length, profile.sequence_length))
    changes = [f"{traced} to {asked}" for asked, traced in sizes if asked and traced and asked != traced]
    numbers = {
        name: repr(float(profile.attributes[name]) * factor)
        for name in _SCALED_TEXTS
        if name in profile.attributes
    }
    return {**numbers, "scaled": ", ".join(changes)}


def _scaled(operator: Operator, factor: float, by_area: float) -> Operator:
    """An operator with `factor` times the places, rows or tokens."""
    if _is_after_pooling(operator):
        return operator
    work = factor**2 if operator.category == "attention" else factor
    return replace(
        operator,
        shape=_scaled_shape(operator, factor, by_area),
        flops=operator.flops * work,
        read_elements=operator.read_elements * factor,
        written_elements=operator.written_elements * factor,
    )


def _is_after_pooling(operator: Operator) -> bool:
    if operator.category in _CONVOLUTIONS:
        return operator.shape[-2:] == (1, 1)
    return operator.category == "matmul" and operator.shape[0] == 1


def _scaled_shape(operator: Operator, factor: float, by_area: float) -> tuple[int, ...]:
    shape = operator.shape
    if operator.category in _CONVOLUTIONS:
        *kept, height, width = shape
        # A sequence has a width only.
        wide = by_area**0.5 * (factor / by_area)
        return (*kept, _times(height, by_area**0.5) if height > 1 else height, _times(width, wide))
    if operator.category == "attention":
        heads, queries, keys, width = shape
        return (heads, _times(queries, factor), _times(keys, factor), width)
    if operator.category == "batched_matmul":
        count, m, n, k = shape
        return (count, _times(m, factor), n, k)
    return (_times(shape[0], factor), *shape[1:])


def _times(length: int, factor: float) -> int:
    return max(1, round(length * factor))
