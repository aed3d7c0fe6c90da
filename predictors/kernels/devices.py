"""GPUs as the latency of their kernels depends on them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmart.errors import PredictionRefused
from predictors.contract import HardwareFacts
from predictors.kernels.operators import Floats

_NO_LIMIT_WATTS = 1e9
"""Finite, because infinities have no gradients."""
_ANY_YEAR = 2018.0


@dataclass(frozen=True, slots=True)
class Gpu:
    """Data sheet of one device in base units."""

    name: str
    vendor: str
    peak_flops: float
    """Of the unit that computes products in the precision asked for."""
    bandwidth: float
    """Bytes a second."""
    unit_count: float
    """Streaming multiprocessors or compute units."""
    tdp_watts: float | None = None
    """Without it or the year, power is not taken for a limit."""
    year: float | None = None
    link_bandwidth: float | None = None
    """Bytes a second to other devices, both directions together."""


@dataclass(frozen=True, slots=True)
class GpuTable:
    """The GPU of each kernel, by column."""

    peak_flops: Floats
    bandwidth: Floats
    unit_count: Floats
    tdp_watts: Floats
    """Beyond reach where power is no known limit."""
    year: Floats
    is_amd: Floats
    """1 or 0: whose libraries choose the kernels."""


def gpus_by_row(gpus: Sequence[Gpu]) -> GpuTable:
    """One row for each GPU named, which may come many times."""
    limited = [gpu.tdp_watts is not None and gpu.year is not None for gpu in gpus]
    return GpuTable(
        np.array([gpu.peak_flops for gpu in gpus]),
        np.array([gpu.bandwidth for gpu in gpus]),
        np.array([gpu.unit_count for gpu in gpus]),
        np.array(
            [gpu.tdp_watts if known else _NO_LIMIT_WATTS for gpu, known in zip(gpus, limited, strict=True)],
            dtype=float,
        ),
        np.array(
            [gpu.year if known else _ANY_YEAR for gpu, known in zip(gpus, limited, strict=True)], dtype=float
        ),
        np.array([float(gpu.vendor == "amd") for gpu in gpus]),
    )


def gpu_of(facts: HardwareFacts, precision: str = "fp32") -> Gpu:
    """The catalogue's facts. Raises PredictionRefused when peak, bandwidth or number of units is not known."""
    wanted = {
        f"peak in {precision}": facts.peak_flops.get(precision),
        "memory bandwidth": facts.memory_bandwidth,
        "number of compute units": facts.unit_count,
    }
    missing = [name for name, value in wanted.items() if not value]
    if missing:
        raise PredictionRefused(
            f"of {facts.hardware_id} is not known: {', '.join(missing)}", hint="Give the numbers by hand"
        )
    peak, bandwidth, units = (float(value or 0) for value in wanted.values())
    return Gpu(facts.hardware_id, facts.vendor or "", peak, bandwidth, units, facts.tdp_watts, facts.year)
