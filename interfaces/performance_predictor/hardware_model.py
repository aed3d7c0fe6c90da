"""`HardwareModelPredictor`: the framework's class around its predictor, without choosing hardware."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from interfaces.performance_predictor.answers import predict_performance
from interfaces.performance_predictor.matrix import generate_prediction_matrix
from interfaces.performance_predictor.pictures import visualize_predictions
from interfaces.performance_predictor.training import load_prediction_models


class HardwareModelPredictor:
    """Predicts for several devices at once; which of them to choose (`predict_optimal_hardware`) is not said here.

    `benchmark_dir` is the home where it is one; else, it is the one that `benchmart` finds. The two paths beside it are
    accepted and not used.
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
        self.prediction_models = load_prediction_models(benchmark_dir if is_home else None)

    def predict_performance(  # noqa: PLR0917 - the order is that of the framework
        self,
        model_name: str,
        model_family: str | None,
        hardware: str | Sequence[str],
        batch_size: int = 1,
        sequence_length: int = 128,
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

    def create_hardware_prediction_matrix(self, **asked: Any) -> dict[str, Any]:
        """The matrix of `generate_prediction_matrix`, whose arguments it takes by name."""
        return generate_prediction_matrix(self.prediction_models, **asked)

    @staticmethod
    def visualize_matrix(matrix: Mapping[str, Any], output_dir: str | None = None) -> list[str]:
        """Pictures of its throughput and its latency; returns their paths."""
        return [
            path
            for metric in ("throughput", "latency_mean")
            for path in visualize_predictions(matrix, metric, output_dir)
        ]
