"""Score the detector of changes beside no change at all and Apache Otava: `make bench-detection`.

    python benchmarks/detection/bench_detection.py [--quick]

Prints one table: what, what is to be reached, and the numbers of each contender on the same series. Annotated series
are looked for in the folder that BENCHMART_TEST_DATA names, else in `shared/data` beside the checkout; without them
those rows say so. Exits with 1 when a goal is missed.
"""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import measures
from contenders import contenders

_SEED = 20_261_127
_F1, _COVERING = 0.77, 0.72
_STEP, _STEP_INDEPENDENT = (0.93, 0.5), (0.98, 0.3)
"""Share found, and false in 1,000 points; the latter where points do not depend on the ones before."""
_SILENCE = {"all": 0.2, "n = 30": 1.5}
_SILENCE_OF_SCENARIO = 0.5
_DELAY, _WITHIN_20, _FALSE_ALERTS = 5, 0.98, 0.5
_SERIES_A_SECOND, _TIMES_OTAVA, _LONG_SECONDS, _APPEND_SECONDS = 2000, 5, 0.1, 1e-3
_SPIKES, _FALSE_SPIKES = 0.92, 0.5
_DATA = Path(os.environ.get("BENCHMART_TEST_DATA") or Path(__file__).parents[3] / "shared" / "data")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    what: str
    reach: str
    numbers: dict[str, str]
    """By contender."""
    is_reached: bool | None
    """Of ours; None where there is no goal."""


def main() -> None:
    """Print the table while it is measured."""
    quick = "--quick" in sys.argv
    names = list(contenders())
    print(f"| what | reach | {' | '.join(names)} | |\n|{' --- |' * (len(names) + 3)}")
    missed = 0
    for row in rows(4 if quick else 60, online=8 if quick else 130):
        verdict = {True: "reached", False: "MISSED", None: ""}[row.is_reached]
        cells = [row.numbers.get(name, "") for name in names]
        print(f"| {row.what} | {row.reach} | {' | '.join(cells)} | {verdict} |", flush=True)
        missed += row.is_reached is False
    sys.exit(bool(missed))


def rows(count: int, *, online: int) -> Iterator[Row]:
    """Every line; `count` made series of each kind, `online` of those judged point by point."""
    yield from _annotated()
    yield from _steps(count)
    yield from _silence(count)
    yield from _online(online)
    yield from _speed()
    told = measures.spikes(5 * count, _SEED)
    numbers = {"ours": f"{told.recall:.1%}, {told.false:.2f}"}
    yield Row(
        "spikes of 4 deviations: found, false in 1,000",
        "92 %, .5",
        numbers,
        told.recall >= _SPIKES and told.false <= _FALSE_SPIKES,
    )


def _annotated() -> Iterator[Row]:
    folder = _DATA / "timeseries" / "tcpd"
    if not folder.exists():
        yield Row(f"annotated series: not measured, none at {folder}", "", {}, None)
        return
    told = {name: measures.agreement(folder, contender) for name, contender in contenders().items()}
    for part in ("all", "not set on"):
        mine = told["ours"][part]
        numbers = {
            name: f"{each[part].f1:.3f} ± {each[part].error:.3f}, {each[part].covering:.3f}"
            for name, each in told.items()
        }
        is_reached = mine.f1 >= _F1 and mine.covering >= _COVERING
        yield Row(f"annotated, {part} ({mine.count} series): F1, covering", ".77, .72", numbers, is_reached)


def _steps(count: int) -> Iterator[Row]:
    told = {name: measures.steps(contender, count, _SEED) for name, contender in contenders().items()}
    for part, mine in told["ours"].items():
        recall, false = _STEP_INDEPENDENT if part == "without autocorrelation" else _STEP
        numbers = {name: f"{each[part].recall:.1%}, {each[part].false:.2f}" for name, each in told.items()}
        is_reached = mine.recall >= recall and mine.false <= false
        yield Row(f"5 % step, {part}: found, false in 1,000", f"{recall:.0%}, {false}", numbers, is_reached)


def _silence(count: int) -> Iterator[Row]:
    told = {name: measures.silence(contender, count, _SEED) for name, contender in contenders().items()}
    for part, mine in told["ours"].items():
        most = _SILENCE.get(part, _SILENCE_OF_SCENARIO)
        numbers = {name: f"{each[part].false:.2f}" for name, each in told.items()}
        yield Row(f"no change, {part}: false in 1,000", str(most), numbers, mine.false <= most)


def _online(count: int) -> Iterator[Row]:
    told = measures.online(count, _SEED)
    numbers = {"ours": f"{told.median_delay:.0f}, {told.within_20:.1%}, {told.false:.2f} of {told.points:,}"}
    is_reached = told.median_delay <= _DELAY and told.within_20 >= _WITHIN_20 and told.false <= _FALSE_ALERTS
    yield Row(
        "point by point: median delay, found within 20, false in 1,000", "5, 98 %, .5", numbers, is_reached
    )


def _speed() -> Iterator[Row]:
    told = measures.speed(_SEED)
    ratio = told.otava_each / told.each_of_many if told.otava_each else None
    numbers = {"ours": f"{1 / told.each_of_many:,.0f} a second"}
    if told.otava_each and ratio:
        numbers |= {
            "ours": f"{numbers['ours']}, {ratio:.0f} x",
            "otava": f"{1 / told.otava_each:,.0f} a second",
        }
    is_reached = 1 / told.each_of_many >= _SERIES_A_SECOND and (ratio is None or ratio >= _TIMES_OTAVA)
    yield Row("200 points: series a second, times otava", "2,000, 5 x", numbers, is_reached)
    yield Row("10,000 points", "100 ms", {"ours": f"{1000 * told.long:.0f} ms"}, told.long <= _LONG_SECONDS)
    yield Row(
        "one point more than 1,000",
        "1 ms",
        {"ours": f"{1000 * told.append:.2f} ms"},
        told.append <= _APPEND_SECONDS,
    )


if __name__ == "__main__":
    main()
