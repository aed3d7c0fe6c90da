"""Activations of models that are no transformers, from profiles that were traced without weights."""

from dataclasses import dataclass
from functools import lru_cache

from benchmart.errors import PredictionRefused
from predictors.model_sizes.architecture import Architecture
from predictors.packaged_profiles import nearest_in_size, profiles_of_images


@dataclass(frozen=True, slots=True)
class Traced:
    """Of one image."""

    saved_elements: float
    """What autograd keeps for the backward pass."""
    widest_elements: float
    """Of the largest activation."""
    largest_weight: float
    """Elements of the largest parameter."""
    note: str


def traced_of(architecture: Architecture) -> Traced:
    """The profile of a model by its name; elements follow the area of images of other sizes.

    Raises PredictionRefused for a model without one, whose layers are not known.
    """
    found = _profile(architecture.name, architecture.image_size)
    if found is None:
        raise PredictionRefused(
            f"the layers of {architecture.name} are not known, and activations follow from them",
            hint="There are transformers by their dimensions, and architectures of timm by their names",
        )
    return found


@lru_cache(maxsize=256)
def _profile(name: str, image_size: int | None) -> Traced | None:
    known = [each for each in profiles_of_images(name) if each.saved_elements_per_item]
    if not known:
        return None
    nearest, scale = nearest_in_size(known, image_size)
    traced_size = nearest.image_size or 0
    note = f"activations as traced on images of {traced_size} x {traced_size}"
    if scale != 1:
        wanted = round(traced_size * scale**0.5)
        note += f", scaled to {wanted} x {wanted}"
    return Traced(
        saved_elements=scale * (nearest.saved_elements_per_item or 0),
        widest_elements=scale * max(each["written_elements"] / each["count"] for each in nearest.operators),
        largest_weight=max(each["weight_elements"] / each["count"] for each in nearest.operators),
        note=note,
    )
