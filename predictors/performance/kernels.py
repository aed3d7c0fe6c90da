"""How alike two configurations are, and how alike two models are: covariances of what a first predictor got wrong."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from predictors.performance.rows import Rows

Floats = npt.NDArray[np.float64]

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

    def differences(self, other: "Configuration") -> tuple[float, ...]:
        """1 where the two differ, 0 where not, in the order of DIFFERENCES; versions by how far they are apart."""
        named = (
            float(getattr(self, name) != getattr(other, name))
            for name in DIFFERENCES
            if name not in {"version", "precision"}
        )
        return (
            *named,
            _precision_apart(self.precision, other.precision),
            _versions_apart(self.version, other.version),
        )


def _precision_apart(one: str, other: str) -> float:
    """16-bit formats of equal speed are nearer to each other than to 32 bits."""
    if one == other:
        return 0.0
    return 0.5 if "16" in one and "16" in other else 1.0


def _versions_apart(one: float, other: float) -> float:
    """By how far they are apart; one that is not known is far from all others."""
    if one == other:
        return 0.0
    return 1.0 if UNKNOWN in {one, other} else min(1.0, 10 * abs(one - other))


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
    """Shape (of, to, DIFFERENCES)."""
    return np.array([[one.differences(other) for other in to] for one in of], dtype=float).reshape(
        len(of), len(to), len(DIFFERENCES)
    )


def similarity(apart: Floats, scales: Floats) -> Floats:
    """exp(-sum of scaled differences): 1 for equal configurations. Shape (of, to)."""
    return np.exp(-apart @ scales)
