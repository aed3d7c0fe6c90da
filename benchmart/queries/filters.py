"""From the values that were asked for to a condition in SQL; values are bound, never pasted."""

from collections.abc import Mapping, Sequence
from typing import Any


def kept(wanted: Mapping[str, Sequence[str]], *more: str) -> tuple[str, dict[str, Any]]:
    """A `where` that keeps rows whose columns have one of the wanted values, and its parameters.

    An empty list keeps all. `more` are conditions of our own. Empty when there is none.
    """
    given = {column: list(values) for column, values in wanted.items() if values}
    # Parameters are numbered: columns may have a table's name before them.
    names = {column: f"kept_{number}" for number, column in enumerate(given)}
    terms = [*(f"list_contains(${name}, {column})" for column, name in names.items()), *more]
    parameters = {names[column]: values for column, values in given.items()}
    return (f"where {' and '.join(terms)}" if terms else ""), parameters
