"""The module that programs of the IPFS Accelerate framework import; see `interfaces.performance_predictor`."""

import sys

from interfaces.performance_predictor.hardware_model import HardwareModelPredictor

__all__ = ["HardwareModelPredictor"]

if __name__ == "__main__":
    from interfaces.performance_predictor.hardware_model_command import main

    sys.exit(main())
