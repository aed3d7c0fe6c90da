"""From results to scores: the other configurations of a model are heard first, then models like it."""

from dataclasses import dataclass

import numpy as np

from predictors.outliers.consensus import consensus
from predictors.outliers.relatives import MOST_ROWS, held_against_relatives, likeness
from predictors.outliers.table import Cells, Floats, Integers, Table, tabulate

_RELATIVES = 3
_PRACTICAL = 0.02
"""Measuring the same again differs by so much: no smaller deviation counts, however exact the configuration."""


@dataclass(frozen=True, slots=True)
class Scores:
    """What is said of each cell, in the order they were given; nan, 0 and nothing for those that are not judged."""

    expected: Floats
    """What the value should have been, in its own unit."""
    scores: Floats
    """How many usual deviations it is off, at least 0."""
    witnesses: Integers
    """Other configurations of the subject that were heard."""
    relatives: list[list[str]]
    """The subjects in the same configuration that are most alike, most alike first."""


def score(cells: Cells) -> Scores:
    """How far each result is from what others let expect. The order of cells makes no difference."""
    table = tabulate(cells)
    count = len(cells.values)
    if not table.names:
        return Scores(
            np.full(count, np.nan),
            np.full(count, np.nan),
            np.zeros(count, np.int64),
            [[] for _ in range(count)],
        )
    heard = consensus(table)
    alike = likeness(table) if len(table.names) <= MOST_ROWS else None
    if alike is not None:
        heard = held_against_relatives(table, heard, alike)
    deviations, scales = heard.deviations, _scales(heard.deviations, heard.variances)
    judged = table.rows >= 0
    rows, columns = table.rows[judged], table.columns[judged]
    expected, scores = np.full(count, np.nan), np.full(count, np.nan)
    witnesses = np.zeros(count, np.int64)
    log_expected = table.values[rows, columns] - deviations[rows, columns]
    expected[judged] = np.exp(log_expected)
    off = np.abs(np.log(np.asarray(cells.values, np.float64)[judged]) - log_expected)
    scores[judged] = off / scales[rows, columns]
    witnesses[judged] = table.is_there[rows].sum(axis=1) - 1
    return Scores(expected, scores, witnesses, _relatives(table, alike))


def _scales(deviations: Floats, variances: Floats) -> Floats:
    """The usual deviation of each cell: as uncertain as it was, for its configuration, and for its subject.

    A subject whose results are off everywhere is odd itself, and none of them is an outlier for that.
    """
    surprise = np.abs(deviations) / np.sqrt(variances)
    of_column = np.maximum(1.4826 * np.nanmedian(surprise, axis=0), 1e-3)
    of_row = np.maximum(np.nanmedian(surprise / of_column, axis=1), 1.0)
    scales: Floats = np.hypot(np.sqrt(variances) * of_column * of_row[:, None], _PRACTICAL)
    return scales


def _relatives(table: Table, alike: Floats | None) -> list[list[str]]:
    if alike is None:
        return [[] for _ in table.rows]
    found: dict[tuple[int, int], list[str]] = {}
    others = alike - 2 * np.eye(len(alike))
    for column in range(table.values.shape[1]):
        rows = np.flatnonzero(table.is_there[:, column])
        among = others[np.ix_(rows, rows)]
        nearest = np.argsort(-among, axis=1, kind="stable")[:, :_RELATIVES]
        for row, near in zip(rows, nearest, strict=True):
            found[int(row), column] = [table.names[rows[each]] for each in near]
    return [found.get((row, column), []) for row, column in zip(table.rows, table.columns, strict=True)]
