"""What is measured of detectors, each by a function that gives its numbers by contender."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from annotated import SET_ON, Annotated, covering, f1, read
from contenders import Contender, has_otava, otava_answers
from made_series import SCENARIOS, Made, made, matched, spiked

from predictors.detection.arrays import Floats
from predictors.detection.contract import Series
from predictors.detection.judge import judge, judge_many
from predictors.detection.online import Step, Watch

_LENGTHS = (30, 100, 200, 500)
_DEVIATIONS = (0.01, 0.02, 0.05)
_STEP, _STEP_DEVIATION, _LEAST_LENGTH = 0.05, 0.02, 100
_AUTOCORRELATED = "AR(1) 0.5"
_LATEST, _NEAR = 20, 3
"""Points after a change that it may be told at, and from it that it may be placed."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """With annotators: means over series, and the standard error of the mean F1."""

    f1: float
    covering: float
    error: float
    count: int


@dataclass(frozen=True, slots=True)
class Found:
    """On made series."""

    recall: float
    """Share of the changes found to within 3 points."""
    false: float
    """Findings that match no change, in 1,000 points."""


def agreement(folder: Path, contender: Contender) -> dict[str, Agreement]:
    """On all annotated series, and on those that no setting was looked at with."""
    series = read(folder)
    parts = {"all": series, "not set on": [each for each in series if each.name not in SET_ON]}
    return {name: _agreement(part, contender) for name, part in parts.items()}


def _agreement(series: list[Annotated], contender: Contender) -> Agreement:
    found = contender([each.values for each in series])
    scores = [f1(each, changes) for each, changes in zip(series, found, strict=True)]
    covers = [covering(each, changes) for each, changes in zip(series, found, strict=True)]
    error = float(np.std(scores, ddof=1) / np.sqrt(len(scores)))
    return Agreement(float(np.mean(scores)), float(np.mean(covers)), error, len(series))


def steps(contender: Contender, count: int, seed: int) -> dict[str, Found]:
    """A 5 % step at a deviation of 2 %, series of 100 points and more: by scenario, and all but autocorrelated ones."""
    by_scenario = {scenario: list(_stepped(scenario, count, seed)) for scenario in SCENARIOS}
    told = {scenario: _found(series, contender) for scenario, series in by_scenario.items()}
    others = [each for name, series in by_scenario.items() if name != _AUTOCORRELATED for each in series]
    return told | {"without autocorrelation": _found(others, contender)}


def _stepped(scenario: str, count: int, seed: int) -> Iterator[Made]:
    for length in (length for length in _LENGTHS if length >= _LEAST_LENGTH):
        random = np.random.default_rng([seed, SCENARIOS.index(scenario), length])
        for _ in range(count):
            yield made(random, length, _STEP_DEVIATION, _STEP, scenario)


def silence(contender: Contender, count: int, seed: int) -> dict[str, Found]:
    """Series without a change: all, by scenario, and those of 30 points."""
    series = list(_unchanged(count, seed))
    told = {"all": _found(series, contender)}
    for scenario in SCENARIOS:
        told[scenario] = _found([each for each in series if each.scenario == scenario], contender)
    return told | {"n = 30": _found([each for each in series if len(each.values) == _LENGTHS[0]], contender)}


def _unchanged(count: int, seed: int) -> Iterator[Made]:
    for number, scenario in enumerate(SCENARIOS):
        for length in _LENGTHS:
            for deviation in _DEVIATIONS:
                random = np.random.default_rng([seed, number, length, int(1000 * deviation)])
                for _ in range(count):
                    yield made(random, length, deviation, 0.0, scenario)


def _found(series: Sequence[Made], contender: Contender) -> Found:
    told = contender([each.values for each in series])
    counts = [matched(each.changes, found) for each, found in zip(series, told, strict=True)]
    changes, points = sum(len(each.changes) for each in series), sum(len(each.values) for each in series)
    recall = sum(hits for hits, _ in counts) / changes if changes else 1.0
    return Found(recall, 1000 * sum(false for _, false in counts) / points)


@dataclass(frozen=True, slots=True)
class Online:
    """Of series judged point by point, an alert once a change was found three times in a row."""

    median_delay: float
    """Points of the new level that had come in."""
    within_20: float
    false: float
    """Alerts in 1,000 points without a change."""
    points: int


def online(count: int, seed: int) -> Online:
    """A 5 % step at a deviation of 2 % with spikes; and series without a change, from the 30th point on."""
    delays = [_delay(np.random.default_rng([seed, 1, number])) for number in range(count)]
    false = points = 0
    for number in range(count):
        values = made(np.random.default_rng([seed, 2, number]), 200, _STEP_DEVIATION, 0.0, "outlier").values
        alerts = [len(step.confirmed) for step in _watched(values)]
        false, points = false + sum(alerts[30:]), points + len(alerts) - 30
    within = float(np.mean([delay <= _LATEST for delay in delays]))
    return Online(float(np.median(delays)), within, 1000 * false / points, points)


def _delay(random: np.random.Generator) -> float:
    series = made(random, 150, _STEP_DEVIATION, _STEP, "outlier")
    (change,) = series.changes
    for place, step in enumerate(_watched(series.values[: change + _LATEST + 1])):
        if place >= change and any(abs(each.index - change) <= _NEAR for each in step.standing):
            return place - change + 1
    return float("inf")


def _watched(values: Floats) -> Iterator[Step]:
    watch = Watch("made")
    return (watch.append(float(value)) for value in values)


@dataclass(frozen=True, slots=True)
class Speed:
    """Seconds."""

    each_of_many: float
    """Of 200 points, many judged together."""
    otava_each: float | None
    """The same series, one after the other, as Otava has it."""
    long: float
    """10,000 points."""
    append: float
    """Median, to 1,000 points."""


def speed(seed: int) -> Speed:
    """One core; the best of three where it is ours, and Otava's fastest third."""
    random = np.random.default_rng(seed)
    series = [
        made(random, 200, 0.02, 0.05 * (number % 2), SCENARIOS[number % 6]).values for number in range(256)
    ]
    told = [Series(str(number), values.tolist()) for number, values in enumerate(series)]
    judge_many(told)
    long = Series("long", made(random, 10_000, 0.02, 0.05, "outlier").values.tolist())
    others = sorted(float(each["seconds"]) for each in otava_answers(series)) if has_otava() else []
    grown = made(random, 1_100, 0.02, 0.05, "outlier").values
    watch = Watch("grown")
    for value in grown[:1000]:
        watch.append(float(value))
    appends = [_seconds(partial(watch.append, float(value))) for value in grown[1000:]]
    return Speed(
        min(_seconds(lambda: judge_many(told)) for _ in range(3)) / len(told),
        others[len(others) // 6] if others else None,
        min(_seconds(lambda: judge(long)) for _ in range(3)),
        float(np.median(appends)),
    )


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


@dataclass(frozen=True, slots=True)
class Spikes:
    """Single points."""

    recall: float
    """Of spikes of 4 deviations and more."""
    false: float
    """Flags in 1,000 points that are no spikes."""


def spikes(count: int, seed: int) -> Spikes:
    """Series of 200 points at a deviation of 2 %, 1 % of them spikes of 8 to 30 %."""
    drawn = [spiked(np.random.default_rng([seed, number]), 200, 0.02) for number in range(count)]
    verdicts = judge_many([Series(str(number), values.tolist()) for number, (values, _) in enumerate(drawn)])
    large = hits = false = points = 0
    for (values, sizes), verdict in zip(drawn, verdicts, strict=True):
        told = set(verdict.outliers)
        far = {place for place, size in sizes.items() if size >= 4 * 0.02}
        large, hits = large + len(far), hits + len(far & told)
        false, points = false + len(told - set(sizes)), points + len(values) - len(sizes)
    return Spikes(hits / large, 1000 * false / points)
