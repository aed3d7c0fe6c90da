"""The detectors by name and version."""

from collections.abc import Callable
from dataclasses import dataclass

from benchmart.errors import UsageError
from predictors.detection import other_detectors, robust_partition
from predictors.detection.arrays import Floats
from predictors.detection.evidence import fit
from predictors.detection.long_series import find_in_any
from predictors.detection.preparation import Prepared
from predictors.detection.robust_partition import Found


@dataclass(frozen=True, slots=True)
class Detector:
    """One way to find changes of level."""

    name: str
    version: str
    """Counts up when its answers change."""
    find: Callable[[Prepared], list[Found]]
    """The changes of each series, with what they come to."""
    cuts: Callable[[Floats], list[int]] | None = None
    """The first points of new levels of one series, of detectors that need no more than its points."""

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


ROBUST_PARTITION = Detector(robust_partition.NAME, robust_partition.VERSION, find_in_any)
"""The one whose verdict counts."""


def _of_cuts(name: str, version: str, cuts: Callable[[Floats], list[int]]) -> Detector:
    def find(prepared: Prepared) -> list[Found]:
        series = (prepared.points[row, :length] for row, length in enumerate(prepared.lengths))
        return [
            Found(found := cuts(points), fit(points, found, 0.0, slope=False), 0.0, has_slope=False)
            for points in series
        ]

    return Detector(name, version, find, cuts)


WINDOW_T = _of_cuts("window_t", "1", other_detectors.window_t)
ROLLING_Z = _of_cuts("rolling_z", "1", other_detectors.rolling_z)
OTHERS = (WINDOW_T, ROLLING_Z)
"""Heard beside it: which of them found a change, too, is told with it."""
DETECTORS = {
    each.name: each
    for each in (ROBUST_PARTITION, *OTHERS, _of_cuts("no_change", "1", other_detectors.no_change))
}


def detector_named(name: str | None) -> Detector:
    """The detector of that name, the one that counts for None. Raises UsageError for an unknown one."""
    if name is None:
        return ROBUST_PARTITION
    if name not in DETECTORS:
        raise UsageError(f"no detector {name!r}", hint=f"Detectors: {', '.join(DETECTORS)}")
    return DETECTORS[name]
