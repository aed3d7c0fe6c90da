"""A series as streams, one an environment, in batches of like length."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from predictors.detection.arrays import Floats, Integers
from predictors.detection.contract import Series

_MOST, _MOST_POINTS = 400, 100_000
"""Streams of a batch, and points of all: numpy's calls cost as much for one as for dozens, up to what caches hold."""
_LONGEST_OF_SHORTEST = 1.25
"""Streams of a batch are padded to the longest, which may be so many times as long as the shortest."""


@dataclass(frozen=True, slots=True)
class Stream:
    """The points of one environment of a series."""

    number: int
    """Of the series among those judged together."""
    series: Series
    environment: str | None
    places: Integers
    """Of its points in the series."""
    values: Floats
    """Finite ones only."""


def streams_of(number: int, series: Series) -> Iterator[Stream]:
    """One for each environment, in the order they are first seen."""
    values = np.asarray(series.values, np.float64)
    is_finite = np.isfinite(values)
    if series.environments is None:
        places = np.flatnonzero(is_finite)
        yield Stream(number, series, None, places, values[places])
        return
    names = np.asarray(series.environments)
    for name in dict.fromkeys(series.environments):
        places = np.flatnonzero(is_finite & (names == name))
        yield Stream(number, series, name, places, values[places])


def batches(streams: Sequence[Stream]) -> Iterator[list[Stream]]:
    """Of like length, short ones first."""
    batch: list[Stream] = []
    for stream in sorted(streams, key=lambda one: len(one.values)):
        longest = _LONGEST_OF_SHORTEST * len(batch[0].values) if batch else 0.0
        is_full = len(batch) == _MOST or len(batch) * len(stream.values) >= _MOST_POINTS
        if batch and (is_full or len(stream.values) > longest):
            yield batch
            batch = []
        batch.append(stream)
    if batch:
        yield batch
