"""How alike two configurations are, and how alike two models are: covariances of what a first predictor got wrong."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from predictors.performance.rows import Rows

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Names = npt.NDArray[np.object_]

UNKNOWN = -1.0

DIFFERENCES = ("hardware", "kind", "mode", "compiler", "memory_format", "precision", "version")


@dataclass(frozen=True, slots=True)
class Configuration:
    """What is equal in the results of one file: all but the model and its batch."""

    hardware: str
    kind: str
    mode: str
    compiler: str
    memory_format: str
    precision: str
    version: float
    """Of the runtime, as a number; UNKNOWN where it is not stated."""


def _precisions_apart(of: Names, to: Names) -> Floats:
    """16-bit formats of equal speed are nearer to each other than to 32 bits."""
    halves = np.array(["16" in each for each in of])[:, None] & np.array(["16" in each for each in to])
    return np.where(_differ(of, to), np.where(halves, 0.5, 1.0), 0.0)


def _versions_apart(of: Floats, to: Floats) -> Floats:
    """By how far they are apart; one that is not known is far from all others."""
    one, other = of[:, None], to[None, :]
    apart = np.minimum(1.0, 10 * np.abs(one - other))
    return np.where((one != other) & ((one == UNKNOWN) | (other == UNKNOWN)), 1.0, apart)


def _differ(of: Names, to: Names) -> Bools:
    return np.asarray(of[:, None] != to[None, :], dtype=bool)


def configurations(rows: Rows, kinds: dict[str, str]) -> list[Configuration]:
    """The configuration of each row."""
    # NaN is not equal to itself: each result would be a configuration of its own.
    versions = np.where(np.isfinite(rows.version), rows.version, UNKNOWN).tolist()
    columns = (rows.hardware, rows.mode, rows.compiler, rows.memory_format, rows.precision, versions)
    return [
        Configuration(hardware, kinds.get(hardware, ""), mode, compiler, layout, precision, version)
        for hardware, mode, compiler, layout, precision, version in zip(*columns, strict=True)
    ]


def distances(of: Sequence[Configuration], to: Sequence[Configuration]) -> Floats:
    """1 where two differ, 0 where not, versions by how far they are apart; shape (of, to, DIFFERENCES)."""

    def column(given: Sequence[Configuration], name: str) -> Names:
        return np.array([getattr(each, name) for each in given], dtype=object)

    def apart(name: str) -> Floats:
        one, other = column(of, name), column(to, name)
        if name == "version":
            return _versions_apart(one.astype(float), other.astype(float))
        return _precisions_apart(one, other) if name == "precision" else _differ(one, other).astype(float)

    return np.stack([apart(name) for name in DIFFERENCES], axis=2)


def similarity(apart: Floats, scales: Floats) -> Floats:
    """exp(-sum of scaled differences): 1 for equal configurations. Shape (of, to)."""
    return np.exp(-apart @ scales)
