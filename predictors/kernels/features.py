"""What efficiency is learned from: ratios of a kernel's shape to its device, none of them a device's name."""

import numpy as np

from predictors.kernels.devices import GpuTable
from predictors.kernels.operators import KINDS, PRODUCTS, Floats, KernelTable

BYTES = 4.0
"""An element of single precision."""
_TILES = (128, 64)
_ALIGNMENT = 32
_SMALLEST_INTENSITY = 1e-3


def features_of(kernels: KernelTable, gpus: GpuTable) -> Floats:
    """One row a kernel, all numbers of order one.

    Logarithms of its shape, waves of tiles over the device's units and how full the last one is, arithmetic intensity
    over the device's balance, alignment, vendor, kind.
    """
    is_product = (kernels.kind < len(PRODUCTS)).astype(float)
    waves, fills = zip(*(_waves(kernels, gpus, tile) for tile in _TILES), strict=True)
    balance = gpus.peak_flops / gpus.bandwidth
    intensity = np.maximum(kernels.flops / (BYTES * kernels.elements) / balance, _SMALLEST_INTENSITY)
    shape = (kernels.rows, kernels.columns, kernels.inner)
    columns = [
        *(_log2(size) / 10 - 1 for size in shape),
        _log2(kernels.batch) / 10,
        np.log2(waves[0]) / 5,
        *(fill * is_product for fill in fills),
        np.log2(intensity) / 5,
        (_log2(kernels.elements) - 20) / 5,
        _log2(BYTES * kernels.elements / gpus.bandwidth * 1e6) / 5,
        *((size % _ALIGNMENT == 0).astype(float) for size in shape),
        gpus.is_amd,
        gpus.is_amd * is_product,
    ]
    return np.column_stack([*columns, np.eye(len(KINDS))[kernels.kind]])


def _waves(kernels: KernelTable, gpus: GpuTable, tile: int) -> tuple[Floats, Floats]:
    """How often all units are given a tile of the result, and the share of them that is busy on average."""
    tiles = kernels.batch * np.ceil(kernels.rows / tile) * np.ceil(kernels.columns / tile)
    waves = tiles / gpus.unit_count
    return waves, waves / np.ceil(waves)


def _log2(value: Floats) -> Floats:
    return np.asarray(np.log2(np.maximum(value, 1.0)))
