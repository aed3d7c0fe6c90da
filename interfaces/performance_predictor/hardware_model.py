"""`HardwareModelPredictor`: the framework's class around its selector and its predictor."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from interfaces.hardware_selector.model_selector import USUAL_LENGTH, home_at
from interfaces.hardware_selector.selector import HardwareSelector
from interfaces.hardware_selector.words import BROWSERS, HARDWARE
from interfaces.performance_predictor.answers import predict_performance
from interfaces.performance_predictor.matrix import generate_prediction_matrix
from interfaces.performance_predictor.pictures import visualize_predictions
from interfaces.performance_predictor.training import load_prediction_models
from predictors.selector.devices import is_named, load_devices

_OPENVINO = "openvino"


class HardwareModelPredictor:
    """Chooses hardware, and predicts for several devices at once.

    Args:
        benchmark_dir: A home.
        database_path: Where that is none, another, or the path of a database beside which one is. Where neither is a
            home, it is the one that `benchmart` finds.
        config_path: Settings of the selector, TOML or JSON.

    Raises UsageError for settings that cannot be read, PredictionRefused where no predictor serves.
    """

    def __init__(
        self,
        benchmark_dir: str = "./benchmark_results",
        database_path: str | None = None,
        config_path: str | None = None,
    ) -> None:
        self.benchmark_dir = Path(benchmark_dir)
        self.database_path = database_path
        self.config_path = config_path
        is_home = (self.benchmark_dir / "events").is_dir()
        place = benchmark_dir if is_home or database_path is None else database_path
        self.hardware_selector = HardwareSelector(place, config_path)
        self.prediction_models = load_prediction_models(str(home_at(Path(place)).root))

    @cached_property
    def available_hardware(self) -> dict[str, bool]:
        """Which kinds of hardware this machine has; interfaces of browsers are no devices, and never there."""
        from interfaces.hardware_here import hardware_here

        here, devices = hardware_here(), load_devices(None)
        found = {
            word: word in here or any(is_named(devices[each], word) for each in here if each in devices)
            for word in HARDWARE
        }
        found[_OPENVINO] = found[_OPENVINO] and find_spec(_OPENVINO) is not None
        return found | {"cpu": True} | dict.fromkeys(BROWSERS, False)

    def predict_optimal_hardware(  # noqa: PLR0917 - the order is that of the framework
        self,
        model_name: str,
        model_family: str | None = None,
        batch_size: int = 1,
        sequence_length: int = USUAL_LENGTH,
        mode: str = "inference",
        precision: str = "fp32",
        available_hardware: list[str] | None = None,
    ) -> dict[str, Any]:
        """The kind of hardware to run a model on, with the keys of `HardwareSelector.select_hardware`.

        None means the kinds that this machine has, and a family of None is looked up. A kind stands by its best device
        of the catalogue, whichever of them the machine has.

        Raises UsageError for a family, mode or hardware that is not known, an empty list, and sizes below 1.
        """
        if available_hardware is None:
            available_hardware = [word for word, is_here in self.available_hardware.items() if is_here]
        return self.hardware_selector.select_hardware(
            model_family, model_name, batch_size, sequence_length, mode, available_hardware, precision
        )

    def predict_performance(  # noqa: PLR0917
        self,
        model_name: str,
        model_family: str | None,
        hardware: str | Sequence[str],
        batch_size: int = 1,
        sequence_length: int = USUAL_LENGTH,
        mode: str = "inference",
        precision: str = "fp32",
    ) -> dict[str, Any]:
        """Throughput (items/s), latency (ms) and memory_usage (MiB) of each device. Raises PredictionRefused."""
        devices = [hardware] if isinstance(hardware, str) else list(hardware)
        predictions = {}
        for device in devices:
            said = predict_performance(
                self.prediction_models, model_name, model_family, device, batch_size, precision, mode,
                sequence_length=sequence_length,
            )  # fmt: skip
            predictions[device] = {
                "throughput": said["throughput"],
                "latency": said["latency_mean"],
                "memory_usage": said["memory_usage"],
                "uncertainties": said["uncertainties"],
                "source": "model_performance_predictor",
            }
        return {
            "model_name": model_name,
            "model_family": model_family,
            "batch_size": batch_size,
            "sequence_length": sequence_length,
            "mode": mode,
            "precision": precision,
            "predictions": predictions,
        }

    def create_hardware_prediction_matrix(
        self,
        models: Sequence[Mapping[str, str]] | None = None,
        batch_sizes: Sequence[int] | None = None,
        hardware_platforms: Sequence[str] | None = None,
        precision: str = "fp32",
        mode: str = "inference",
    ) -> dict[str, Any]:
        """Predictions for models (`name`, `family`) on devices, laid out as `generate_prediction_matrix` does.

        None means the models and the devices with most results, and batches of 1, 8 and 32.
        """
        configs = (
            None
            if models is None
            else [{"name": each["name"], "category": each.get("family", "")} for each in models]
        )
        return generate_prediction_matrix(
            self.prediction_models, configs, hardware_platforms, batch_sizes, [precision], mode
        )

    @staticmethod
    def visualize_matrix(matrix: Mapping[str, Any], output_dir: str | None = None) -> list[str]:
        """Pictures of its throughput and its latency; returns their paths."""
        return [
            path
            for metric in ("throughput", "latency_mean")
            for path in visualize_predictions(matrix, metric, output_dir)
        ]
