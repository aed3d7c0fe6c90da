"""Run suites one part after the other, or in two processes; what cannot be run says why."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context
from typing import Protocol

from benchmart.errors import PredictionRefused, UsageError, WarehouseMissing
from predictors.suites.line import Line, NotRun
from predictors.suites.setting import Setting

SUITES = ("throughput", "memory", "transfer", "kernels", "outliers", "speed")
_ALONE = ("speed",)
"""Nothing runs beside what is timed."""
Part = tuple[str, str]


class _Suite(Protocol):
    PARTS: Sequence[str]
    lines: Callable[[Setting, str], Iterator[Line]]


def run(suites: Sequence[str], setting: Setting, jobs: int = 1) -> Iterator[Line | NotRun]:
    """All lines of the suites in their order, as they are done.

    A suite without its data, its results or the library it needs yields why instead. With several jobs parts of suites
    run beside each other, which changes no number but those of `speed`, which waits for the others.
    """
    parts = [(name, part) for name in SUITES if name in suites for part in _parts(name)]
    beside = [part for part in parts if part[0] not in _ALONE]
    if jobs > 1 and len(beside) > 1:
        with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
            for found in pool.map(_listed, beside, [setting] * len(beside)):
                yield from found
        parts = [part for part in parts if part[0] in _ALONE]
    for part in parts:
        yield from _lines(part, setting)


def _suite(name: str) -> _Suite:
    # Suites need LightGBM, torch and more; only those asked for are loaded.
    suite: _Suite = import_module(f"predictors.suites.{name}")
    return suite


def _parts(name: str) -> Sequence[str]:
    try:
        return _suite(name).PARTS
    except ModuleNotFoundError:
        return ("",)


def _listed(part: Part, setting: Setting) -> list[Line | NotRun]:
    return list(_lines(part, setting))


def _lines(part: Part, setting: Setting) -> Iterator[Line | NotRun]:
    name, split = part
    try:
        yield from _suite(name).lines(setting, split)
    except (PredictionRefused, WarehouseMissing, UsageError) as error:
        yield NotRun(name, str(error), split)
    except ModuleNotFoundError as error:
        yield NotRun(name, f"{error}. Install the extra `predict`", split)
