"""Judging series: the one entrance to the detectors.

series, a session as one point -> streams, one an environment -> prepared in batches of like length -> changes ->
outliers, trend -> verdicts.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from predictors.detection.arrays import Floats
from predictors.detection.changes import changes_of
from predictors.detection.contract import FEWEST_POINTS, ChangePoint, Series, Trend, Verdict
from predictors.detection.detectors import ROBUST_PARTITION, Detector
from predictors.detection.outliers import outliers
from predictors.detection.preparation import Prepared, prepare
from predictors.detection.robust_partition import Found
from predictors.detection.sessions import grouped, in_runs
from predictors.detection.streams import Stream, batches, streams_of
from predictors.detection.trend import trend

_UNKNOWN = Trend("insufficient data", None, None, None)
_LEAST_NOISE = 1e-9
"""Relative to the scale of a series: smaller deviations are rounding."""


@dataclass(frozen=True, slots=True)
class _Judged:
    stream: Stream
    changes: list[ChangePoint]
    outliers: list[int]
    spread: float
    centered: Floats
    """Points with spikes pulled in, less their median."""
    is_log: bool


def judge(series: Series) -> Verdict:
    """Changes of level, outliers and trend of one series. Multiplying all values by one number changes nothing."""
    (verdict,) = judge_many([series])
    return verdict


def judge_many(series: Iterable[Series], detector: Detector = ROBUST_PARTITION) -> Sequence[Verdict]:
    """The verdict of each series, in order; a good deal faster a series than one call for each."""
    given = list(series)
    groups = [grouped(each) for each in given]
    told = [group.sessions if group else each for each, group in zip(given, groups, strict=True)]
    verdicts = _judge_points(told, detector)
    return [in_runs(group, one) if group else one for group, one in zip(groups, verdicts, strict=True)]


def _judge_points(told: Sequence[Series], detector: Detector) -> list[Verdict]:
    streams = [stream for number, each in enumerate(told) for stream in streams_of(number, each)]
    judged: dict[int, list[_Judged]] = {number: [] for number in range(len(told))}
    counts = dict.fromkeys(range(len(told)), 0)
    for stream in streams:
        counts[stream.number] += len(stream.values)
    for batch in batches([stream for stream in streams if len(stream.values) >= FEWEST_POINTS]):
        for one in _judge_batch(batch, detector):
            judged[one.stream.number].append(one)
    return [_verdict(each, counts[number], judged[number], detector) for number, each in enumerate(told)]


def verdict_of(series: Series, prepared: Prepared, found: Found) -> Verdict:
    """The verdict of one series of finite values and one environment, with the changes that were found in it."""
    (stream,) = streams_of(0, series)
    judged = _judged(stream, prepared, 0, found)
    return _verdict(series, len(stream.values), [judged], ROBUST_PARTITION)


def _judge_batch(streams: list[Stream], detector: Detector) -> Iterator[_Judged]:
    prepared = prepare([stream.values for stream in streams])
    for row, (stream, found) in enumerate(zip(streams, detector.find(prepared), strict=True)):
        yield _judged(stream, prepared, row, found)


def _judged(stream: Stream, prepared: Prepared, row: int, found: Found) -> _Judged:
    length, is_log = len(stream.values), bool(prepared.is_log[row])
    points = prepared.points[row, :length]
    scale = 1.0 if is_log else max(abs(float(prepared.centers[row])), float(np.abs(points).max()))
    off, spread = outliers(points, found.fit.levels, found.cuts, _LEAST_NOISE * scale)
    counted = np.ones(length, np.bool_)
    counted[off] = False
    return _Judged(
        stream=stream,
        changes=changes_of(stream, prepared, row, found, counted),
        outliers=[int(stream.places[place]) for place in off],
        spread=spread,
        centered=prepared.clipped[row, :length],
        is_log=is_log,
    )


def _together(judged: Sequence[_Judged]) -> tuple[float, Floats]:
    """The usual deviation in several environments, and their points, each less its own median, in one order."""
    spread = float(np.average([one.spread for one in judged], weights=[len(one.centered) for one in judged]))
    order = np.argsort(np.concatenate([one.stream.places for one in judged]))
    return spread, np.concatenate([one.centered for one in judged])[order]


def _verdict(series: Series, count: int, judged: list[_Judged], detector: Detector) -> Verdict:
    if not judged:
        where = "" if series.environments is None or count < FEWEST_POINTS else " in any environment"
        why = f"fewer than {FEWEST_POINTS} points{where}"
        return Verdict(series.name, str(detector), count, why, (), (), _UNKNOWN, None)
    spread, centered = (judged[0].spread, judged[0].centered) if len(judged) == 1 else _together(judged)
    is_log = all(one.is_log for one in judged)
    changes = sorted((change for one in judged for change in one.changes), key=lambda change: change.index)
    return Verdict(
        series=series.name,
        detector=str(detector),
        point_count=count,
        insufficient=None,
        change_points=tuple(changes),
        outliers=tuple(sorted(place for one in judged for place in one.outliers)),
        trend=trend(centered, spread, series.direction, is_log=is_log),
        spread=spread,
    )
