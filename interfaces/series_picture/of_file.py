"""The picture of a series that was read from a file."""

from interfaces.series_picture.picture import SeriesPicture
from predictors.detection.contract import Verdict
from predictors.detection.series_files import SeriesFile, moment_of

_SECONDS, _MILLISECONDS = (1e8, 1e10), (1e11, 1e13)
"""Plain numbers are moments between 1973 and 2286, as seconds or as milliseconds since 1970; others only count."""
_BETTER = {"higher": "value, higher is better", "lower": "value, lower is better"}


def picture_of_file(read: SeriesFile, verdict: Verdict) -> SeriesPicture:
    """In the unit of the file, with the times of it where they are moments; points are counted from 1."""
    return SeriesPicture(
        title=read.series.name,
        axis=_BETTER.get(read.series.direction, "value"),
        values=read.series.values,
        verdict=verdict,
        seconds=[_seconds(text) for text in read.times],
        environments=read.series.environments,
        titles=read.times,
    )


def _seconds(text: str) -> float | None:
    moment = moment_of(text)
    try:
        float(text)
    except ValueError:
        return moment
    if moment is None or _SECONDS[0] <= moment <= _SECONDS[1]:
        return moment
    return moment / 1000 if _MILLISECONDS[0] <= moment <= _MILLISECONDS[1] else None
