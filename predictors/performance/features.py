"""Features of a row from the operators of its model: shares and ratios, which mean the same on any device."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from predictors.contract import HardwareFacts
from predictors.performance.operators import CATEGORIES, MATRIX, OperatorTable
from predictors.performance.physics import Expanded, Terms, expand, terms
from predictors.performance.rows import Rows

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]

_LITTLE = 1e-12
_ALL = ("log_inner", "log_places", "compute_over_bound", "log_outer", "outer_over_8")
_SHAPES_OF_CONVOLUTIONS = {
    "conv": _ALL,
    "conv_pointwise": _ALL,
    "conv_grouped": (*_ALL, "log_groups"),
    "conv_depthwise": (*_ALL[:3], "log_groups"),
}
"""What differs among convolutions of a kind."""


def operator_features(
    rows: Rows, profile: Index, table: OperatorTable, hardware: Mapping[str, HardwareFacts]
) -> tuple[Floats, tuple[str, ...], Floats, Expanded]:
    """Features, their names, log seconds of one item from physics alone, and what that was summed from.

    Args:
        rows: Conditions.
        profile: Which profile of the table a row runs, shape (rows,); all of them have operators.
        table: Operators.
        hardware: Facts by device.

    Returns:
        Shapes (rows, features), (features,), (rows,), and the operators of each row.
    """
    expanded = expand(rows, profile, table, hardware)
    sums = terms(expanded, table, len(rows))
    compiled = ~np.isin(rows.compiler, ("eager", ""))
    physics = np.log(np.where(compiled, sums.fused, sums.eager) + _LITTLE)
    columns = {
        **_of_terms(sums),
        **_of_shapes(expanded, table, len(rows)),
        **_of_convolutions(expanded, table, len(rows)),
    }
    return np.column_stack(list(columns.values())), tuple(columns), physics, expanded


def _of_terms(sums: Terms) -> dict[str, Floats]:
    total = sums.bound.sum(axis=1) + _LITTLE
    named = {f"time_share_{name}": sums.bound[:, at] / total for at, name in enumerate(CATEGORIES)}
    compute = sums.compute.sum(axis=1) + _LITTLE
    named |= {f"flop_share_{CATEGORIES[at]}": sums.compute[:, at] / compute for at in MATRIX}
    launch = sums.launch.sum(axis=1) + _LITTLE
    named |= {
        f"launch_share_{name}": sums.launch[:, at] / launch
        for at, name in enumerate(CATEGORIES)
        if name in {"conv_depthwise", "norm", "elementwise", "copy", "activation", "matmul"}
    }
    return named | {
        "log_fused_over_eager": np.log(sums.fused / (sums.eager + _LITTLE) + _LITTLE),
        "log_compute_over_bound": np.log(compute / total),
        "log_traffic_over_bound": np.log(sums.traffic.sum(axis=1) / total + _LITTLE),
        "log_launch_over_bound": np.log(launch / total),
        "log_bound": np.log(total),
    }


def _of_shapes(expanded: Expanded, table: OperatorTable, rows: int) -> dict[str, Floats]:
    """Means over operators, weighted by their arithmetic, by their traffic or by their time."""
    at, of = expanded.operator, expanded.row
    bound = np.fmax(expanded.compute, expanded.traffic)

    def mean(values: Floats, weights: Floats) -> Floats:
        weight = np.bincount(of, weights=weights, minlength=rows)
        return np.bincount(of, weights=weights * values, minlength=rows) / (weight + _LITTLE * 1e-3)

    inner, outer = table.inner[at], table.outer[at]
    places, parallel = table.places[at], table.parallel[at]
    aligned = {str(by): (inner % by == 0) & (outer % by == 0) for by in (8, 32, 64)}
    big = expanded.resident > 0
    return {
        "compute_log_inner": mean(np.log2(inner), expanded.compute),
        "compute_log_outer": mean(np.log2(outer), expanded.compute),
        "compute_log_places": mean(np.log2(places), expanded.compute),
        "compute_log_parallel": mean(np.log2(parallel), expanded.compute),
        "compute_waves": mean(expanded.waves, expanded.compute),
        **{
            f"compute_aligned_{by}": mean(flags.astype(float), expanded.compute)
            for by, flags in aligned.items()
        },
        "time_log_inner": mean(np.log2(inner), bound),
        "time_log_places": mean(np.log2(places), bound),
        "traffic_over_cache": mean(big.astype(float), expanded.traffic),
        "traffic_log_resident": mean(expanded.resident, expanded.traffic),
        "time_compute_bound": mean((expanded.compute > expanded.traffic).astype(float), bound),
        "traffic_log_places": mean(np.log2(places), expanded.traffic),
        "traffic_odd_outer": mean(((outer % 8 != 0) & (table.flops[at] > 0)).astype(float), expanded.traffic),
    }


def _of_convolutions(expanded: Expanded, table: OperatorTable, rows: int) -> dict[str, Floats]:
    """Shapes of each kind of convolution apart, libraries have kernels of their own for each; 0 where there is none."""
    at = expanded.operator
    bound = np.fmax(expanded.compute, expanded.traffic)
    shapes = {
        "log_inner": np.log2(table.inner[at]),
        "log_outer": np.log2(table.outer[at]),
        "log_places": np.log2(table.places[at]),
        "log_groups": np.log2(table.parallel[at]),
        "outer_over_8": (table.outer[at] % 8 == 0).astype(float),
        "compute_over_bound": expanded.compute / (bound + 1e-30),
    }
    found: dict[str, Floats] = {}
    for category, named in _SHAPES_OF_CONVOLUTIONS.items():
        weights = np.where(table.category[at] == CATEGORIES.index(category), bound, 0.0)
        weight = np.bincount(expanded.row, weights=weights, minlength=rows) + 1e-30
        found |= {
            f"{category}_{name}": np.bincount(expanded.row, weights=weights * shapes[name], minlength=rows)
            / weight
            for name in named
        }
    return found
