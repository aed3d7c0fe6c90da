"""Runs taken one after the other share what the machine was like that hour: a session counts as one point.

series of runs -> medians of sessions -> verdict -> the same in places of runs.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from predictors.detection.arrays import Floats
from predictors.detection.contract import ChangePoint, Series, Verdict
from predictors.detection.outliers import outliers

_FEWEST_IN_A_SESSION = 3
"""Of two runs, nothing tells which is off."""
_LEAST_NOISE = 1e-9
"""Relative: smaller deviations are rounding."""


@dataclass(frozen=True, slots=True)
class Grouped:
    """A series of sessions, and where their runs are in the series that was given."""

    runs: Series
    sessions: Series
    places: Sequence[Sequence[int]]
    """Of the runs of each session, in order."""


def grouped(series: Series) -> Grouped | None:
    """Medians in place of sessions of several runs; None where every run counts.

    Where all runs of an environment are one session, nothing tells how sessions differ, and each of them counts.
    """
    if series.sessions is None or len(set(series.sessions)) in {1, len(series.sessions)}:
        return None
    places = _places(series)
    if len(places) == len(series.values):
        return None
    told = Series(
        series.name,
        [float(np.median([series.values[run] for run in runs])) for runs in places],
        series.direction,
        None if series.environments is None else [series.environments[runs[0]] for runs in places],
    )
    return Grouped(series, told, places)


def _places(series: Series) -> list[list[int]]:
    """Of finite values, by session; sessions in the order of their first runs."""
    environments = series.environments or [""] * len(series.values)
    by_environment: dict[str, dict[int, list[int]]] = {}
    for run, (environment, session) in enumerate(zip(environments, series.sessions or (), strict=True)):
        if np.isfinite(series.values[run]):
            by_environment.setdefault(environment, {}).setdefault(session, []).append(run)
    places: list[list[int]] = []
    for sessions in by_environment.values():
        (first, *others) = sessions.values()
        places += [first, *others] if others else [[run] for run in first]
    return sorted(places)


def in_runs(group: Grouped, verdict: Verdict) -> Verdict:
    """The verdict on sessions, in places of runs. Points before and after a change remain sessions."""
    off = {run for session in verdict.outliers for run in group.places[session]} | _off_their_session(group)
    return replace(
        verdict,
        point_count=sum(map(len, group.places)),
        insufficient=verdict.insufficient and verdict.insufficient.replace("points", "sessions"),
        change_points=tuple(_change(group, change) for change in verdict.change_points),
        outliers=tuple(sorted(off)),
    )


def _change(group: Grouped, change: ChangePoint) -> ChangePoint:
    return replace(change, index=group.places[change.index][0], previous=group.places[change.previous][-1])


def _off_their_session(group: Grouped) -> set[int]:
    """Single runs that the others of their session do not bear out."""
    sessions = [runs for runs in group.places if len(runs) >= _FEWEST_IN_A_SESSION]
    if not sessions:
        return set()
    order = [run for runs in sessions for run in runs]
    values = np.array([group.runs.values[run] for run in order], np.float64)
    is_log = bool(values.min() > 0)
    points: Floats = np.log(values) if is_log else values
    ends = np.cumsum([len(runs) for runs in sessions])[:-1]
    medians = np.repeat(
        [np.median(each) for each in np.split(points, ends)], [len(runs) for runs in sessions]
    )
    least = _LEAST_NOISE * (1.0 if is_log else float(np.abs(values).max()))
    found, _ = outliers(points, medians, [], least)
    return {order[place] for place in found}
