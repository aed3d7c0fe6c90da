"""The version of the runtime that a question without one is about: the newest that was measured in its condition."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from predictors.performance.kernels import UNKNOWN, Configuration
from predictors.performance.rows import Rows

_CONDITION = ("mode", "precision", "compiler", "memory_format")


def assumed_versions(rows: Rows, known: Sequence[Configuration]) -> tuple[Rows, list[str | None]]:
    """The rows with a version each, and the version where it was assumed; a device without any takes the newest of all.

    Args:
        rows: What is asked; NaN where no version is stated.
        known: Configurations that were measured.
    """
    versions = rows.version.copy()
    told: list[str | None] = [None] * len(rows)
    found: dict[tuple[str, ...], float] = {}
    for at in np.flatnonzero(~np.isfinite(versions)).tolist():
        asked = tuple(str(getattr(rows, name)[at]) for name in ("hardware", *_CONDITION))
        if asked not in found:
            found[asked] = _newest(asked, known)
        if found[asked] != UNKNOWN:
            versions[at] = found[asked]
            told[at] = version_text(found[asked])
    return replace(rows, version=versions), told


def version_text(version: float) -> str:
    """`2.4` for 2.04, `2.10` for 2.1."""
    major = int(version)
    return f"{major}.{round(100 * (version - major))}"


def _newest(asked: tuple[str, ...], known: Sequence[Configuration]) -> float:
    """Of the same device and as much of the condition as any agrees in; UNKNOWN where results in it state none."""

    def agreement(each: Configuration) -> tuple[bool, int, bool, float]:
        hardware, *condition = asked
        same = sum(getattr(each, name) == value for name, value in zip(_CONDITION, condition, strict=True))
        return each.hardware == hardware, same, each.version == UNKNOWN, each.version

    return max(known, key=agreement).version if known else UNKNOWN
