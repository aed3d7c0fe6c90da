"""Series that people annotated: how well found changes agree with them.

Scores of the Turing change point dataset (van den Burg and Williams 2020, arXiv:2003.06222, section 4): the F1 of
changes with a margin of 5 points, precision against all annotators together, recall the mean over annotators; and the
covering of each annotator's segments, the mean over annotators.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from predictors.detection.arrays import Floats

_MARGIN = 5
SET_ON = frozenset(
    {
        "gdp_argentina",
        "gdp_croatia",
        "gdp_iran",
        "jfk_passengers",
        "nile",
        "ozone",
        "quality_control_1",
        "quality_control_2",
        "quality_control_4",
        "quality_control_5",
        "shanghai_license",
        "uk_coal_employ",
        "usd_isk",
        "well_log",
    }
)
"""Series that settings of the detector were chosen with; the others are scored apart."""


@dataclass(frozen=True, slots=True)
class Annotated:
    """A series of one dimension."""

    name: str
    values: Floats
    """nan where there is none."""
    annotations: Mapping[str, Sequence[int]]
    """By annotator, the 0-based first points of new segments."""


def read(folder: Path) -> list[Annotated]:
    """The series of a folder that has them as JSON, with `annotations.json`."""
    annotations = json.loads((folder / "annotations.json").read_text())
    told = []
    for name, by_annotator in sorted(annotations.items()):
        path = folder / f"{name}.json"
        document = json.loads(path.read_text()) if path.exists() else {"n_dim": 0}
        if document["n_dim"] == 1:
            raw = document["series"][0]["raw"]
            values = np.array([np.nan if value is None else value for value in raw], np.float64)
            told.append(Annotated(name, values, by_annotator))
    return told


def f1(series: Annotated, found: Sequence[int]) -> float:
    """From 0 to 1; the first point counts as a change of all, so that a series without changes can be scored."""
    told = {0, *found}
    annotated = [{0, *changes} for changes in series.annotations.values()]
    precision = _matches(set().union(*annotated), told) / len(told)
    recall = float(np.mean([_matches(changes, told) / len(changes) for changes in annotated]))
    return 2 * precision * recall / (precision + recall)


def covering(series: Annotated, found: Sequence[int]) -> float:
    """From 0 to 1: how much of each annotated segment the found one that fits best has in common with it."""
    count = len(series.values)
    told = _segments(found, count)
    scores = [
        sum(
            (end - begin) * max(_common((begin, end), other) for other in told)
            for begin, end in _segments(changes, count)
        )
        for changes in series.annotations.values()
    ]
    return float(np.mean(scores)) / count


def _matches(changes: Iterable[int], found: Iterable[int]) -> int:
    left, count = set(found), 0
    for change in sorted(changes):
        near = sorted((abs(change - place), place) for place in left if abs(change - place) <= _MARGIN)
        if near:
            left.remove(near[0][1])
            count += 1
    return count


def _segments(changes: Sequence[int], count: int) -> list[tuple[int, int]]:
    return [(begin, end) for begin, end in pairwise([0, *sorted(set(changes) - {0}), count]) if end > begin]


def _common(one: tuple[int, int], other: tuple[int, int]) -> float:
    """Jaccard index of two stretches."""
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return max(0, shared) / (max(one[1], other[1]) - min(one[0], other[0]))
