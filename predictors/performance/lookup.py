"""The profiles that results need, by model and image size."""

from collections.abc import Callable

from benchmart.errors import PredictionRefused
from predictors.contract import ModelProfile
from predictors.performance.rows import Rows


def profiles_for(
    rows: Rows, find: Callable[[str, int], ModelProfile]
) -> dict[tuple[str, float], ModelProfile]:
    """What `find` knows of the models of the rows; models without a profile are left out.

    Args:
        rows: Results.
        find: Gives the profile of a model at an image size, or raises PredictionRefused.
    """
    found: dict[tuple[str, float], ModelProfile] = {}
    for model, size in dict.fromkeys(zip(rows.model, rows.image_size, strict=True)):
        if size != size:  # noqa: PLR0124 - NaN, no image
            continue
        try:
            found[model, size] = find(model, int(size))
        except PredictionRefused:
            continue
    return found
