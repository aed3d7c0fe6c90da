"""Which predictor answers a question: one for rates and times, one for memory."""

from benchmart.config import Home
from predictors.contract import Predictor
from predictors.registry import memory, training


def serving(home: Home, metric: str) -> tuple[str, str, Predictor]:
    """Name, version and predictor of a metric. Raises PredictionRefused when there is none."""
    if metric.startswith("memory"):
        return (memory.NAME, *memory.serving(home))
    return (training.NAME, *training.serving(home))
