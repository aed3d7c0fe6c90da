"""What corrections are learned from: shares of the physics terms and of kinds of operators, sizes only as logarithms."""

import math
import re
from collections.abc import Sequence

import numpy as np

from predictors.contract import ModelProfile, Operator
from predictors.memory.labels import Workload
from predictors.memory.states import activation_width
from predictors.memory.terms import (
    WORKSPACES,
    Floats,
    is_convolution,
    largest_operator,
    largest_tensor,
    live_elements,
    saved_elements,
)

_CATEGORIES = (
    "conv", "conv_pointwise", "conv_grouped", "conv_depthwise", "matmul", "batched_matmul", "attention", "norm",
    "softmax", "activation", "elementwise", "pool", "reduce", "copy", "embedding", "other",
)  # fmt: skip

PROFILE_FEATURES = (
    "log_parameters", "log_flops", "log_written", "log_saved", "log_live", "log_largest_operator", "log_largest_tensor",
    "saved_of_written", "live_of_written", "log_image_size", "log_operators", "flops_per_written",
    "convolution_kernel", "matmul_weights",
    *(f"written_by_{category}" for category in _CATEGORIES),
    *(f"count_of_{category}" for category in _CATEGORIES),
)  # fmt: skip
CONDITION_FEATURES = ("width", "is_training", "is_autocast", "is_compiled", "is_channels_last", "runtime_version")
SIZE_FEATURES = (
    "log_batch",
    "log_total",
    "states_share",
    "saved_share",
    "live_share",
    "largest_share",
    *(f"log_{name}" for name in WORKSPACES),
    *(f"{name}_of_total" for name in WORKSPACES),
)
FEATURES = (*PROFILE_FEATURES, *CONDITION_FEATURES, *SIZE_FEATURES)


def of_profile(profile: ModelProfile) -> list[float]:
    """Values of PROFILE_FEATURES."""
    operators = profile.operators
    written = sum(operator.written_elements for operator in operators)
    calls = sum(operator.count for operator in operators)
    by_category = {name: [each for each in operators if each.category == name] for name in _CATEGORIES}
    weights = sum(operator.weight_elements for operator in operators)
    return [
        _log(profile.parameter_count),
        _log(profile.flops_per_item),
        _log(written),
        _log(saved_elements(profile)),
        _log(live_elements(profile)),
        _log(largest_operator(profile)),
        _log(largest_tensor(profile)),
        _ratio(saved_elements(profile), written),
        _ratio(live_elements(profile), written),
        _log(profile.image_size or 0),
        _log(calls),
        _log(_ratio(profile.flops_per_item, written)),
        _log(_mean_kernel(operators)),
        _ratio(sum(each.weight_elements for each in by_category["matmul"]), weights),
        *(_ratio(sum(each.written_elements for each in found), written) for found in by_category.values()),
        *(_ratio(sum(each.count for each in found), calls) for found in by_category.values()),
    ]


def of_condition(workload: Workload) -> list[float]:
    """Values of CONDITION_FEATURES; a version that is not known is NaN, which trees can split on."""
    return [
        activation_width(workload.precision),
        float(workload.mode == "training"),
        float(workload.precision.startswith("amp_")),
        float(workload.compiler != "eager"),
        float(workload.memory_format == "nhwc"),
        _version(workload.runtime_version),
    ]


def of_sizes(profile: ModelProfile, precision: str, batches: Sequence[int], parts: Floats) -> Floats:
    """Values of SIZE_FEATURES, shape (batches, SIZE_FEATURES); `parts` are the terms in bytes, unweighted."""
    width = activation_width(precision)
    total = parts.sum(axis=1)
    shapes = {operator.shape for operator in profile.operators if is_convolution(operator)}
    scratch = {}
    for name, workspace in WORKSPACES.items():
        needs = np.array([workspace(shape, width) for shape in shapes]).reshape(-1, 2)
        batch = np.asarray(batches, dtype=np.float64)[:, None]
        scratch[name] = (needs[:, 0] + batch * needs[:, 1]).max(axis=1, initial=0.0)
    columns = [
        np.log(np.asarray(batches, dtype=np.float64)),
        np.log(total),
        *(parts[:, place] / total for place in (1, 2, 3, 4)),
        *(np.log1p(each) for each in scratch.values()),
        *(each / total for each in scratch.values()),
    ]
    return np.stack(columns, axis=1)


def _mean_kernel(operators: Sequence[Operator]) -> float:
    """Area of the windows of convolutions, weighted by what they write."""
    convolutions = [each for each in operators if is_convolution(each)]
    area = sum(each.shape[2] * each.shape[3] * each.written_elements for each in convolutions)
    return _ratio(area, sum(each.written_elements for each in convolutions))


def _log(value: float) -> float:
    return math.log(value + 1.0)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _version(text: str | None) -> float:
    """2.4.1 -> 2.04."""
    found = re.match(r"(\d+)\.(\d+)", text or "")
    return float(found[1]) + float(found[2]) / 100 if found else math.nan
