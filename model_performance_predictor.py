"""The module that programs of the IPFS Accelerate framework import; see `interfaces.performance_predictor`."""

import sys

from interfaces.performance_predictor.answers import predict_performance
from interfaces.performance_predictor.data import load_benchmark_data, preprocess_data
from interfaces.performance_predictor.hardware_model import HardwareModelPredictor
from interfaces.performance_predictor.matrix import generate_prediction_matrix
from interfaces.performance_predictor.pictures import visualize_predictions
from interfaces.performance_predictor.training import (
    load_prediction_models,
    save_prediction_models,
    train_prediction_models,
)

__all__ = [
    "HardwareModelPredictor",
    "generate_prediction_matrix",
    "load_benchmark_data",
    "load_prediction_models",
    "predict_performance",
    "preprocess_data",
    "save_prediction_models",
    "train_prediction_models",
    "visualize_predictions",
]

if __name__ == "__main__":
    from interfaces.performance_predictor.command import main

    sys.exit(main())
