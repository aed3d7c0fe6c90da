"""What operators of which shape a row's time goes to: a histogram that a network reads where trees read means."""

import numpy as np
import numpy.typing as npt

from predictors.performance.operators import CATEGORIES, OperatorTable
from predictors.performance.physics import Expanded

Floats = npt.NDArray[np.float64]

_EDGES = {
    "log_places": (5, 7, 9, 11, 13),
    "log_inner": (4, 5, 6, 7, 8, 9, 10),
    "log_outer": (4, 5, 6, 7, 8, 9, 10),
    "log_over_cache": (-1.5, -0.5, 0.5, 1.5),
    "log_compute_over_traffic": (-1.5, -0.7, -0.2, 0.2, 0.7),
}
"""Between the bins of each property of an operator; of sizes in powers of two, of ratios in powers of ten."""
_MULTIPLES = (8, 32, 64)
_LITTLE = 1e-15

SHARES = (
    *(
        f"{name}_{at}_{category}"
        for name, edges in _EDGES.items()
        for category in CATEGORIES
        for at in range(len(edges) + 1)
    ),
    *(
        f"multiple_of_{by}_{word}_{category}"
        for by in _MULTIPLES
        for category in CATEGORIES
        for word in ("no", "yes")
    ),
)
"""Names of the columns."""


def operator_shares(expanded: Expanded, table: OperatorTable, rows: int) -> npt.NDArray[np.float32]:
    """Square roots of shares of the least time, by category and bin of each property; shape (rows, SHARES).

    The root makes room for the small shares, of which there are most.
    """
    at = expanded.operator
    bound = np.fmax(expanded.compute, expanded.traffic)
    total = np.bincount(expanded.row, weights=bound, minlength=rows) + _LITTLE * 1e-3
    share = bound / total[expanded.row]
    first = expanded.row * len(CATEGORIES) + table.category[at]
    values = {
        "log_places": np.log2(table.places[at]),
        "log_inner": np.log2(table.inner[at]),
        "log_outer": np.log2(table.outer[at]),
        "log_over_cache": expanded.resident,
        "log_compute_over_traffic": np.log10((expanded.compute + _LITTLE) / (expanded.traffic + _LITTLE)),
    }
    binned = [(np.digitize(values[name], edges), len(edges) + 1) for name, edges in _EDGES.items()]
    binned += [
        (((table.inner[at] % by == 0) & (table.outer[at] % by == 0)).astype(np.int64), 2) for by in _MULTIPLES
    ]
    return np.hstack([_summed(first, bins, count, share, rows) for bins, count in binned])


def _summed(
    first: npt.NDArray[np.int64], bins: npt.NDArray[np.int64], count: int, share: Floats, rows: int
) -> npt.NDArray[np.float32]:
    size = rows * len(CATEGORIES) * count
    summed = np.bincount(first * count + bins, weights=share, minlength=size)
    return np.sqrt(summed).reshape(rows, len(CATEGORIES) * count).astype(np.float32)
