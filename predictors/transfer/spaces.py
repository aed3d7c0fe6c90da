"""Published tables of architecture search spaces: latencies by device, and what their architectures are made of."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmart.errors import PredictionRefused
from predictors.transfer.known import Floats, Known, known_devices

_ENCODING = re.compile(r"arch_index|arch_str|op\d\d|ks\d\d|e\d\d|d\d\d|r")
_BATCH = re.compile(r"_\d+$")
_CELL_OPERATORS = ("none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3")
_CELL_OUTPUT = 3
_BLOCK_KINDS = 9
_STAGES, _BLOCKS_OF_A_STAGE = 5, 4

SPACES = ("nasbench201", "fbnet", "ofa")

Edge = tuple[int, int, int]
"""Number of the operator, node it comes from, node it leads to."""


def read_space(path: Path) -> tuple[Known, tuple[str, ...]]:
    """The table of one search space and the names of its columns.

    `name_8` is the device `name` with batch 8. Raises PredictionRefused when the file is not such a table.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowInvalid) as error:
        raise PredictionRefused(f"not a table of a search space: {error}", where=str(path)) from error
    columns = tuple(name for name in table.column_names if not _ENCODING.fullmatch(name))
    encoding = {name: table[name].to_numpy() for name in table.column_names if name not in columns}
    features = next((make for first, make in _FEATURES.items() if first in encoding), None)
    if features is None or not columns:
        raise PredictionRefused("no architectures of a known search space with latencies", where=str(path))
    latencies = np.column_stack([table[name].to_numpy().astype(np.float64) for name in columns])
    devices = tuple(_BATCH.sub("", name) for name in columns)
    return known_devices(latencies, devices, features(encoding)), columns


def cell_features(architectures: Sequence[str]) -> Floats:
    """Of NAS-Bench-201 cells such as `|skip_connect~0|+|none~0|nor_conv_3x3~1|+|...|`.

    Counts of each operator, in all and on the way from input to output: runtimes differ in whether they run what the
    output does not depend on, and some remove a whole cell whose output does not depend on its input.
    """
    return np.array([_cell(text) for text in architectures])


def _cell(text: str) -> Floats:
    edges = [
        (_CELL_OPERATORS.index(operator), int(source), node)
        for node, incoming in enumerate(text.split("+"), start=1)
        for operator, source in (edge.split("~") for edge in incoming.strip("|").split("|"))
    ]
    from_input = _reached(edges, 0)
    to_output = _reached([(operator, end, start) for operator, start, end in edges], _CELL_OUTPUT)
    used = [start in from_input and end in to_output for _, start, end in edges]
    placed = np.zeros((2, len(edges), len(_CELL_OPERATORS)))
    for place, (operator, _, _) in enumerate(edges):
        placed[0, place, operator] = 1
        placed[1, place, operator] = used[place]
    something = placed[:, :, 1:]
    return np.concatenate(
        [something.sum(axis=1).ravel(), [float(_CELL_OUTPUT not in from_input)], something.ravel()]
    )


def _reached(edges: Sequence[Edge], start: int) -> set[int]:
    reached = {start}
    for _ in edges:
        reached |= {end for operator, source, end in edges if operator and source in reached}
    return reached


def _cells(encoding: dict[str, Any]) -> Floats:
    return cell_features(encoding["arch_str"])


def _blocks(encoding: dict[str, Any]) -> Floats:
    """FBNet: which of nine blocks each of the layers is."""
    chosen = np.column_stack([encoding[name] for name in sorted(encoding) if name.startswith("op")])
    return np.asarray(np.eye(_BLOCK_KINDS)[chosen].reshape(len(chosen), -1))


def _elastic(encoding: dict[str, Any]) -> Floats:
    """Once-for-All: kernel and expansion of the blocks that the depth of their stage keeps, and the image size."""

    def slots(letter: str) -> Floats:
        names = [name for name in sorted(encoding) if re.fullmatch(rf"{letter}\d\d", name)]
        return np.column_stack([encoding[name] for name in names]).astype(np.float64)

    depth, size = slots("d"), np.asarray(encoding["r"], dtype=np.float64)[:, None]
    kept = np.repeat(depth, _BLOCKS_OF_A_STAGE, axis=1) > np.tile(np.arange(_BLOCKS_OF_A_STAGE), _STAGES)
    wide, kernel = kept * slots("e"), kept * slots("ks")
    work = wide.sum(axis=1, keepdims=True) * size**2
    return np.column_stack([kept, wide, kernel, wide * kernel, depth, size, size**2, work])


_FEATURES: dict[str, Callable[[dict[str, Any]], Floats]] = {
    "arch_str": _cells,
    "op00": _blocks,
    "ks00": _elastic,
}
