"""What memory depends on, read out of a traced profile once."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from predictors.contract import ModelProfile, Operator
from predictors.memory.workspaces import WORKSPACES

Floats = npt.NDArray[np.float64]

CATEGORIES = (
    "conv", "conv_pointwise", "conv_grouped", "conv_depthwise", "matmul", "batched_matmul", "attention", "norm",
    "softmax", "activation", "elementwise", "pool", "reduce", "copy", "embedding", "other",
)  # fmt: skip

PROFILE_FEATURES = (
    "log_parameters", "log_flops", "log_written", "log_saved", "log_live", "log_largest_operator", "log_largest_tensor",
    "saved_of_written", "live_of_written", "other_of_saved", "log_image_size", "log_operators", "flops_per_written",
    "convolution_kernel", "matmul_weights", "largest_weights",
    *(f"written_by_{category}" for category in CATEGORIES),
    *(f"count_of_{category}" for category in CATEGORIES),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MemoryFacts:
    """Sizes of one model for one item of a batch: elements, whose bytes the precision decides, except where said."""

    parameters: float
    saved_elements: float
    """What autograd keeps."""
    saved_other_bytes: float
    """Masks and indices that autograd keeps; the precision does not change them."""
    live_elements: float
    """Alive together in the forward pass."""
    largest_operator: float
    """What one call of the largest operator reads and writes."""
    largest_tensor: float
    attention_scores: float
    """Of all attention: one value a head, query and key, which fused attention never writes out."""
    upcast_elements: float
    """What layer and group norms and softmax write: autocast computes those in fp32."""
    workspaces: dict[str, Floats]
    """By algorithm, of every shape of convolution: values once and values an item, (shapes, 2)."""
    features: Floats
    """Values of PROFILE_FEATURES."""


def memory_facts(profile: ModelProfile) -> MemoryFacts:
    """Facts of a profile.

    Where autograd was not traced, what all operators write stands for what it keeps; where the forward pass was not,
    operands of the largest operator for what is alive together.
    """
    operators = profile.operators
    written = sum(operator.written_elements for operator in operators)
    saved = profile.saved_elements_per_item if profile.saved_elements_per_item is not None else written
    other = float(profile.attributes.get("saved_other_bytes_per_item", 0.0))
    largest = max((_each(operator) for operator in operators), default=0.0)
    tensor = max((operator.written_elements / max(operator.count, 1) for operator in operators), default=0.0)
    live = float(profile.attributes.get("peak_live_elements_per_item", largest))
    shapes = sorted({operator.shape for operator in operators if _is_convolution(operator)})
    sizes = [profile.parameter_count, profile.flops_per_item, written, saved, live, largest, tensor]
    calls = sum(operator.count for operator in operators)
    weights = [operator.weight_elements for operator in operators]
    by_category = {name: [each for each in operators if each.category == name] for name in CATEGORIES}
    features = [
        *map(_log, sizes),
        _ratio(saved, written),
        _ratio(live, written),
        _ratio(other, saved),
        _log(profile.image_size or 0),
        _log(calls),
        _log(_ratio(profile.flops_per_item, written)),
        _mean_kernel([each for each in operators if _is_convolution(each)]),
        _ratio(sum(each.weight_elements for each in by_category["matmul"]), sum(weights)),
        _ratio(
            max((each.weight_elements / max(each.count, 1) for each in operators), default=0.0), sum(weights)
        ),
        *(_ratio(sum(each.written_elements for each in found), written) for found in by_category.values()),
        *(_ratio(sum(each.count for each in found), calls) for found in by_category.values()),
    ]
    return MemoryFacts(
        parameters=profile.parameter_count,
        saved_elements=saved,
        saved_other_bytes=other,
        live_elements=live,
        largest_operator=largest,
        largest_tensor=tensor,
        attention_scores=sum(map(_scores, by_category["attention"])),
        upcast_elements=sum(each.written_elements for each in operators if _is_upcast(each)),
        workspaces={
            name: np.array([need(shape) for shape in shapes], dtype=np.float64).reshape(-1, 2)
            for name, need in WORKSPACES.items()
        },
        features=np.array(features, dtype=np.float64),
    )


def _is_convolution(operator: Operator) -> bool:
    return operator.category.startswith("conv") and len(operator.shape) == _CONVOLUTION_PARTS


def _scores(attention: Operator) -> float:
    heads, queries, keys = (*attention.shape, 0, 0, 0)[:3]
    return float(heads * queries * keys * attention.count)


def _is_upcast(operator: Operator) -> bool:
    is_norm = operator.category == "norm" and "batch_norm" not in operator.operator
    return is_norm or operator.category == "softmax"


def _each(operator: Operator) -> float:
    return (operator.read_elements + operator.written_elements) / max(operator.count, 1)


def _mean_kernel(convolutions: Sequence[Operator]) -> float:
    """Area of the windows of convolutions, weighted by what they write."""
    area = sum(each.shape[2] * each.shape[3] * each.written_elements for each in convolutions)
    return _ratio(area, sum(each.written_elements for each in convolutions))


def _log(value: float) -> float:
    return math.log(value + 1.0)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


_CONVOLUTION_PARTS = 8
