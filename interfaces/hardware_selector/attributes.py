"""What programs read off the framework's selector: which hardware ran a family, what was measured, what predicts."""

from collections.abc import Set as AbstractSet
from typing import Any

from benchmart.errors import PredictionRefused
from interfaces.hardware_selector.words import HARDWARE
from predictors.selector.devices import is_named
from predictors.selector.knowledge import Knowledge
from predictors.selector.request import FAMILIES

_METRICS = (("throughput", "throughput"), ("memory_usage", "memory_device_peak"))


def compatibility_matrix(known: Knowledge) -> dict[str, Any]:
    """Which kinds of hardware ran models of a family: true or false by the matrix, None for want of evidence."""
    families: dict[str, Any] = {}
    for family in FAMILIES:
        models = {pool.model_id for pool in known.pools if pool.family == family}
        compatible = {word: {"compatible": _ran(known, models, word)} for word in HARDWARE}
        families[family] = {"hardware_compatibility": compatible}
    return {"hardware_types": list(HARDWARE), "model_families": families}


def benchmarks(known: Knowledge) -> dict[str, Any]:
    """Measured rates, items a second: family, model, device, and each condition's median."""
    found: dict[str, Any] = {}
    for pool in known.pools:
        models = found.setdefault(pool.family or "unknown", {})
        for device, rate in pool.medians.items():
            models.setdefault(pool.model_id, {}).setdefault(device, []).append(rate)
    return found


def prediction_models(known: Knowledge) -> dict[str, Any]:
    """The predictors that serve, by metric; without those that do not."""
    from predictors.registry.serving import serving

    found = {}
    for name, metric in _METRICS:
        try:
            found[name] = serving(known.home, metric)[2]
        except PredictionRefused:
            continue
    return found


def _ran(known: Knowledge, models: AbstractSet[str], word: str) -> bool | None:
    statuses: set[str] = {
        each.status
        for (model, device), cells in known.verdicts.items()
        if model in models and is_named(known.devices[device], word)
        for each in cells
    }
    return None if not statuses else statuses != {"failed"}
