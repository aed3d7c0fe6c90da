"""Content-addressed event ids: the same fact from the same place always has the same id.

The id is a 128-bit hash of an event's content, worked out over whole columns at once: every value is mixed with a salt
of its column into two 64-bit lanes (the finaliser of SplitMix64, Steele et al. 2014, "Fast splittable pseudorandom
number generators"), and the lanes of a row are added up. Additions commute and a null adds nothing, so neither the
order of columns nor a column added later changes the ids of older content.

The hash guards against accident, not against malice: that a file of the log was altered is seen by the sha-256 of its
bytes (see `verify`).

Left out of the id: what the log stamps, where the source was read from, and the collector's version; none of them
changes the fact.
"""

from functools import cache, lru_cache
from hashlib import sha256

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from benchmart.event_log.kind import Kind

_Words = npt.NDArray[np.uint64]

_NOT_CONTENT = frozenset({"source_uri", "collector_version"})
_WORD_BYTES = 8
_FEW_TEXTS = 8


def event_ids(kind: Kind, submitted: pa.Table) -> pa.Array:
    """The id of every row of `submitted` (columns of `kind.submitted`): 32 hexadecimal digits."""
    total = np.broadcast_to(_salt(kind.name), (submitted.num_rows, 2)).copy()
    for name in submitted.column_names:
        if name not in _NOT_CONTENT:
            for start, chunk in _chunks(submitted.column(name)):
                total[start : start + len(chunk)] += _lanes(chunk, name)
    return _hexadecimal(_mix(total + np.roll(_mix(total), 1, axis=1)))


def _chunks(column: pa.ChunkedArray) -> list[tuple[int, pa.Array]]:
    starts = np.cumsum([0, *(len(chunk) for chunk in column.chunks)])
    return list(zip(starts.tolist(), column.chunks, strict=False))


@cache
def _salt(path: str) -> _Words:
    """Two random-looking words that belong to one column."""
    return np.frombuffer(sha256(path.encode()).digest()[:16], "<u8").astype(np.uint64)


def _mix(words: _Words) -> _Words:
    """The SplitMix64 finaliser: a bijection of 64-bit words in which every input bit reaches every output bit."""
    words = words ^ (words >> np.uint64(30))
    words *= np.uint64(0xBF58476D1CE4E5B9)
    words ^= words >> np.uint64(27)
    words *= np.uint64(0x94D049BB133111EB)
    words ^= words >> np.uint64(31)
    return words


def _lanes(array: pa.Array, path: str) -> _Words:
    """Shape (len(array), 2): what each value adds to its row; zeros for a null."""
    if array.null_count == len(array):
        return np.zeros((len(array), 2), np.uint64)
    lanes = _value_lanes(array, path)
    if array.null_count:
        lanes[_nulls(array)] = 0
    return lanes


def _value_lanes(array: pa.Array, path: str) -> _Words:
    kind = array.type
    if pa.types.is_map(kind) or pa.types.is_list(kind):
        return _list_lanes(array, path)
    if pa.types.is_struct(kind):
        return _struct_lanes(array, path)
    if pa.types.is_string(kind) or pa.types.is_large_binary(kind):
        return _text_lanes(array, path)
    return _word_lanes(_as_words(array), path)


def _struct_lanes(array: pa.Array, path: str) -> _Words:
    total = np.zeros((len(array), 2), np.uint64)
    for field, child in zip(array.type, array.flatten(), strict=True):
        total += _lanes(child, f"{path}.{field.name}")
    return total


def _nulls(array: pa.Array) -> npt.NDArray[np.bool_]:
    return np.asarray(array.is_null().to_numpy(zero_copy_only=False), np.bool_)


def _as_words(array: pa.Array) -> _Words:
    """Numbers, times and booleans as one word each; -0.0 as 0.0."""
    wide = pa.float64() if pa.types.is_floating(array.type) else pa.int64()
    values = array.cast(wide)
    values = values.fill_null(0) if values.null_count else values
    words: _Words = (values.to_numpy(zero_copy_only=False) + 0).view(np.uint64)
    return words


def _word_lanes(words: _Words, path: str) -> _Words:
    return _mix(words[:, np.newaxis] ^ _salt(path))


