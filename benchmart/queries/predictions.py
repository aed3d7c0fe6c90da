"""What came of predictions: which versions serve, how often intervals held, and since when they do not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from statistics import NormalDist, median
from typing import Any

import duckdb

from benchmart.queries.rows import fetch

_SERVING = """
    select predictor, predictor_version, result_count, scores, champion_since
    from predictor_versions
    where is_champion
    order by predictor
"""
_OUTCOMES = """
    select
        predictor, case_name, level, is_held, abs(error) as error,
        case
            when measured_value >= value then ln(measured_value / value) / ln(high / value)
            else ln(value / measured_value) / ln(value / low)
        end as distance
    from prediction_outcomes
    where measured_value > 0 and low > 0 and low < value and value < high
    order by predictor, case_name, distance
"""
_MONTHS = """
    select
        predictor, metric, case_name, month, outcome_count, held_count, level, median_error, is_drifting,
        coverage_chance, bias_chance
    from prediction_calibration
    order by predictor, case_name, metric, month
"""
_COUNTS = """
    select
        (select count(*) from predictions) as issued,
        (select count(*) from prediction_outcomes) as measured
"""


@dataclass(frozen=True, slots=True)
class Serving:
    """A version that serves."""

    predictor: str
    version: str
    result_count: int
    scores: Sequence[dict[str, Any]]
    """By what was new: split, result_count, median_error, mean_error, coverage."""
    since: datetime


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Predictions of one case that were measured afterwards."""

    predictor: str
    case_name: str
    levels: Sequence[float]
    """Of each one's interval."""
    distances: Sequence[float]
    """How far each measurement lies from its prediction, in half widths of its interval on its side, in logarithms:
    an interval held where it is at most 1."""
    held_count: int
    errors: Sequence[float]
    """|predicted / measured - 1| of each."""

    @property
    def median_error(self) -> float:
        """Median of the errors."""
        return median(self.errors)

    @property
    def count(self) -> int:
        """Predictions that were measured."""
        return len(self.distances)

    @property
    def level(self) -> float:
        """The share of the intervals that are meant to hold."""
        return sum(self.levels) / len(self.levels)

    def coverage(self, level: float) -> float:
        """The share that would have been held by intervals of another level.

        Each was issued at one level only; it is made wider or narrower as that of a normal distribution would be.
        """
        normal = NormalDist()
        factors = {
            own: normal.inv_cdf((1 + level) / 2) / normal.inv_cdf((1 + own) / 2) for own in set(self.levels)
        }
        held = [distance <= factors[own] for own, distance in zip(self.levels, self.distances, strict=True)]
        return sum(held) / len(held)


@dataclass(frozen=True, slots=True)
class Month:
    """Predictions of one case that were measured in one month."""

    predictor: str
    metric: str
    case_name: str
    month: date
    outcome_count: int
    held_count: int
    level: float
    median_error: float
    is_drifting: bool
    coverage_chance: float
    bias_chance: float


def serving(connection: duckdb.DuckDBPyConnection) -> list[Serving]:
    """The versions that were trained here and serve, one a predictor."""
    return [Serving(*row) for row in fetch(connection, _SERVING).rows]


def counts(connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Predictions that were issued, and those of them that were measured afterwards."""
    [(issued, measured)] = fetch(connection, _COUNTS).rows
    return issued, measured


def outcomes(connection: duckdb.DuckDBPyConnection) -> list[Outcomes]:
    """What came of predictions, by predictor and case; those with most outcomes first."""
    rows = fetch(connection, _OUTCOMES).as_dicts()
    found = []
    for (predictor, case_name), group in groupby(rows, lambda row: (row["predictor"], row["case_name"])):
        each = list(group)
        found.append(
            Outcomes(
                predictor,
                case_name,
                [row["level"] for row in each],
                [row["distance"] for row in each],
                sum(row["is_held"] for row in each),
                [row["error"] for row in each],
            )
        )
    return sorted(found, key=lambda one: (-one.count, one.predictor, one.case_name))


def together(found: Sequence[Outcomes]) -> Outcomes:
    """All cases of all predictors as one."""
    return Outcomes(
        "all",
        "all cases",
        [level for each in found for level in each.levels],
        [distance for each in found for distance in each.distances],
        sum(each.held_count for each in found),
        [error for each in found for error in each.errors],
    )


def months(connection: duckdb.DuckDBPyConnection) -> list[Month]:
    """How well intervals held, month by month, by predictor, case and metric."""
    return [Month(*row) for row in fetch(connection, _MONTHS).rows]
