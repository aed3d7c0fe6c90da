"""Shapes of a graph's inputs: which lengths are the batch, which are pixels, tokens or a cache."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from collectors.profiles.onnx_graphs.tensors import Batch
from collectors.profiles.sizes import BATCH
from collectors.profiles.wanted import CannotProfile, Wanted

_TOKENS = 128
_IMAGE_RANK = 4
_MOST_CHANNELS = 4
"""More are no image, but features or heads."""
_SAMPLES = ("FLOAT", "FLOAT16", "BFLOAT16", "DOUBLE", "UINT8")
"""Types that images come in."""

Length = int | str
"""A number, or the name of a free length; a free length without a name has a name made of its place."""


@dataclass(frozen=True, slots=True)
class Declared:
    """An input as the file declares it."""

    name: str
    dtype: int
    lengths: tuple[Length, ...]
    is_sample: bool
    """Its type is one that images come in."""

    @property
    def image_places(self) -> tuple[int, ...]:
        """Where height and width are; nothing when it is no image."""
        if len(self.lengths) != _IMAGE_RANK or not self.is_sample or _is_cache(self.name):
            return ()
        _, second, third, last = self.lengths
        if isinstance(last, int) and last <= _MOST_CHANNELS and not _is_channels(second):
            return (1, 2)
        are_free = isinstance(third, str) and isinstance(last, str)
        return (2, 3) if are_free or _is_channels(second) else ()

    @property
    def channel_places(self) -> tuple[int, ...]:
        """Where channels are; nothing when it is no image."""
        return {(): (), (1, 2): (3,), (2, 3): (1,)}[self.image_places]


@dataclass(frozen=True, slots=True)
class Bound:
    """Inputs with a number for every length."""

    shapes: Mapping[str, tuple[int, ...]]
    lengths: Mapping[str, int]
    """What each free length was bound to."""
    batch: Batch
    image_size: int | None
    sequence_length: int | None


def bind(inputs: Sequence[Declared], wanted: Wanted, channels: Mapping[str, int]) -> Bound:
    """A number for every free length: the batch, the sizes wanted, 128 tokens, an empty cache.

    `channels` are those that the convolutions read which an input goes to, by its name.
    Raises CannotProfile when a size of images is needed and not given, or the file fixes another size.
    """
    lengths: dict[str, int] = {}
    batch = _batch(inputs, lengths)
    for each in inputs:
        for place, length in enumerate(each.lengths):
            if isinstance(length, str) and length not in lengths:
                lengths[length] = _bound(each, place, length, wanted, channels)
    shapes = {
        each.name: tuple(lengths[length] if isinstance(length, str) else length for length in each.lengths)
        for each in inputs
    }
    image_size = _size(inputs, shapes)
    sequence_length = _length(inputs, shapes, lengths)
    _check("images of", image_size, wanted.image_size, wanted)
    _check("sequences of", sequence_length, wanted.sequence_length, wanted)
    return Bound(shapes, lengths, batch, image_size, sequence_length)


def numbered(lengths: Sequence[Length], known: Mapping[str, int]) -> tuple[int, ...] | None:
    """A shape that the file tells of another tensor; None when a length of it is not known."""
    found = [known.get(length) if isinstance(length, str) else length for length in lengths]
    numbers = tuple(length for length in found if length is not None)
    return numbers if len(numbers) == len(found) else None


def _batch(inputs: Sequence[Declared], lengths: dict[str, int]) -> Batch:
    """The first length of the first input that has others too; free, it is bound to a prime."""
    first = next((each for each in inputs if len(each.lengths) > 1), None) or next(
        (each for each in inputs if each.lengths), None
    )
    if first is None:
        return Batch(1, is_prime=False)
    length = first.lengths[0]
    if isinstance(length, int):
        return Batch(max(1, length), is_prime=False)
    firsts = {each.lengths[0] for each in inputs if each.lengths} | {length}
    lengths.update({one: BATCH for one in firsts if isinstance(one, str)})
    return Batch(BATCH, is_prime=True)


def _bound(declared: Declared, place: int, length: str, wanted: Wanted, channels: Mapping[str, int]) -> int:
    if place == 1 and declared.name in channels:
        return channels[declared.name]
    if place in declared.channel_places:
        hint = f"Export it again with a fixed number of channels in place of {length!r}"
        raise CannotProfile(f"does not tell the channels of {declared.name!r}", where=wanted.name, hint=hint)
    if place in declared.image_places:
        if wanted.image_size is None:
            hint = "Say how large they are: --image-size 224"
            raise CannotProfile(
                f"takes images of any size in {declared.name!r}", where=wanted.name, hint=hint
            )
        return wanted.image_size
    return sum(_term(term, wanted) for term in length.split("+"))


def _term(term: str, wanted: Wanted) -> int:
    """A free length such as `past_sequence_length + sequence_length`, part by part."""
    term = term.strip()
    if term.isdecimal():
        return int(term)
    return 0 if _is_cache(term) else wanted.sequence_length or _TOKENS


def _is_cache(name: str) -> bool:
    return "past" in name.lower() or "cache" in name.lower()


def _is_channels(length: Length) -> bool:
    return length <= _MOST_CHANNELS if isinstance(length, int) else "channel" in length.lower()


def _size(inputs: Sequence[Declared], shapes: Mapping[str, tuple[int, ...]]) -> int | None:
    """Pixels along one side of the first image, if it is a square."""
    for each in inputs:
        if each.image_places:
            height, width = (shapes[each.name][place] for place in each.image_places)
            return height if height == width else None
    return None


def _length(
    inputs: Sequence[Declared], shapes: Mapping[str, tuple[int, ...]], lengths: Mapping[str, int]
) -> int | None:
    """Tokens or frames: a free length that is neither batch nor cache, else the second length of integers."""
    for declared, place in _places(inputs):
        length = declared.lengths[place]
        if isinstance(length, str) and lengths[length] not in {0, BATCH} and not _is_cache(declared.name):
            return lengths[length]
    for declared, place in _places(inputs):
        if not declared.is_sample and place == 1:
            return shapes[declared.name][1]
    return None


def _places(inputs: Sequence[Declared]) -> Iterator[tuple[Declared, int]]:
    """Every place of every input that is neither the batch nor of an image."""
    for each in inputs:
        taken = {0, *each.image_places, *each.channel_places}
        yield from ((each, place) for place in range(len(each.lengths)) if place not in taken)


def _check(what: str, told: int | None, asked: int | None, wanted: Wanted) -> None:
    if told is not None and asked is not None and told != asked:
        hint = f"Leave the size out, or export the model with images or sequences of {asked}, or of any size"
        raise CannotProfile(f"is made for {what} {told}, not {asked}", where=wanted.name, hint=hint)


def declared(info: Any) -> Declared:
    """An input of a graph, as onnx gives it. Raises ValueError when it is no tensor, or its shape is not told."""
    from onnx import TensorProto

    tensor = info.type.tensor_type
    if info.type.WhichOneof("value") != "tensor_type":
        raise ValueError("is no tensor")
    if not tensor.HasField("shape"):
        raise ValueError("has no shape")
    samples = {TensorProto.DataType.Value(name) for name in _SAMPLES}
    return Declared(info.name, tensor.elem_type, lengths_of(info), tensor.elem_type in samples)


def lengths_of(info: Any) -> tuple[Length, ...]:
    """Lengths of a tensor as the file tells them."""
    return tuple(
        each.dim_value
        if each.HasField("dim_value") and each.dim_value >= 0
        else each.dim_param or f"{info.name}.{place}"
        for place, each in enumerate(info.type.tensor_type.shape.dim)
    )
