"""Which models to measure first on a new device: those nearest the middles of clusters of all models."""

import numpy as np
import numpy.typing as npt

from predictors.performance.entities import Scale
from predictors.performance.prepared import Prepared

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]

_ROUNDS = 20


def choose_probes(given: Prepared, count: int, *, seed: int) -> Index:
    """Rows to measure first, `count` of each configuration; no measured value is looked at.

    Args:
        given: Rows that could be measured.
        count: How many models of each configuration.
        seed: Of the clusters.
    """
    if count == 0:
        return np.zeros(0, dtype=np.int64)
    features = Scale.of(given.models.features).apply(given.models.features)
    names = np.array([str(each) for each in given.configurations], dtype=object)
    found: list[int] = []
    for name in sorted(set(names)):
        rows = np.flatnonzero(names == name)
        centers = cluster_centers(features[given.which[rows]], min(count, len(rows)), seed=seed)
        left = np.ones(len(rows), dtype=bool)
        for center in centers:
            apart = ((features[given.which[rows]] - center) ** 2).sum(axis=1)
            nearest = int(np.argmin(np.where(left, apart, np.inf)))
            left[nearest] = False
            found.append(int(rows[nearest]))
    return np.array(sorted(found), dtype=np.int64)


def choose_few(given: Prepared, count: int, *, seed: int) -> Index:
    """Rows to measure first, `count` in all: models near the middles of clusters, configurations in turn.

    No measured value is looked at.

    Args:
        given: Rows that could be measured.
        count: At most so many.
        seed: Of the clusters.
    """
    features = Scale.of(given.models.features).apply(given.models.features)[given.which]
    names = np.array([str(each) for each in given.configurations], dtype=object)
    turns = sorted(set(names))
    left = np.ones(len(given), dtype=bool)
    found: list[int] = []
    for number, center in enumerate(cluster_centers(features, min(count, len(given)), seed=seed)):
        apart = ((features - center) ** 2).sum(axis=1)
        in_turn = left & (names == turns[number % len(turns)])
        nearest = int(np.argmin(np.where(in_turn if in_turn.any() else left, apart, np.inf)))
        left[nearest] = False
        found.append(nearest)
    return np.array(sorted(found), dtype=np.int64)


def cluster_centers(points: Floats, count: int, *, seed: int) -> Floats:
    """Lloyd's k-means from a farthest-point start; shape (count, features)."""
    generator = np.random.default_rng(seed)
    centers = points[[int(generator.integers(len(points)))]]
    while len(centers) < count:
        apart = ((points[:, None, :] - centers[None, :, :]) ** 2).sum(axis=2).min(axis=1)
        centers = np.vstack([centers, points[int(np.argmax(apart))]])
    for _ in range(_ROUNDS):
        nearest = ((points[:, None, :] - centers[None, :, :]) ** 2).sum(axis=2).argmin(axis=1)
        centers = np.stack(
            [
                points[nearest == at].mean(axis=0) if (nearest == at).any() else centers[at]
                for at in range(len(centers))
            ]
        )
    return np.asarray(centers, dtype=float)
