"""`HardwareSelector`: the framework's class, on what was measured, predicted, and known of models and devices."""

from functools import cached_property
from pathlib import Path
from typing import Any

from interfaces.hardware_selector import attributes
from interfaces.hardware_selector.selection_map import model_of, selection_map
from interfaces.hardware_selector.training import TrainingSelector
from predictors.selector.knowledge import size_of
from predictors.selector.request import FAMILIES


class HardwareSelector(TrainingSelector):
    """Chooses kinds of hardware, or devices, for models. It writes nothing but what `save_selection_map` is told to.

    Args:
        database_path: A home, or the path of a database beside which one is; where there is none, the home that
            `benchmart` finds.
        config_path: TOML or JSON with weights, budget, allow and deny; see `predictors.selector.settings`.

    Raises UsageError for a file of settings that cannot be read, or has keys that mean nothing.
    """

    def create_hardware_selection_map(self, model_families: list[str] | None = None) -> dict[str, Any]:
        """Primary and fallbacks by family, for a published model of each size, and for batches of the middle one."""
        families = FAMILIES if model_families is None else model_families
        return selection_map(families, self._brief)

    def save_selection_map(self, output_file: str = "hardware_selection_map.json") -> None:
        """Write the map of all families as JSON."""
        import json

        text = json.dumps(self.create_hardware_selection_map(), indent=2) + "\n"
        Path(output_file).write_text(text, encoding="utf-8")

    def get_hardware_recommendations(
        self, model_family: str, model_size_category: str, batch_size: int, mode: str
    ) -> dict[str, Any]:
        """`primary` and `fallbacks` for a published model of the family and size, at this batch."""
        return self._brief(model_family, model_of(model_family, model_size_category), batch_size, mode)

    @cached_property
    def compatibility_matrix(self) -> dict[str, Any]:
        """Which kinds of hardware ran models of a family; None for want of evidence."""
        return attributes.compatibility_matrix(self._known)

    @cached_property
    def benchmarks(self) -> dict[str, Any]:
        """Measured rates, items a second: family, model, device, and each condition's median."""
        return attributes.benchmarks(self._known)

    @cached_property
    def prediction_models(self) -> dict[str, Any]:
        """The predictors that serve, by metric; without those that do not."""
        return attributes.prediction_models(self._known)

    def _estimate_model_size(self, model_name: str) -> int:
        """Parameters. Raises PredictionRefused where nothing tells."""
        return size_of(model_name).parameter_count

    def _determine_model_family(self, model_name: str) -> str:
        """One of the framework's families. Raises PredictionRefused where nothing tells."""
        return size_of(model_name).family

    def _brief(self, family: str, model: str, batch_size: int, mode: str) -> dict[str, Any]:
        found = self.select_hardware(family, model, batch_size, mode=mode)
        return {"primary": found["primary_recommendation"], "fallbacks": found["fallback_options"]}
