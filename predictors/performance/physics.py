"""Times of operators from first principles: arithmetic, traffic and launches, each row with its own device."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from predictors.contract import HardwareFacts
from predictors.performance.coarse import rates, sizes_of_elements, work
from predictors.performance.operators import CATEGORIES, FUSIBLE, OperatorTable
from predictors.performance.rows import Rows

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]

# Host time of a kernel that is started from Python, and of one that a compiler or graph starts.
LAUNCH_SECONDS = 6e-6
# Tiles of matrix products in common libraries.
_TILE = 128.0
# Depthwise and narrow grouped convolutions do not reach the matrix units but vector units, of about this share.
_VECTOR_SHARE = 0.15
_VECTOR_WIDTH = 8.0
# How many times as fast what fits into the last cache moves. Of 1, 1.5, 2, 3 and 4 it suits GPUs that were left out
# best, once probes have told their level; no data sheet was asked.
_CACHE_SPEED = 2.0


@dataclass(frozen=True, slots=True)
class Expanded:
    """Every row's operators, one after the other. Seconds are for one item of the row's batch."""

    row: Index
    operator: Index
    compute: Floats
    """Arithmetic at the full rate of matrix or vector units."""
    traffic: Floats
    """Activations and parameters at the full bandwidth, and what fits into the last cache at that of the cache."""
    launch: Floats
    waves: Floats
    """Share of units that work, given how many tiles there are: 1 when they divide evenly."""
    resident: Floats
    """log10 of the bytes an occurrence moves, over the size of the last cache."""


def expand(
    rows: Rows, profile: Index, table: OperatorTable, hardware: Mapping[str, HardwareFacts]
) -> Expanded:
    """The physics of each row's operators.

    Args:
        rows: Conditions.
        profile: Which profile of the table a row runs, shape (rows,).
        table: Operators.
        hardware: Facts by device.
    """
    lengths = table.start[profile + 1] - table.start[profile]
    row = np.repeat(np.arange(len(rows)), lengths)
    ends = np.cumsum(lengths)
    operator = np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - lengths, lengths)
    operator = (operator + np.repeat(table.start[profile], lengths)).astype(np.int64)

    rate, bandwidth = rates(rows, hardware)
    width, times, batch = sizes_of_elements(rows), work(rows), rows.batch_size
    units = _facts(rows, hardware, "unit_count", 50.0)
    cache = _facts(rows, hardware, "cache_bytes", 3e7)

    narrow = (table.inner < _VECTOR_WIDTH) | (table.outer < _VECTOR_WIDTH)
    reach = np.where((table.parallel > 1) & narrow & (table.flops > 0), _VECTOR_SHARE, 1.0)[operator]
    bytes_moved = width[row] * (table.moved[operator] + table.weights[operator] / batch[row])
    over_cache = bytes_moved * batch[row] / table.count[operator] / cache[row]
    from_cache = 1 / np.fmax(1.0, over_cache)
    moved_slowly = bytes_moved * (1 - from_cache * (1 - 1 / _CACHE_SPEED))
    tiles = (
        np.ceil(table.places[operator] * batch[row] / _TILE)
        * np.ceil(table.outer[operator] / _TILE)
        * table.parallel[operator]
    )
    waves = tiles / units[row]
    return Expanded(
        row,
        operator,
        times[row] * table.flops[operator] / (rate[row] * reach),
        times[row] * moved_slowly / bandwidth[row],
        times[row] * table.count[operator] * LAUNCH_SECONDS / batch[row],
        waves / np.ceil(waves),
        np.log10(over_cache + 1e-12),
    )


@dataclass(frozen=True, slots=True)
class Terms:
    """Seconds of one item by row and category. Shape of each: (rows, categories)."""

    bound: Floats
    """Arithmetic or traffic, whichever takes longer."""
    compute: Floats
    traffic: Floats
    launch: Floats

    @property
    def eager(self) -> Floats:
        """Seconds of one item with every operator by itself; shape (rows,)."""
        longer: Floats = np.fmax(self.bound.sum(axis=1), self.launch.sum(axis=1))
        return longer

    @property
    def fused(self) -> Floats:
        """Seconds of one item when what can be fused costs a third of its traffic; shape (rows,)."""
        share = np.ones(len(CATEGORIES))
        share[list(FUSIBLE)] = 1 / 3
        longer: Floats = np.fmax((self.bound * share).sum(axis=1), (self.launch * share).sum(axis=1) / 3)
        return longer


def terms(expanded: Expanded, table: OperatorTable, rows: int) -> Terms:
    """Sums over the operators of each row."""
    place = expanded.row * len(CATEGORIES) + table.category[expanded.operator]

    def total(values: Floats) -> Floats:
        summed = np.bincount(place, weights=values, minlength=rows * len(CATEGORIES))
        return summed.reshape(rows, len(CATEGORIES)).astype(np.float64)

    bound = np.fmax(expanded.compute, expanded.traffic)
    return Terms(total(bound), total(expanded.compute), total(expanded.traffic), total(expanded.launch))


def _facts(rows: Rows, hardware: Mapping[str, HardwareFacts], name: str, usual: float) -> Floats:
    known = {
        device: getattr(hardware[device], name, None) if device in hardware else None
        for device in set(rows.hardware)
    }
    return np.array([float(known[device] or usual) for device in rows.hardware])
