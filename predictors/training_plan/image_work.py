"""Work of models of images that are no transformers, from profiles that were traced without weights."""

import re
from functools import lru_cache

from benchmart.errors import PredictionRefused
from predictors.model_sizes.architecture import Architecture
from predictors.packaged_profiles import packaged_profiles

_TAG = re.compile(r"^.*/|\..*$")
"""What a hub's name has around the architecture's: `timm/` before and the weights' tag behind."""


def operations_of_image(architecture: Architecture) -> float:
    """Floating-point operations of the forward pass over one image; they follow the area of images of other sizes.

    Raises PredictionRefused for a model that was not traced.
    """
    name = _TAG.sub("", architecture.name)
    found = _traced(name, architecture.image_size) or _traced(name.replace("-", "_"), architecture.image_size)
    if found is None:
        raise PredictionRefused(
            f"the work of {architecture.name} is not known",
            hint="There are architectures of timm by their names",
        )
    return found


@lru_cache(maxsize=256)
def _traced(name: str, image_size: int | None) -> float | None:
    known = [each for each in packaged_profiles([name]) if each.flops_per_item and each.image_size]
    if not known:
        return None
    nearest = min(known, key=lambda each: abs((each.image_size or 1) - (image_size or each.image_size or 1)))
    scale = (image_size or nearest.image_size or 1) / (nearest.image_size or 1)
    return float(nearest.flops_per_item or 0.0) * scale**2
