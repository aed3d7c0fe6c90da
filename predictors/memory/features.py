"""What corrections are learned from: shares of the terms and of kinds of operators; sizes only as logarithms."""

from collections.abc import Sequence

import numpy as np

from predictors.memory.facts import PROFILE_FEATURES, Floats
from predictors.memory.labels import Workload
from predictors.memory.states import activation_width
from predictors.memory.terms import TERMS, runtime_version

CONDITION_FEATURES = ("width", "is_autocast", "is_compiled", "is_channels_last", "runtime_version")
SIZE_FEATURES = ("log_batch", "log_total", *(f"{term}_share" for term in TERMS))
FEATURES = (*PROFILE_FEATURES, *CONDITION_FEATURES, *SIZE_FEATURES)


def of_condition(workload: Workload) -> list[float]:
    """Values of CONDITION_FEATURES; a version that is not known is NaN, which trees can split on."""
    return [
        activation_width(workload.precision),
        float(workload.precision.startswith("amp_")),
        float(workload.compiler != "eager"),
        float(workload.memory_format == "nhwc"),
        runtime_version(workload.runtime_version),
    ]


def of_sizes(batches: Sequence[int], physics: Floats) -> Floats:
    """Values of SIZE_FEATURES, (batches, SIZE_FEATURES); `physics` are the terms in bytes, unweighted."""
    total = physics.sum(axis=1)
    return np.column_stack(
        [np.log(np.asarray(batches, dtype=np.float64)), np.log(total), physics / total[:, None]]
    )
