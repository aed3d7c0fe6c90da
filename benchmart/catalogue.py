"""The metrics, units and error classes the project knows, read from its seeds without a warehouse."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from benchmart.config import project_folder
from benchmart.errors import UsageError

UNSTATED = "unstated"
"""Base unit of metrics that take a number in any unit."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Names that may be used."""

    metrics: Mapping[str, str]
    """Metric to its base unit."""
    units: Mapping[str, str]
    """Unit to its base unit."""
    error_classes: frozenset[str]

    def units_of(self, metric: str) -> list[str]:
        """The units a metric may be given in, those of its base unit."""
        return [unit for unit, base in self.units.items() if base == self.metrics[metric]]


@cache
def known_names() -> Catalogue:
    """What `seeds/` knows; once found, it is not read again. Raises UsageError where there is no project."""
    seeds = project_folder() / "seeds"
    try:
        return Catalogue(
            metrics=_column(seeds / "metrics.csv", "metric", "unit"),
            units=_column(seeds / "units.csv", "unit", "base_unit"),
            error_classes=frozenset(_column(seeds / "error_classes.csv", "error_class", "description")),
        )
    except OSError as error:
        raise UsageError(f"cannot be read: {error}", where=str(seeds)) from error


def catalogue() -> Catalogue | None:
    """The same; None where the project's folder cannot be found, and nothing can be checked."""
    try:
        return known_names()
    except UsageError:
        return None


def _column(path: Path, key: str, value: str) -> dict[str, str]:
    with path.open(newline="", encoding="utf-8") as lines:
        return {row[key]: row[value] for row in csv.DictReader(lines)}
