"""How long answers take, and training; on this machine, with whatever else runs on it."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmart.config import Home
from benchmart.errors import PredictionRefused
from predictors.contract import HardwareFacts, ModelProfile, Question
from predictors.measured import Measured, read_measured
from predictors.performance.hardware import load_hardware
from predictors.registry.training import NAME, serving, train
from predictors.suites.line import Line
from predictors.suites.setting import Setting

SUITE = "speed"
PARTS = ("",)
MODELS, DEVICES = 100, 20
_REPEATS_OF_ONE, _REPEATS_OF_MATRIX = 50, 5
_PRECISION = "fp16"


def lines(setting: Setting, part: str) -> Iterator[Line]:  # noqa: ARG001 - as all suites are called
    """Seconds of the predictor that serves, loaded and warm; every question is another one.

    Only with `is_trained` is training timed: all that `predict train` does, in a home that is removed afterwards.
    Raises WarehouseMissing, and PredictionRefused when there is nothing to ask about.
    """
    _, predictor = serving(setting.home)
    with setting.warehouse() as connection:
        measured = read_measured(connection)
        devices = [facts for facts in load_hardware(connection).values() if _is_known(facts)]
    cells = _cells(measured, devices)
    first, *ones = [cells[place] for place in _spread(len(cells), _REPEATS_OF_ONE + 1)]
    predictor.predict([first])
    taken = [_seconds(lambda question=one: predictor.predict([question])) for one in ones]  # type: ignore[misc]
    yield _line("one prediction, warm", taken)
    if len(cells) < MODELS * DEVICES:
        raise PredictionRefused(
            f"{len(cells)} models x devices are fewer than a matrix of {MODELS} x {DEVICES}"
        )
    batches = range(1, _REPEATS_OF_MATRIX + 1)
    matrices = [[replace(cell, batch_size=batch) for cell in cells] for batch in batches]
    matrix = [_seconds(lambda asked=asked: predictor.predict(asked)) for asked in matrices]  # type: ignore[misc]
    yield _line(f"matrix of {MODELS} models and {DEVICES} devices", matrix)
    if setting.is_trained:
        with TemporaryDirectory() as folder:
            seconds = _seconds(lambda: train(Home(Path(folder)), measured))
        yield Line(
            SUITE,
            "training on all results",
            NAME,
            len(measured.values),
            others={"seconds": seconds},
            is_ours=True,
        )


def _is_known(facts: HardwareFacts) -> bool:
    return bool(facts.memory_bandwidth and facts.peak_flops.get(_PRECISION))


def _cells(measured: Measured, devices: Sequence[HardwareFacts]) -> list[Question]:
    """The first models with results on the first devices that are known well enough."""
    profiles: dict[str, ModelProfile] = {}
    for question in measured.questions:
        profiles.setdefault(question.profile.subject, question.profile)
    wanted = list(profiles.values())[:MODELS]
    if not wanted or not devices:
        raise PredictionRefused("there is no model with results, or no known device, to ask about")
    return [
        Question("throughput", profile, facts, "inference", _PRECISION, 64)
        for profile in wanted
        for facts in devices[:DEVICES]
    ]


def _spread(count: int, most: int) -> list[int]:
    """At most so many places, evenly."""
    return sorted({int(place) for place in np.linspace(0, count - 1, min(count, most))})


def _seconds(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def _line(split: str, taken: Sequence[float]) -> Line:
    seconds = {"median_seconds": float(np.median(taken)), "slowest_seconds": max(taken)}
    return Line(SUITE, split, NAME, len(taken), others=seconds, is_ours=True)
