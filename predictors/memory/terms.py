"""The physics of a peak: bytes by term, from a traced profile. Every term is zero or more, and a peak is their sum."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from predictors.contract import ModelProfile, Operator
from predictors.memory.states import activation_width, state_bytes

Floats = npt.NDArray[np.float64]

TERMS = ("context", "states", "saved", "live", "largest", "workspace")
"""Device context (per run, fitted); weights, gradients and optimizer states; what autograd keeps; the largest sum of
tensors alive together in the forward pass; operands of the largest operator (its gradients exist beside what is saved);
scratch space of the hungriest convolution."""


def terms(profile: ModelProfile, mode: str, precision: str, batches: Sequence[int] | Floats) -> Floats:
    """Bytes of each term, shape (batches, TERMS).

    Raises PredictionRefused for a precision or mode whose bytes are not known.
    """
    batch = np.asarray(batches, dtype=np.float64)
    width = activation_width(precision)
    ones = np.ones_like(batch)
    states = state_bytes(mode, precision).total * profile.parameter_count
    saved = saved_elements(profile) if mode == "training" else 0.0
    fixed, per_item = _hungriest(profile.operators, width)
    columns = (
        ones * 2.0**30,
        ones * states,
        batch * saved * width,
        batch * live_elements(profile) * width,
        batch * largest_operator(profile) * width,
        fixed + batch * per_item,
    )
    return np.stack(columns, axis=1)


def saved_elements(profile: ModelProfile) -> float:
    """What autograd keeps an item; where it was not traced, what all operators write."""
    if profile.saved_elements_per_item is not None:
        return profile.saved_elements_per_item
    return sum(operator.written_elements for operator in profile.operators)


def live_elements(profile: ModelProfile) -> float:
    """Elements alive together in the forward pass an item; where not traced, operands of the largest operator."""
    traced = profile.attributes.get("peak_live_elements_per_item")
    return float(traced) if traced else largest_operator(profile)


def largest_operator(profile: ModelProfile) -> float:
    """Elements that one call of the largest operator reads and writes an item."""
    return max((_each(operator) for operator in profile.operators), default=0.0)


def largest_tensor(profile: ModelProfile) -> float:
    """Elements of the largest result of an operator an item."""
    return max((operator.written_elements / operator.count for operator in profile.operators), default=0.0)


def _each(operator: Operator) -> float:
    return (operator.read_elements + operator.written_elements) / max(operator.count, 1)


def _hungriest(operators: Sequence[Operator], width: float) -> tuple[float, float]:
    """Fixed bytes and bytes an item of the convolution that needs most scratch space at a batch of 32."""
    found = [unfolded(operator.shape, width) for operator in operators if is_convolution(operator)]
    return max(found, key=lambda each: each[0] + 32 * each[1], default=(0.0, 0.0))


def is_convolution(operator: Operator) -> bool:
    """Whether its shape is that of a convolution."""
    return operator.category.startswith("conv") and len(operator.shape) == _CONVOLUTION_PARTS


Workspace = Callable[[Sequence[int], float], tuple[float, float]]
"""Of a convolution's shape and the bytes of a value: bytes once, and bytes an item."""


def unfolded(shape: Sequence[int], width: float) -> tuple[float, float]:
    """Implicit or explicit matrix multiplication: the input unfolded, every window's values side by side."""
    c_in, _, height, breadth, _, groups, rows, columns = shape
    if height * breadth == 1:
        return 0.0, 0.0
    return 0.0, c_in / groups * height * breadth * rows * columns * width


def winograd(shape: Sequence[int], width: float) -> tuple[float, float]:
    """F(4x4, 3x3), not fused: 36 values a tile of 16 results for input and output, and 36 a filter.

    Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2015.
    """
    c_in, c_out, height, breadth, stride, groups, rows, columns = shape
    if stride != 1 or height * breadth == 1 or max(height, breadth) > _WINOGRAD_KERNEL:
        return 0.0, 0.0
    tiles = -(-rows // 4) * -(-columns // 4)
    return 36 * c_in / groups * c_out * width, 36 * (c_in + c_out) * tiles * width


def fourier(shape: Sequence[int], width: float) -> tuple[float, float]:
    """Tiles of 32 x 32 in the frequency domain: 32 x 17 complex values a filter and a tile of each channel.

    Mathieu, Henaff and LeCun, Fast Training of Convolutional Networks through FFTs, 2014.
    """
    c_in, c_out, height, breadth, stride, groups, rows, columns = shape
    if stride != 1 or height * breadth == 1:
        return 0.0, 0.0
    tiles = -(-rows // (33 - min(height, 32))) * -(-columns // (33 - min(breadth, 32)))
    return _SPECTRUM * c_in / groups * c_out * 2 * width, _SPECTRUM * (c_in + c_out) * tiles * 2 * width


WORKSPACES: dict[str, Workspace] = {"unfolded": unfolded, "winograd": winograd, "fourier": fourier}

_CONVOLUTION_PARTS = 8
_WINOGRAD_KERNEL = 5
_SPECTRUM = 32 * 17
