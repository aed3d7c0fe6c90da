"""A residual network that learns what physics leaves over, from means and histograms of operators.

Layers are normalised before they are added (He et al. 2016; Xiong et al. 2020). Means are read twice, scaled and as
normal scores of their rank, so that long tails neither rule nor vanish. Each configuration is an input of its own: only
those that were learned from are answered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from predictors.performance.prepared import Prepared

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]
Singles = npt.NDArray[np.float32]

_WIDTH = 128
_LAYERS = 4
_EPOCHS = 40
_BATCH = 256
_RATE = 2e-3
_DECAY = 0.02
_KNOTS = 65
_AT_ONCE = 512
"""Rows whose comparisons with knots are held at a time."""
# As large as other inputs at their furthest: a code is seldom anything but zero.
_CODE = 3.0
_FURTHEST = 4.0
_LEAST_SPREAD = 0.005
_LITTLE = 1e-9
_NORM_LITTLE = 1e-5
_LEAST = -80.0
"""Below it the exponential of single precision overflows, and the result is nothing anyway."""


@dataclass(frozen=True, slots=True)
class Encoder:
    """Turns rows into inputs of about unit size; learned from features alone, never from what was measured."""

    mean: Floats
    spread: Floats
    knots: Floats
    """Quantiles of each feature, shape (features, knots)."""
    kept: Index
    """Columns of the histogram that vary."""
    kept_mean: Floats
    kept_spread: Floats
    configurations: tuple[str, ...]

    @classmethod
    def of(cls, given: Prepared) -> "Encoder":
        """From the rows that are learned from."""
        features = np.nan_to_num(given.features)
        spread = given.shares.std(axis=0, dtype=float)
        kept = np.flatnonzero(spread > _LEAST_SPREAD).astype(np.int64)
        return cls(
            features.mean(axis=0),
            features.std(axis=0) + _LITTLE,
            np.quantile(features, np.linspace(0, 1, _KNOTS), axis=0).T.copy(),
            kept,
            given.shares[:, kept].mean(axis=0, dtype=float),
            spread[kept],
            tuple(sorted({str(each) for each in given.configurations})),
        )

    def inputs(self, given: Prepared) -> Singles:
        """Shape (rows, 2 features + kept columns + configurations)."""
        features = np.nan_to_num(given.features)
        scaled = (features - self.mean) / self.spread
        histogram = (given.shares[:, self.kept] - self.kept_mean) / self.kept_spread
        columns = [scaled, self._normal_scores(features), histogram, self._codes(given)]
        return np.clip(np.hstack(columns), -_FURTHEST, _FURTHEST).astype(np.float32)

    def _codes(self, given: Prepared) -> Floats:
        place = {name: at for at, name in enumerate(self.configurations)}
        found = np.zeros((len(given), len(place)))
        for row, each in enumerate(given.configurations):
            if (at := place.get(str(each))) is not None:
                found[row, at] = _CODE
        return found

    def _normal_scores(self, features: Floats) -> Floats:
        from scipy.special import ndtri

        edge = 0.5 / _KNOTS
        levels = ndtri(np.clip(np.linspace(0, 1, _KNOTS), edge, 1 - edge))
        parts = range(0, max(1, len(features)), _AT_ONCE)
        return np.vstack([_between(features[at : at + _AT_ONCE], self.knots, levels) for at in parts])


def _between(features: Floats, knots: Floats, levels: Floats) -> Floats:
    """Levels of the knots, interpolated; where several knots are equal, the middle one of them counts."""
    beyond = features[:, :, None] > knots[None]
    reached = features[:, :, None] >= knots[None]
    left, right = beyond.sum(axis=2), reached.sum(axis=2)
    last = len(levels) - 1
    low, high = np.clip(left - 1, 0, last), np.clip(left, 0, last)
    column = np.arange(features.shape[1])[None]
    start, end = knots[column, low], knots[column, high]
    way = np.clip((features - start) / np.where(end > start, end - start, 1.0), 0.0, 1.0)
    between = levels[low] + way * (levels[high] - levels[low])
    middle = levels[np.clip((left + right - 1) // 2, 0, last)]
    return np.asarray(np.where(right > left, middle, between), dtype=float)


@dataclass(frozen=True, slots=True)
class Network:
    """Trained weights by name, and the scale of what it predicts."""

    weights: Mapping[str, Singles]
    center: float
    scale: float

    def predict(self, inputs: Singles) -> Floats:
        """Logarithm of measured over physics' seconds, shape (rows,)."""
        w = self.weights
        values = _silu(inputs @ w["inputs"] + w["bias"])
        for layer in range(_LAYERS):
            normal = _normalised(values) * w[f"gain_{layer}"] + w[f"shift_{layer}"]
            added: Singles = values + _silu(normal @ w[f"layer_{layer}"] + w[f"bias_{layer}"])
            values = added
        left = (values @ w["outer"])[:, 0] + w["outer_bias"][0]
        return np.asarray(left, dtype=float) * self.scale + self.center


