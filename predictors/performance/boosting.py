"""Gradient boosting on a matrix of features, kept as text."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

# Sizes of trees in the text go as well: they would no longer be true.
_UNREAD = ("tree_sizes=", "split_gain=", "internal_value=", "internal_weight=", "leaf_weight=")

# One thread: on a busy machine the threads of small trees wait for each other longer than they work.
DEFAULTS: dict[str, Any] = {
    "objective": "huber",
    "alpha": 0.2,
    "learning_rate": 0.045,
    "num_leaves": 31,
    "min_data_in_leaf": 10,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 1.0,
    "max_bin": 63,
    "verbosity": -1,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
}


@dataclass(frozen=True, slots=True)
class Boosting:
    """A trained ensemble of trees."""

    model: Any
    names: tuple[str, ...]
    """Of the features, in their order."""

    def predict(self, features: Floats, rounds: int | None = None) -> Floats:
        """Shape (rows,), in the unit of the target; of the first rounds only, where a number is given."""
        return np.asarray(self.model.predict(features, num_threads=1, num_iteration=rounds), dtype=float)

    def to_text(self) -> str:
        """LightGBM's own text form, without what only training reads: a third of the size."""
        lines = str(self.model.model_to_string()).splitlines(keepends=True)
        end = next((at for at, line in enumerate(lines) if line.startswith("parameters:")), len(lines))
        return "".join(_shortened(line) for line in lines[:end] if not line.startswith(_UNREAD))

    @classmethod
    def of(cls, model: Any) -> "Boosting":
        """A booster of LightGBM, which is asked for its names once: each time, it takes as long as few trees do."""
        return cls(model, tuple(model.feature_name()))

    @classmethod
    def from_text(cls, text: str) -> "Boosting":
        """What `to_text` wrote."""
        import lightgbm

        return cls.of(lightgbm.Booster(model_str=text))


def _shortened(line: str) -> str:
    """Values of leaves with five digits: the sixth is noise of the data by far."""
    if not line.startswith("leaf_value="):
        return line
    values = line.removeprefix("leaf_value=").split()
    return "leaf_value=" + " ".join(f"{float(value):.5g}" for value in values) + "\n"


def fit_boosting(
    features: Floats,
    target: Floats,
    names: Sequence[str],
    *,
    seed: int,
    rounds: int = 350,
    weight: Floats | None = None,
    **other: Any,
) -> Boosting:
    """Trees that predict the target; the same from the same seed."""
    import lightgbm

    data = lightgbm.Dataset(features, target, weight=weight, feature_name=list(names), free_raw_data=True)
    return Boosting.of(lightgbm.train({**DEFAULTS, "seed": seed, **other}, data, num_boost_round=rounds))
