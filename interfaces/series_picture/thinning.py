"""Fewer points where more would lie on each other: of those that share a column, the lowest and the highest."""

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

_Column = TypeVar("_Column", bound=Hashable)


def extremes(
    places: Iterable[int], column_of: Callable[[int], _Column], value_of: Callable[[int], float]
) -> dict[_Column, tuple[int, int]]:
    """Of each column the places of its lowest and highest value, in order of first points."""
    found: dict[_Column, tuple[int, int]] = {}
    for place in places:
        column = column_of(place)
        low, high = found.get(column, (place, place))
        found[column] = (
            place if value_of(place) < value_of(low) else low,
            place if value_of(place) > value_of(high) else high,
        )
    return found
