"""The framework's map of recommendations: by family, for models of each size and for batches of the middle one."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from interfaces.hardware_selector.words import BATCH_SIZES, MODELS
from predictors.selector.request import FAMILIES, MODES, one_of

Choose = Callable[[str, str, int, str], dict[str, Any]]
"""`primary` and `fallbacks` for a family, model, batch size and mode."""


def selection_map(families: Sequence[str], choose: Choose) -> dict[str, Any]:
    """The map of these families. Raises UsageError for one that is not known."""
    return {
        "timestamp": datetime.now(UTC).isoformat(),
        "model_families": {family: _of_family(family, choose) for family in families},
    }


def model_of(family: str, size: str) -> str:
    """The published model that stands for a family and size. Raises UsageError for those that are not known."""
    one_of("model family", family, FAMILIES)
    one_of("size of model", size, tuple(MODELS[family]))
    return MODELS[family][size]


def _of_family(family: str, choose: Choose) -> dict[str, Any]:
    one_of("model family", family, FAMILIES)
    models = MODELS[family]
    sizes = {size: {mode: choose(family, model, 1, mode) for mode in MODES} for size, model in models.items()}
    batches = {
        mode: {
            "batch_sizes": {
                str(batch): choose(family, models["medium"], batch, mode) for batch in BATCH_SIZES
            }
        }
        for mode in MODES
    }
    return {"model_sizes": sizes, **batches}
