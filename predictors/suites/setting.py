"""What suites are run on."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmart.config import Home
from benchmart.connection import open_warehouse
from benchmart.errors import PredictionRefused
from predictors.contract import ModelProfile
from predictors.facts import Facts

SEED = 1
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Setting:
    """The same of all suites; each takes from it what it needs."""

    home: Home
    folder: Path | None = None
    """Of published tables: help_latency/ and neusight/."""
    seed: int = SEED
    folds: int = FOLDS
    """How many of the five folds of throughput are scored."""
    is_trained: bool = False
    """Whether `speed` trains a predictor on everything."""

    def warehouse(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """A connection to close. Raises WarehouseMissing."""
        return open_warehouse(self.home)

    def known_profiles(self, connection: duckdb.DuckDBPyConnection) -> Sequence[ModelProfile]:
        """Those with operators, of the warehouse and the package."""
        return Facts(connection).traced

    def table(self, name: str) -> Path:
        """A folder of published tables. Raises PredictionRefused when it is not there."""
        hint = "Name the folder that holds it with --data or BENCHMART_TEST_DATA"
        if self.folder is None:
            raise PredictionRefused(f"no folder with published tables, such as {name}, is named", hint=hint)
        if not (self.folder / name).is_dir():
            raise PredictionRefused(f"there is no {name} in {self.folder}", hint=hint)
        return self.folder / name
