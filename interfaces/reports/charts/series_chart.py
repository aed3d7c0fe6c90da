"""A series with what was found in it, as SVG: points, levels with intervals, changes, outliers, switches, baseline."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from interfaces.reports.charts.lines import GAP, moments_below, most_ticks, ticks_below
from interfaces.reports.charts.scale import Scale, linear, logarithmic
from interfaces.reports.charts.series_changes import changes, labels
from interfaces.reports.charts.series_points import outliers, points
from interfaces.reports.charts.svg import Caption, box, figure, line, words
from interfaces.reports.charts.text import LINE, fitted, text_width
from interfaces.series_picture.levels import Level, levels_of
from interfaces.series_picture.picture import SeriesPicture
from interfaces.series_picture.words import label_of, told_apart

_HEIGHT = 200
_EDGE = 16
_Y_TICKS = 4
_LABEL_ROWS = 2
_DIGITS = 12
"""Of ticks that would all be written alike."""
_LEAST_LEVEL = 1.0
"""Pixels: a level that is shorter shows in nothing but its points."""
_ENVIRONMENT_WIDTH = 170
_NUMBERS_FOR_A_MOMENT = 2
"""As much room takes the number of a point."""
_MOST_TOLD = 20
"""Changes that are told in words to those who cannot see them."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a picture's points lie, in pixels."""

    across: Scale
    height: Scale
    x: dict[int, float]
    """Place of a point in the series to its pixel."""
    left: float
    right: float
    top: float
    bottom: float
    is_numbered: bool
    """Whether points are numbered, as the times of all are not known."""


def series_chart(name: str, picture: SeriesPicture, width: int, shown: Callable[[float], str]) -> str:
    """The whole drawing, `width` pixels wide, for any finite values; what cannot be drawn is left out.

    In order of time where all points have one, else one after another. `name` tells it from the others of a page.
    """
    found = levels_of(picture)
    is_log = picture.spans_ratios([level.value for level in found])
    frame = _frame(picture, width, shown, is_log=is_log)
    lowest = LINE if not picture.switches() else 2 * LINE
    drawn = [
        words(0, LINE - 4, _axis(picture, frame, width, shown, is_log=is_log), class_="soft"),
        *_grid(frame, shown),
        *_baseline(picture, frame, shown),
        *_bands(found, frame),
        *_switches(picture, frame),
        *points(picture, frame.x, frame.height),
        *_level_lines(found, frame),
        *changes(picture, frame, shown),
        *outliers(picture, frame.x, frame.height),
        *labels(picture, frame, shown, _LABEL_ROWS),
        *_environments(picture, found, frame),
        *_below(picture, frame),
    ]
    return figure(name, _caption(picture, shown), width, frame.bottom + lowest + GAP, drawn)


def _frame(picture: SeriesPicture, width: int, shown: Callable[[float], str], *, is_log: bool) -> Frame:
    top = (1.5 + _LABEL_ROWS) * LINE
    bottom = top + _HEIGHT
    height = (logarithmic if is_log else linear)(picture.extent(), bottom, top)
    left = max((text_width(text) for _, text in _ticks(height, shown)), default=0) + GAP
    right = float(width - _EDGE)
    places = picture.drawn()
    moments = picture.moments()
    at = moments or [float(place + 1) for place in places] or [1.0]
    room = (at[-1] - at[0]) * 0.02 or 0.5
    across = Scale(at[0] - room, at[-1] + room, left, right)
    x = {place: across(moment) for place, moment in zip(places, at, strict=False)}
    return Frame(across, height, x, left, right, top, bottom, moments is None)


def _axis(
    picture: SeriesPicture, frame: Frame, width: int, shown: Callable[[float], str], *, is_log: bool
) -> str:
    """What the values are, and as much of how they are drawn as there is room for."""
    text = fitted(picture.axis, width)
    baseline = "" if picture.baseline is None else f"baseline {shown(picture.baseline)}"
    for more in ("log axis" if is_log else "", baseline, "by point number" if frame.is_numbered else ""):
        longer = ", ".join(filter(None, (text, more)))
        text = longer if text_width(longer) <= width else text
    return text


def _ticks(height: Scale, shown: Callable[[float], str]) -> list[tuple[float, str]]:
    ticks = height.ticks(_Y_TICKS)
    texts = [shown(tick) for tick in ticks]
    if len(set(texts)) < len(texts):
        texts = [f"{tick:.{_DIGITS}g}" for tick in ticks]
    return list(zip(ticks, texts, strict=True))


