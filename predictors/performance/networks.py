"""Networks by fold, blended with trees by how well both do on models that neither has seen."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from predictors.performance.crossfit import CrossFit, fold_of_rows
from predictors.performance.network import Encoder, Network, fit_network
from predictors.performance.prepared import Prepared

Floats = npt.NDArray[np.float64]

_SHARES = np.linspace(0, 1, 11)
"""Those of the networks that are tried."""


@dataclass(frozen=True, slots=True)
class Blend:
    """Trees and one network a fold, which has not seen the models that the trees of the fold have not seen."""

    trees: CrossFit
    encoder: Encoder
    networks: tuple[Network, ...]
    share: float
    """Of the networks in the answer."""

    def predict(self, given: Prepared) -> Floats:
        """Log seconds of one item, shape (rows,)."""
        by_trees = self.trees.predict(given)
        if self.share == 0:
            return by_trees
        inputs = self.encoder.inputs(given)

        def by_networks(fold: int, rows: npt.NDArray[np.bool_]) -> Floats:
            return self.networks[fold].predict(inputs[rows])

        said = given.physics + self.trees.answer(given, by_networks)
        return np.asarray((1 - self.share) * by_trees + self.share * said, dtype=float)

    def knows(self, given: Prepared) -> npt.NDArray[np.bool_]:
        """Whether networks have learned from the configuration of a row, shape (rows,)."""
        known = set(self.encoder.configurations)
        return np.array([str(each) in known for each in given.configurations], dtype=bool)


def fit_blend(
    given: Prepared, trees: CrossFit, groups: npt.NDArray[np.generic], *, count: int, seed: int
) -> Blend:
    """Trains networks on the folds of the trees, and finds their share.

    Args:
        given: Measured rows.
        trees: Trained on the same rows, groups, count and seed.
        groups: What lies together, shape (rows,).
        count: Folds.
        seed: Of folds, weights and order.
    """
    place = fold_of_rows(groups, count, seed)
    target = given.target - given.physics
    encoder = Encoder.of(given)
    inputs = encoder.inputs(given)

    def fit(fold: int) -> Network:
        rest = place != fold
        return fit_network(inputs[rest], target[rest], seed=seed + fold)

    with _single_threads(), ThreadPoolExecutor(os.cpu_count()) as pool:
        networks = tuple(pool.map(fit, sorted(set(place.tolist()))))
    alone = Blend(trees, encoder, networks, 1.0)
    return Blend(
        trees, encoder, networks, best_share(trees.predict(given), alone.predict(given), given.target)
    )


def best_share(by_trees: Floats, by_networks: Floats, target: Floats) -> float:
    """The share with which the blend is least off; every row is answered by a fold that has not seen its model."""

    def off(share: float) -> float:
        return float(np.mean(np.abs((1 - share) * by_trees + share * by_networks - target)))

    return float(min(_SHARES, key=off))


@contextmanager
def _single_threads() -> Iterator[None]:
    """Folds run side by side: threads of torch's own would wait for each other."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