def _text_lanes(array: pa.Array, path: str) -> _Words:
    """Each distinct value is hashed once, then handed to the rows that hold it."""
    if len(array) <= _FEW_TEXTS and pa.types.is_string(array.type):
        return np.concatenate([_one_text_lanes(text or "", path) for text in array.to_pylist()])
    dictionary = array.dictionary_encode()
    binary = dictionary.dictionary.cast(pa.large_binary())
    offsets = np.frombuffer(binary.buffers()[1], np.int64)[: len(binary) + 1]
    data = np.frombuffer(binary.buffers()[2] or b"", np.uint8)
    lanes = _byte_string_lanes(data, offsets, path)
    if len(lanes) == 1 and not array.null_count:
        return np.broadcast_to(lanes, (len(array), 2))
    codes: npt.NDArray[np.int32] = dictionary.indices.fill_null(0).to_numpy(zero_copy_only=False)
    return lanes[codes]


@lru_cache(2**14)
def _one_text_lanes(text: str, path: str) -> _Words:
    """Remembered, because events that are appended one by one repeat most of their texts."""
    data = np.frombuffer(text.encode(), np.uint8)
    return _byte_string_lanes(data, np.array([0, len(data)]), path)


def _byte_string_lanes(data: npt.NDArray[np.uint8], offsets: npt.NDArray[np.int64], path: str) -> _Words:
    """Lanes of byte strings `data[offsets[i]:offsets[i + 1]]`, each padded with zeros to whole words."""
    lengths = np.diff(offsets)
    words_each = -(-lengths // _WORD_BYTES)
    first_word = np.cumsum(words_each) - words_each
    shift = first_word * _WORD_BYTES - offsets[:-1]
    padded = np.zeros(int(words_each.sum()) * _WORD_BYTES, np.uint8)
    used = data[offsets[0] : offsets[-1]]
    padded[np.arange(offsets[0], offsets[-1]) + np.repeat(shift, lengths)] = used
    words = padded.view("<u8").astype(np.uint64)
    return _sequence_lanes(_word_lanes(words, path), words_each, lengths, path)


def _list_lanes(array: pa.Array, path: str) -> _Words:
    """Lanes of a list column: its items' lanes, each mixed with its position, and the length."""
    if pa.types.is_map(array.type):
        first, last = array.offsets[0].as_py(), array.offsets[-1].as_py()
        items = _lanes(array.keys.slice(first, last - first), f"{path}.key")
        values = _lanes(array.items.slice(first, last - first), f"{path}.value")
        items = _mix(items + _mix(values))
        lengths = np.diff(array.offsets.to_numpy())
    else:
        items = _lanes(array.flatten(), f"{path}.item")
        lengths = np.diff(array.offsets.to_numpy())
        lengths = np.where(_nulls(array), 0, lengths) if array.null_count else lengths
    return _sequence_lanes(items, lengths, lengths, path)


def _sequence_lanes(
    items: _Words, counts: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64], path: str
) -> _Words:
    """Lanes of sequences: sequence i is the next `counts[i]` rows of `items`; `lengths[i]` is mixed in as well."""
    starts = np.cumsum(counts) - counts
    positions = np.arange(len(items)) - np.repeat(starts, counts)
    marks = _mix(np.arange(1, counts.max(initial=0) + 1, dtype=np.uint64))
    placed = _mix(items + marks[positions][:, np.newaxis])
    sums = np.zeros((len(counts), 2), np.uint64)
    filled = np.flatnonzero(counts)
    if len(filled):
        sums[filled] = np.add.reduceat(placed, starts[filled], axis=0)
    return _mix(sums + _word_lanes(lengths.astype(np.uint64), f"{path}.length"))


def _hexadecimal(lanes: _Words) -> pa.Array:
    """Shape (n, 2) to n texts of 32 digits."""
    digits = np.frombuffer(lanes.astype(">u8").tobytes().hex().encode(), np.uint8)
    offsets = np.arange(0, len(digits) + 1, 32, dtype=np.int32)
    return pa.StringArray.from_buffers(len(lanes), pa.py_buffer(offsets), pa.py_buffer(digits))
