"""Results that cannot be right: what a model's other results, and models like it, say they should have been."""

from predictors.outliers.detect import Scores, score
from predictors.outliers.table import Cells

__all__ = ["Cells", "Scores", "score"]