def _silu(values: npt.NDArray[np.floating]) -> Singles:
    return np.asarray(values / (1 + np.exp(-np.maximum(values, _LEAST))), dtype=np.float32)


def _normalised(values: npt.NDArray[np.floating]) -> Singles:
    centered = values - values.mean(axis=1, keepdims=True)
    spread = np.sqrt((centered**2).mean(axis=1, keepdims=True) + _NORM_LITTLE)
    return np.asarray(centered / spread, dtype=np.float32)


def fit_network(inputs: Singles, target: Floats, *, seed: int) -> Network:
    """Trains on all rows given; the same from the same seed on the same machine.

    Args:
        inputs: Of `Encoder.inputs`.
        target: Logarithm of measured over physics' seconds, shape (rows,).
        seed: Of the weights and of the order.
    """
    import torch

    center, scale = float(target.mean()), float(target.std()) + _LITTLE
    generator = torch.Generator().manual_seed(seed)
    weights = _initial(inputs.shape[1], generator)
    x = torch.from_numpy(inputs)
    y = torch.tensor((target - center) / scale, dtype=torch.float32)
    steps = _EPOCHS * -(-len(y) // _BATCH)
    optimizer = torch.optim.AdamW(weights.values(), lr=_RATE, weight_decay=_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=_RATE, total_steps=steps, pct_start=0.15)
    for _ in range(_EPOCHS):
        order = torch.randperm(len(y), generator=generator)
        for rows in torch.split(order, _BATCH):
            optimizer.zero_grad()
            said = _forward(weights, x[rows])
            torch.nn.functional.smooth_l1_loss(said, y[rows], beta=0.1).backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
    # Rounded as it is kept, so that a loaded one answers alike.
    halves = {name: each.detach().numpy().astype(np.float16) for name, each in weights.items()}
    return Network({name: each.astype(np.float32) for name, each in halves.items()}, center, scale)


def _initial(inputs: int, generator: Any) -> dict[str, Any]:
    import torch

    def uniform(fan_in: int, *shape: int) -> Any:
        return (torch.rand(shape, generator=generator) * 2 - 1) * fan_in**-0.5

    made = {
        "inputs": uniform(inputs, inputs, _WIDTH),
        "bias": uniform(inputs, _WIDTH),
        "outer": uniform(_WIDTH, _WIDTH, 1),
        "outer_bias": uniform(_WIDTH, 1),
    }
    for layer in range(_LAYERS):
        made |= {
            f"gain_{layer}": torch.ones(_WIDTH),
            f"shift_{layer}": torch.zeros(_WIDTH),
            f"layer_{layer}": uniform(_WIDTH, _WIDTH, _WIDTH),
            f"bias_{layer}": uniform(_WIDTH, _WIDTH),
        }
    return {name: each.requires_grad_() for name, each in made.items()}


def _forward(weights: Mapping[str, Any], inputs: Any) -> Any:
    """The same as Network.predict, for torch."""
    from torch.nn.functional import layer_norm, silu

    values = silu(inputs @ weights["inputs"] + weights["bias"])
    for layer in range(_LAYERS):
        normal = layer_norm(values, (_WIDTH,), weights[f"gain_{layer}"], weights[f"shift_{layer}"])
        values = values + silu(normal @ weights[f"layer_{layer}"] + weights[f"bias_{layer}"])
    return (values @ weights["outer"])[:, 0] + weights["outer_bias"]
