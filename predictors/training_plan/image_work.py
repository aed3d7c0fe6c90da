"""Work of models of images that are no transformers, from profiles that were traced without weights."""

from functools import lru_cache

from benchmart.errors import PredictionRefused
from predictors.model_sizes.architecture import Architecture
from predictors.packaged_profiles import nearest_in_size, profiles_of_images


def operations_of_image(architecture: Architecture) -> float:
    """Floating-point operations of the forward pass over one image; they follow the area of images of other sizes.

    Raises PredictionRefused for a model that was not traced.
    """
    found = _traced(architecture.name, architecture.image_size)
    if found is None:
        raise PredictionRefused(
            f"the work of {architecture.name} is not known",
            hint="There are architectures of timm by their names",
        )
    return found


@lru_cache(maxsize=256)
def _traced(name: str, image_size: int | None) -> float | None:
    known = [each for each in profiles_of_images(name) if each.flops_per_item and each.image_size]
    if not known:
        return None
    nearest, area = nearest_in_size(known, image_size)
    return float(nearest.flops_per_item or 0.0) * area
