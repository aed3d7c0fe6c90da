"""Results as a table: a row a subject (a model at one size of input), a column a configuration it was measured in."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

LEAST_COLUMN = 20
"""Results that a configuration needs, so that its usual deviation can be told."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Results of one metric that is above zero, all arrays of the same length."""

    subjects: Sequence[str]
    """What was measured, by name: subjects whose names share letters are taken for relatives."""
    configurations: Sequence[str]
    """On what, and how."""
    values: Floats
    """In any unit, as long as it is the same within a configuration."""
    features: Floats
    """Shape (cells, features), above zero: sizes of the subject such as its operations; nan for what is not known."""


@dataclass(frozen=True, slots=True)
class Table:
    """The logarithms of the values: the median where a subject has several results in a configuration."""

    names: list[str]
    rows: Integers
    """Of each cell; -1 for those that are not judged."""
    columns: Integers
    values: Floats
    """Shape (rows, columns); nan where there is no result."""
    features: Floats
    """Shape (rows, features), standardised; 0 where they are not known."""

    @property
    def is_there(self) -> npt.NDArray[np.bool_]:
        """Which cells hold a result."""
        return ~np.isnan(self.values)


def tabulate(cells: Cells) -> Table:
    """The table of those cells whose subject and configuration have enough results.

    A configuration needs LEAST_COLUMN subjects, a subject two configurations: one result has no witness.
    """
    values = np.asarray(cells.values, np.float64)
    kept = np.isfinite(values) & (values > 0)
    subjects, rows = np.unique(np.asarray(cells.subjects, np.str_), return_inverse=True)
    _, columns = np.unique(np.asarray(cells.configurations, np.str_), return_inverse=True)
    while kept.any():
        enough = (_partners(rows, columns, kept) > 1) & (_partners(columns, rows, kept) >= LEAST_COLUMN)
        if not (kept & ~enough).any():
            break
        kept &= enough
    used, row_places = _renumbered(rows, kept)
    _, column_places = _renumbered(columns, kept)
    table = np.full((len(used), column_places.max(initial=-1) + 1), np.nan)
    places = row_places * max(table.shape[1], 1) + column_places
    # Nearly every cell has one result; medians are worked out for the few that have more.
    _, first, counts = np.unique(places[kept], return_index=True, return_counts=True)
    firsts = np.flatnonzero(kept)[first]
    table[row_places[firsts], column_places[firsts]] = np.log(values[firsts])
    is_repeated = kept & np.isin(places, places[firsts[counts > 1]])
    for group in _groups(places, is_repeated):
        table[row_places[group[0]], column_places[group[0]]] = np.median(np.log(values[group]))
    features = _features(cells.features, row_places, len(used))
    return Table([str(name) for name in subjects[used]], row_places, column_places, table, features)


def _partners(keys: Integers, others: Integers, kept: npt.NDArray[np.bool_]) -> Integers:
    """For each cell: with how many different `others` its key is seen, among the cells that are kept."""
    pairs = np.unique(np.stack([keys[kept], others[kept]]), axis=1)
    counts: Integers = np.bincount(pairs[0], minlength=keys.max() + 1)[keys]
    return counts


def _renumbered(keys: Integers, kept: npt.NDArray[np.bool_]) -> tuple[Integers, Integers]:
    """The keys that are kept, and each cell's place among them; -1 for a cell that is not kept."""
    used, places = np.unique(keys[kept], return_inverse=True)
    found = np.full(len(keys), -1, np.int64)
    found[kept] = places
    return used, found


def _groups(keys: Integers, kept: npt.NDArray[np.bool_]) -> list[Integers]:
    """The cells that are kept, in lots of the same key."""
    order = np.flatnonzero(kept)
    order = order[np.argsort(keys[order], kind="stable")]
    return np.split(order, np.flatnonzero(np.diff(keys[order])) + 1) if len(order) else []


def _features(features: Floats, rows: Integers, count: int) -> Floats:
    """One line a row: the medians of the logarithms, standardised, with what is unknown at the mean."""
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(np.asarray(features, np.float64))
    logs[~np.isfinite(logs)] = np.nan
    found = np.full((count, logs.shape[1]), np.nan)
    for group in _groups(rows, rows >= 0):
        for feature in range(logs.shape[1]):
            known = logs[group, feature][np.isfinite(logs[group, feature])]
            if len(known):
                found[rows[group[0]], feature] = np.median(known)
    known_somewhere = np.isfinite(found).any(axis=0) if count else np.zeros(logs.shape[1], bool)
    found = found[:, known_somewhere]
    centred = found - np.nanmean(found, axis=0) if count else found
    spread = np.sqrt(np.nanmean(centred**2, axis=0)) if count else np.ones(found.shape[1])
    standard: Floats = np.nan_to_num(centred / np.where(spread > 0, spread, 1.0))
    return standard
