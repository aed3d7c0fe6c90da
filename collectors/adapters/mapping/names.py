"""The names that metrics, units and error classes have: those of the seeds."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from benchmart.config import project_folder


@dataclass(frozen=True, slots=True)
class Names:
    """What a mapping may name."""

    metrics: dict[str, str]
    """Metric to its base unit."""
    units: dict[str, str]
    """Unit to its base unit."""
    error_classes: frozenset[str]


@cache
def known_names() -> Names:
    """Those of the project's seeds. Raises UsageError where there is no project."""
    seeds = project_folder() / "seeds"
    return Names(
        metrics=_columns(seeds / "metrics.csv", "metric", "unit"),
        units=_columns(seeds / "units.csv", "unit", "base_unit"),
        error_classes=frozenset(
            _columns(seeds / "error_classes.csv", "error_class", "is_compatibility_evidence")
        ),
    )


def _columns(path: Path, key: str, value: str) -> dict[str, str]:
    with path.open(newline="", encoding="utf-8") as lines:
        return {row[key]: row[value] for row in csv.DictReader(lines)}
