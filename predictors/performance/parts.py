"""What the seconds of a prediction go to, by the limits of physics."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from predictors.contract import HardwareFacts
from predictors.performance.physics import expand, terms
from predictors.performance.prepared import Profiles, operators_of
from predictors.performance.rows import Rows


def parts_of(
    rows: Rows, profiles: Profiles, devices: Mapping[str, HardwareFacts], seconds: npt.NDArray[np.float64]
) -> list[dict[str, float]]:
    """Seconds of one item: arithmetic, traffic beyond it, launches beyond both, and what no limit explains.

    The limits are scaled down where they add up to more than the prediction.

    Args:
        rows: What is asked.
        profiles: Operators by model and size.
        devices: Facts by device.
        seconds: Predicted for one item, shape (rows,).
    """
    table, profile = operators_of(rows, profiles)
    expanded = expand(rows, profile, table, devices)
    sums = terms(expanded, table, len(rows))
    bound = sums.bound.sum(axis=1)
    compute = np.minimum(sums.compute.sum(axis=1), bound)
    launch = np.maximum(0.0, sums.launch.sum(axis=1) - bound)
    limits = np.column_stack([compute, bound - compute, launch])
    limits *= np.minimum(1.0, seconds / (limits.sum(axis=1) + 1e-30))[:, None]
    software = seconds - limits.sum(axis=1)
    names = ("compute", "memory", "launch", "software")
    return [dict(zip(names, map(float, line), strict=True)) for line in np.column_stack([limits, software])]
