"""The metrics and units the project knows, read from its seeds without a warehouse."""

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
    """Names that may be used, each with its base unit."""

    metrics: Mapping[str, str]
    units: Mapping[str, str]

    def units_of(self, metric: str) -> list[str]:
        """The units a metric may be given in, those of its base unit."""
        return [unit for unit, base in self.units.items() if base == self.metrics[metric]]


def catalogue() -> Catalogue | None:
    """What `seeds/` knows; None where the project's folder cannot be found, and nothing can be checked."""
    try:
        return _read(project_folder())
    except UsageError:
        return None


@cache
def _read(project: Path) -> Catalogue | None:
    try:
        return Catalogue(
            metrics=_column(project / "seeds" / "metrics.csv", "metric", "unit"),
            units=_column(project / "seeds" / "units.csv", "unit", "base_unit"),
        )
    except OSError:
        return None


def _column(path: Path, key: str, value: str) -> dict[str, str]:
    with path.open(newline="", encoding="utf-8") as lines:
        return {row[key]: row[value] for row in csv.DictReader(lines)}
