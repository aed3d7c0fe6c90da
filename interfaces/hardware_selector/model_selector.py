"""The core of the framework's class: what it is made of, and the choice for one model."""

from pathlib import Path
from typing import Any

from benchmart.config import Home, find_home
from benchmart.db_api.api import home_beside
from interfaces.hardware_selector.choosing import choose
from interfaces.hardware_selector.words import HARDWARE, OF_TEXT
from predictors.selector.knowledge import Knowledge
from predictors.selector.request import SelectionRequest
from predictors.selector.settings import read_settings

USUAL_LENGTH = 128
"""Tokens of an item where nothing else is said."""


class ModelSelector:
    """Chooses kinds of hardware, or devices, for one model."""

    def __init__(self, database_path: str = "./benchmark_results", config_path: str | None = None) -> None:
        self.database_path = Path(database_path)
        self.config: dict[str, Any] = read_settings(Path(config_path)) if config_path else {}
        self._known = Knowledge(home_at(self.database_path))

    def select_hardware(  # noqa: PLR0917 - the order is that of the framework
        self,
        model_family: str | None,
        model_name: str,
        batch_size: int = 1,
        sequence_length: int = USUAL_LENGTH,
        mode: str = "inference",
        available_hardware: list[str] | None = None,
        precision: str = "fp32",
    ) -> dict[str, Any]:
        """The kind of hardware to run a model on, at most two fallbacks, and why.

        `available_hardware` has kinds (`cuda`) and devices (`rtx-4090`); None means all kinds. A family of None is
        looked up. The keys are those of the framework; beside them stand `recommended_device`, `basis`, `equally_good`
        and `rejected`.

        Raises UsageError for a family, mode or device that is not known, an empty list, and sizes below 1.
        """
        family = self._known.family(model_name) if model_family is None else model_family
        asked = SelectionRequest(
            model_name,
            family=family,
            mode=mode,
            precision=precision,
            batch_size=batch_size,
            sequence_length=length_of(family, sequence_length),
        )
        return self._answer(asked, available_hardware, sequence_length)

    def _answer(
        self, asked: SelectionRequest, available: list[str] | None, sequence_length: int
    ) -> dict[str, Any]:
        words = HARDWARE if available is None else available
        return choose(asked, words, self._known, config=self.config, sequence_length=sequence_length)


def length_of(family: str | None, sequence_length: int) -> int | None:
    """Tokens of an item; None for families without. A number that makes no sense is passed on to be refused."""
    return sequence_length if family in OF_TEXT or sequence_length < 1 else None


def home_at(path: Path) -> Home:
    """The home of that path where it has a log; else the one that `benchmart` finds."""
    beside = home_beside(path)
    return beside if beside.events.is_dir() else find_home()
