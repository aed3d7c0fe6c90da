"""The detectors that are scored beside each other: ours, never a change, and Apache Otava where it is installed."""

import json
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from predictors.detection.arrays import Floats, Integers
from predictors.detection.contract import Series
from predictors.detection.judge import judge_many

OTAVA = Path(__file__).parents[2] / ".venv-otava" / "bin" / "python"
"""Made by `make bench-detection`."""


Contender = Callable[[Sequence[Floats]], list[list[int]]]
"""Finds the changes of many series, whose values may be nan: for each, the 0-based first points of new levels."""


def ours(series: Sequence[Floats]) -> list[list[int]]:
    """The verdict that counts, with fixed settings."""
    verdicts = judge_many([Series(str(number), values.tolist()) for number, values in enumerate(series)])
    return [[change.index for change in verdict.change_points] for verdict in verdicts]


def no_change(series: Sequence[Floats]) -> list[list[int]]:
    """Never a change."""
    return [[] for _ in series]


def has_otava() -> bool:
    """Whether it is installed."""
    return OTAVA.exists()


def otava(series: Sequence[Floats]) -> list[list[int]]:
    """Apache Otava with its defaults."""
    places = [np.flatnonzero(np.isfinite(values)) for values in series]
    told = otava_answers([values[kept] for values, kept in zip(series, places, strict=True)])
    return [_at(kept, each["changes"]) for kept, each in zip(places, told, strict=True)]


def otava_answers(series: Sequence[Floats]) -> list[dict[str, Any]]:
    """Changes and seconds of each series of finite values."""
    lines = "".join(f"{json.dumps(values.tolist())}\n" for values in series)
    program = Path(__file__).with_name("otava_program.py")
    ran = subprocess.run([OTAVA, program], input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in ran.stdout.splitlines()]


def contenders() -> dict[str, Contender]:
    """By name; without Otava where it is not installed."""
    told: dict[str, Contender] = {"ours": ours, "no change": no_change}
    return told | ({"otava": otava} if has_otava() else {})


def _at(places: Integers, found: list[int]) -> list[int]:
    return [int(places[place]) for place in found]
