"""Seeded folds of rows: whole groups lie on one side."""

import zlib
from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt

Index = npt.NDArray[np.int64]


def group_folds(groups: Sequence[Hashable] | npt.NDArray[np.object_] | Index, count: int, seed: int) -> Index:
    """The fold of each row, so that no group lies in two and the folds have about as many rows.

    A group's place depends on the seed, its name and its size only, not on the order of the rows.

    Args:
        groups: Shape (rows,).
        count: Folds; there are fewer when there are fewer groups.
        seed: Another seed, other folds.

    Returns:
        Shape (rows,): numbers below `count`.
    """
    names = np.array([str(each) for each in groups], dtype=object)
    labels, inverse, sizes = np.unique(names, return_inverse=True, return_counts=True)
    shuffled = sorted(range(len(labels)), key=lambda at: zlib.crc32(f"{seed}:{labels[at]}".encode()))
    # Large groups first, each into the emptiest fold: otherwise one family makes a fold twice as large as others.
    by_size = sorted(shuffled, key=lambda at: -int(np.log2(sizes[at])))
    loads = np.zeros(count)
    place = np.zeros(len(labels), dtype=np.int64)
    for label in by_size:
        place[label] = int(np.argmin(loads))
        loads[place[label]] += sizes[label]
    return place[inverse]


def row_folds(rows: int, count: int, seed: int) -> Index:
    """The fold of each row, at random."""
    return np.random.default_rng(seed).permutation(rows) % count
