"""How often the gate alarms without a change, and finds one, beside Welch's t-test and a fixed limit.

    python benchmarks/detection/bench_gate.py

Series have 30 runs before and 3 of the candidate; in the last rows those are taken within minutes, after 30 days with a
run or three each. Prints a table: alarms are gates of so many series with any alarm.
"""

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np
from made_series import made
from scipy.stats import ttest_ind

from predictors.detection.arrays import Floats
from predictors.gate.contract import Compared, Point
from predictors.gate.gate import THRESHOLD, rule

_BEFORE, _RUNS, _GATES, _SLOWER = 30, 3, 100, 1.07
_NOISES = ("iid", "outlier", "AR(1) 0.5", "bimodal")
_DAYS = {"days differ, a run each": 1, "days differ, 3 runs each": 3}
"""Runs of a day before; days make up half of the variance."""
_DAY, _MINUTE = 86400.0, 60.0
_SURE = 0.01

Pair = tuple[Floats, Floats]
Judge = Callable[[Sequence[Pair], int], list[bool]]
"""Of values before and after, and how many runs were taken on each day before; 0 where moments are not told."""


def ours(series: Sequence[Pair], a_day: int) -> list[bool]:
    """Whether the gate calls each a change."""
    asked = [
        Compared(str(number), "lower", _points(after, len(after) * bool(a_day), 1e9), _points(before, a_day))
        for number, (before, after) in enumerate(series)
    ]
    return [told.outcome in {"regression", "improvement"} for told in rule(asked)]


def _points(values: Floats, a_day: int, begin: float = 0.0) -> list[Point]:
    if not a_day:
        return [Point(float(value)) for value in values]
    moments = [begin + place // a_day * _DAY + place % a_day * _MINUTE for place in range(len(values))]
    return [Point(float(value), None, moment) for value, moment in zip(values, moments, strict=True)]


def t_test(series: Sequence[Pair], _: int) -> list[bool]:
    """Welch's t-test of logarithms at 1 %, each by itself."""
    return [
        bool(ttest_ind(np.log(after), np.log(before), equal_var=False).pvalue < _SURE)
        for before, after in series
    ]


def fixed(series: Sequence[Pair], _: int) -> list[bool]:
    """Means further apart than the threshold."""
    return [abs(after.mean() / before.mean() - 1) > THRESHOLD for before, after in series]


def main() -> None:
    """Print the table."""
    judges: dict[str, Judge] = {"gate": ours, "t-test": t_test, "fixed 5 %": fixed}
    print(f"| noise | deviation | series | {' | '.join(f'{name}: alarms, found' for name in judges)} |")
    print("| --- " * (3 + len(judges)) + "|")
    for noise, deviation, count in product((*_NOISES, *_DAYS), (0.01, 0.02), (1, 10)):
        cells = [_cell(judge, noise, deviation, count) for judge in judges.values()]
        print(f"| {noise} | {deviation:.0%} | {count} | {' | '.join(cells)} |", flush=True)


def _cell(judge: Judge, noise: str, deviation: float, count: int) -> str:
    alarms, found, a_day = 0, 0, _DAYS.get(noise, 0)
    for gate in range(_GATES):
        series = [_runs(np.random.default_rng([gate, number]), noise, deviation) for number in range(count)]
        alarms += any(judge(series, a_day))
        (before, after), *others = series
        found += judge([(before, _SLOWER * after), *others], a_day)[0]
    return f"{alarms / _GATES:.0%}, {found / _GATES:.0%}"


def _runs(random: np.random.Generator, noise: str, deviation: float) -> Pair:
    if noise in _DAYS:
        sizes = [_DAYS[noise]] * _BEFORE + [_RUNS]
        days = np.repeat(random.normal(0, deviation / np.sqrt(2), len(sizes)), sizes)
        values = 100 * np.exp(days + random.normal(0, deviation / np.sqrt(2), len(days)))
        return values[:-_RUNS], values[-_RUNS:]
    values = made(random, _BEFORE + _RUNS, deviation, 0.0, noise).values
    return values[:_BEFORE], values[_BEFORE:]


if __name__ == "__main__":
    main()