def _grid(frame: Frame, shown: Callable[[float], str]) -> Iterator[str]:
    for tick, text in _ticks(frame.height, shown):
        yield line(frame.left, frame.height(tick), frame.right, frame.height(tick), "grid")
        yield words(frame.left - 6, frame.height(tick) + 4, text, "end", class_="soft")


def _baseline(picture: SeriesPicture, frame: Frame, shown: Callable[[float], str]) -> Iterator[str]:
    if picture.baseline is not None:
        y = frame.height(picture.baseline)
        title = f"baseline: {shown(picture.baseline)}"
        yield line(frame.left, y, frame.right, y, "baseline")
        yield box(frame.left, y - 4, frame.right - frame.left, 8, class_="target", title=title)


def _bands(found: list[Level], frame: Frame) -> Iterator[str]:
    """The 95 % interval of each level, under everything else."""
    for level in _wide_enough(found, frame):
        if level.low is not None and level.high is not None:
            left, right = frame.x[level.first], frame.x[level.last]
            upper, lower = frame.height(level.high), frame.height(level.low)
            yield box(left, upper, right - left, max(lower - upper, 1.0), class_="band")


def _level_lines(found: list[Level], frame: Frame) -> Iterator[str]:
    for level in _wide_enough(found, frame):
        y = frame.height(level.value)
        yield line(frame.x[level.first], y, frame.x[level.last], y, "level")


def _wide_enough(found: list[Level], frame: Frame) -> list[Level]:
    return [each for each in found if frame.x[each.last] - frame.x[each.first] >= _LEAST_LEVEL]


def _switches(picture: SeriesPicture, frame: Frame) -> Iterator[str]:
    for one, other in picture.switches():
        x = (frame.x[one] + frame.x[other]) / 2
        yield line(x, frame.top, x, frame.bottom, "switch")


def _environments(picture: SeriesPicture, found: list[Level], frame: Frame) -> Iterator[str]:
    """What was measured with what: below each stretch, or at the end of each level where environments take turns."""
    turns = picture.switches()
    if turns:
        places = picture.drawn()
        firsts = [places[0], *(other for _, other in turns)]
        borders = [frame.left, *((frame.x[one] + frame.x[other]) / 2 for one, other in turns), frame.right]
        names = told_apart([picture.environment(place) for place in firsts])
        for name, (left, right) in zip(names, pairwise(borders), strict=True):
            text = fitted(name, right - left - GAP)
            if text != "…":
                yield words((left + right) / 2, frame.bottom + 2 * LINE, text, "middle", class_="soft")
        return
    yield from _level_names(picture, found, frame)


def _level_names(picture: SeriesPicture, found: list[Level], frame: Frame) -> Iterator[str]:
    """At the right end of the last level of each environment; none where one would lie on another."""
    apart = picture.told_apart()
    last = {level.environment: level for level in sorted(found, key=lambda level: level.last)}
    heights = [max(frame.height(last[each].value) - 6, frame.top + LINE) for each in apart if each in last]
    if len(heights) < len(apart) or any(other - one < LINE for one, other in pairwise(sorted(heights))):
        return
    for name, y in zip(told_apart(apart), heights, strict=True):
        yield words(frame.right - 4, y, fitted(name, _ENVIRONMENT_WIDTH), "end", class_="halo")


def _below(picture: SeriesPicture, frame: Frame) -> list[str]:
    if not frame.is_numbered:
        return moments_below(frame.across, frame.bottom)
    count = len(picture.values)
    most = _NUMBERS_FOR_A_MOMENT * most_ticks(frame.across)
    ticks = [tick for tick in frame.across.ticks(most) if tick == int(tick) and 1 <= tick <= count]
    return ticks_below(frame.across, frame.bottom, [(tick, f"{int(tick):,}") for tick in ticks])


def _caption(picture: SeriesPicture, shown: Callable[[float], str]) -> Caption:
    """What the picture shows, for those who cannot see it."""
    verdict = picture.verdict
    told = [f"{len(picture.drawn()):,} points"]
    if verdict.insufficient:
        told.append(f"not judged: {verdict.insufficient}")
    else:
        found = [f"{label_of(each, shown)} at point {each.index + 1}" for each in verdict.change_points]
        told.append(f"changes of level: {', '.join(found[:_MOST_TOLD]) or 'none'}")
        told += [f"{len(found) - _MOST_TOLD} more"] if len(found) > _MOST_TOLD else []
        told.append(f"{len(verdict.outliers)} outliers, trend {verdict.trend.kind}")
    return Caption(picture.title or "A series", "; ".join(told))
