"""An ONNX file without its weights: the parts of a protobuf message that are no long arrays of numbers."""

import mmap
from collections.abc import Iterator, Mapping
from pathlib import Path

_LONGEST_PAYLOAD = 4096
"""Bytes of a tensor that are kept: enough for 512 lengths of a shape, which other shapes follow from."""
_PAYLOADS = frozenset({4, 5, 6, 7, 9, 10, 11})
"""Fields of TensorProto that hold numbers: float, int32, string, int64, raw, double and uint64 data."""

# Fields that lead to tensors, by message, as onnx.proto numbers them.
_PARTS: Mapping[str, Mapping[int, str]] = {
    "model": {7: "graph", 25: "function"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "function": {7: "node"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
    "tensor": {},
}
_VARINT, _EIGHT_BYTES, _BYTES, _FOUR_BYTES = 0, 1, 2, 5
_LONGEST_VARINT = 10


def skeleton(path: Path) -> bytes:
    """The message of the file without long payloads; a file of 2 GB is mapped, and its weights are passed over.

    Raises OSError when the file cannot be read, ValueError when it is no protobuf message or ends too early.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        if not size:
            raise ValueError("it is empty")
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return _without_payloads(data, 0, size, "model")


def _without_payloads(data: mmap.mmap, start: int, end: int, kind: str) -> bytes:
    kept = []
    for number, begin, content, after in _fields(data, start, end):
        length = after - content
        inner = _PARTS[kind].get(number)
        if kind == "tensor" and number in _PAYLOADS and length > _LONGEST_PAYLOAD:
            continue
        if inner is None or length <= _LONGEST_PAYLOAD:
            kept.append(data[begin:after])
        else:
            part = _without_payloads(data, content, after, inner)
            kept += [_varint_of(number << 3 | _BYTES), _varint_of(len(part)), part]
    return b"".join(kept)


def _fields(data: mmap.mmap, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Number of each field, where it begins, where its content begins, and where it ends."""
    at = start
    while at < end:
        tag, content = _varint(data, at, end)
        number, wire = tag >> 3, tag & 7
        if not number:
            raise ValueError(f"byte {at:,} is no field of a message")
        if wire == _VARINT:
            after = _varint(data, content, end)[1]
        elif wire == _BYTES:
            length, content = _varint(data, content, end)
            after = content + length
        elif wire in {_EIGHT_BYTES, _FOUR_BYTES}:
            after = content + (8 if wire == _EIGHT_BYTES else 4)
        else:
            raise ValueError(f"byte {at:,} is no field of a message")
        if after > end:
            raise ValueError(f"a field at byte {at:,} ends {after - end:,} bytes after its message")
        yield number, at, content, after
        at = after


def _varint(data: mmap.mmap, at: int, end: int) -> tuple[int, int]:
    """A number in groups of seven bits, and where it ends."""
    value = 0
    for place in range(at, min(end, at + _LONGEST_VARINT)):
        value |= (data[place] & 0x7F) << 7 * (place - at)
        if data[place] < 0x80:  # noqa: PLR2004 - the last group has no high bit
            return value, place + 1
    raise ValueError(f"a number at byte {at:,} does not end")


def _varint_of(value: int) -> bytes:
    groups = bytearray()
    while value >= 0x80:  # noqa: PLR2004
        groups.append(value & 0x7F | 0x80)
        value >>= 7
    groups.append(value)
    return bytes(groups)
