"""What a forward pass cannot exceed: the context, weights, and everything that its operators write, all at once.

A predictor of memory that has seen mostly large batches has a wide interval at small ones, and its upper end would rule
out devices on which a model surely runs. Nothing that is written is counted as freed, so the ceiling is far above what
runs need (ResNet-50 at batch 256: eight times), and it is below such an interval only where that is too wide.
"""

from predictors.contract import ModelProfile
from predictors.memory.physics import EXPECTED
from predictors.memory.states import activation_width, state_bytes

_GIBI = 2.0**30
_SIZE_OF_CONV = 8


def inference_ceiling(profile: ModelProfile, precision: str, batch_size: int) -> float:
    """Bytes. Raises PredictionRefused for a precision whose bytes are not known."""
    context = EXPECTED["context"] * _GIBI
    states = state_bytes("inference", precision).total * profile.parameter_count
    casts = activation_width(precision) * profile.parameter_count if precision.startswith("amp_") else 0.0
    written = sum(each.written_elements for each in profile.operators)
    unfolded = max((_unfolded(each.category, each.shape) for each in profile.operators), default=0.0)
    return context + states + casts + batch_size * activation_width(precision) * (written + unfolded)


def _unfolded(category: str, shape: tuple[int, ...]) -> float:
    """Elements of the matrix that a convolution becomes when it is computed as one product."""
    if not category.startswith("conv") or len(shape) != _SIZE_OF_CONV:
        return 0.0
    channels, _, height, width, _, _, rows, columns = shape
    return float(channels * height * width * rows * columns)
