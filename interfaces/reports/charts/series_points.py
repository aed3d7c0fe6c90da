"""Points of a series: dots that can be pointed at, or where they crowd one stroke a column of pixels."""

from collections.abc import Iterator, Mapping

from interfaces.reports.charts.scale import Scale
from interfaces.reports.charts.svg import dot, element
from interfaces.series_picture.picture import SeriesPicture
from interfaces.series_picture.thinning import extremes

_FEW = 100
"""Points up to which they are drawn large."""
_MOST_DOTS = 500
"""Points that are dots of their own; more are strokes, which keep a drawing small."""
_LONGEST_TITLE = 80


def points(picture: SeriesPicture, x: Mapping[int, float], height: Scale) -> Iterator[str]:
    """All points but outliers."""
    off = set(picture.verdict.outliers)
    counted = [place for place in picture.drawn() if place not in off]
    apart = picture.told_apart()
    hues = {environment: f" hue-{number}" for number, environment in enumerate(apart)}
    if len(counted) > _MOST_DOTS:
        yield from _strokes(picture, counted, x, height, hues)
        return
    radius, class_ = (3.5, "mark") if len(counted) <= _FEW else (2.0, "mark faint")
    for place in counted:
        hue = hues.get(picture.environment(place), "")
        yield dot(x[place], height(picture.values[place]), radius, class_ + hue, _title(picture, place))


def outliers(picture: SeriesPicture, x: Mapping[int, float], height: Scale) -> Iterator[str]:
    """Points off their level, hollow, over all the others; in a crowd the farthest of each column."""
    off = [place for place in picture.verdict.outliers if place in x]
    is_crowd = len(off) > _FEW
    if is_crowd:
        found = extremes(off, lambda place: round(x[place]), picture.values.__getitem__)
        off = sorted({place for pair in found.values() for place in pair})
    for place in off:
        title = "" if is_crowd else _title(picture, place)
        yield dot(x[place], height(picture.values[place]), 4.0, "hollow", title)


def _strokes(
    picture: SeriesPicture,
    counted: list[int],
    x: Mapping[int, float],
    height: Scale,
    hues: Mapping[str | None, str],
) -> Iterator[str]:
    """One path an environment, with a stroke from the lowest to the highest of each column and level.

    Levels are kept apart, so that a column in which one ends does not join it with the next.
    """
    cuts = sorted(change.index for change in picture.verdict.change_points)
    level, ahead = 0, iter(cuts)
    border = next(ahead, None)
    columns: dict[str, dict[tuple[int, int], tuple[int, int]]] = {}
    grouped: dict[str, list[tuple[int, int]]] = {}
    for place in counted:
        while border is not None and place >= border:
            level, border = level + 1, next(ahead, None)
        grouped.setdefault(hues.get(picture.environment(place), ""), []).append((place, level))
    for hue, own in grouped.items():
        levels = dict(own)
        columns[hue] = extremes(
            levels,
            lambda place, levels=levels: (round(x[place]), levels[place]),  # type: ignore[misc]
            picture.values.__getitem__,
        )
    for hue, found in columns.items():
        strokes = (
            f"M{column} {height(picture.values[low]):.1f}V{height(picture.values[high]):.1f}"
            for (column, _), (low, high) in found.items()
        )
        yield element("path", d="".join(strokes), class_=f"stroke{hue}")


def _title(picture: SeriesPicture, place: int) -> str:
    return picture.titles[place][:_LONGEST_TITLE] if picture.titles is not None else ""
