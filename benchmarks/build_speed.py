"""How long builds take: from nothing, with nothing new, after one new batch; and how long marts take to answer.

python benchmarks/build_speed.py [--json] [--events 10000000]
"""

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, cast

from _by_hand import build_by_hand
from _events import result_events
from _home import fill
from _questions import Question, Watched, pages, questions
from _report import Figure, show

from benchmart.build import build
from benchmart.config import Home
from benchmart.connection import open_warehouse
from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import RESULT_RECORDED

if TYPE_CHECKING:
    import duckdb

_SMALL = 100_000
_NEW_BATCH = 1_000
_ROUNDS = 5
_QUERY_ROUNDS = 20


def main() -> None:
    """Build homes of few and of all the events, and print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--json", action="store_true")
    count = parser.parse_args().events
    with tempfile.TemporaryDirectory() as folder:
        large, small = Home(Path(folder) / "large"), Home(Path(folder) / "small")
        fill(large, count)
        fill(small, _SMALL)
        build(small)
        show(full_build(large, count))
        show([nothing_new(large), *new_batch(large, small, count), *queries(large, count)])


def timed(action: Callable[[], object]) -> float:
    """Wall time of one call, in seconds."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def full_build(home: Home, count: int) -> list[Figure]:
    """Two builds from nothing by the command, and two with the same SQL by hand, in turn; the faster of each."""
    ours, by_hand = [], []
    for _ in range(2):
        ours.append(timed(lambda: run_build(home, "--full")))
        by_hand.append(timed(lambda: build_by_hand(home)))
    mine, theirs = min(ours), min(by_hand)
    # An upper bound: what a child tells begins with the peak of this process, which has made the events.
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
    served = home.warehouse.stat().st_size / count
    what = f"full build of {count:,} events, tests included"
    yardstick = f"the same SQL by hand: {theirs:.1f} s"
    return [
        Figure(what, f"{mine:.1f} s", yardstick, mine / theirs, 1.5, is_upper_bound=True),
        Figure(f"{what}: peak memory, GiB", f"{peak:.2f}", "", peak, 4.0, is_upper_bound=True),
        Figure(
            f"served file at {count:,} events, bytes an event",
            f"{served:.0f}",
            "",
            served,
            250,
            is_upper_bound=True,
        ),
    ]


def run_build(home: Home, *options: str) -> None:
    """`benchmart build`, as a process of its own; what it says is shown when it fails."""
    command = [str(Path(sys.executable).parent / "benchmart"), "build", "--home", str(home.root), *options]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")


def nothing_new(home: Home) -> Figure:
    """The command, as a process of its own."""
    seconds = statistics.median(timed(lambda: run_build(home)) for _ in range(_ROUNDS))
    return Figure(
        "`benchmart build` with nothing new", f"{seconds:.2f} s", "", seconds, 0.5, is_upper_bound=True
    )


def new_batch(large: Home, small: Home, count: int) -> list[Figure]:
    """Builds after one new batch, in this process, in turn; the first round of each, which catches up, is left out."""
    seconds: dict[Home, list[float]] = {large: [], small: []}
    for number in range(_ROUNDS + 1):
        for home, times in seconds.items():
            new = result_events(_NEW_BATCH, seed=10_000 + number)
            EventLog(home.events).append_table(RESULT_RECORDED, new)
            times.append(timed(lambda home=home: build(home)))  # type: ignore[misc]
    at_large, at_small = (statistics.median(times[1:]) for times in seconds.values())
    what = f"build after one new batch of {_NEW_BATCH:,} at {count:,} events"
    yardstick = f"at {_SMALL:,} events: {at_small:.2f} s"
    return [
        Figure(what, f"{at_large:.2f} s", yardstick, at_large / at_small, 1.5, is_upper_bound=True),
        Figure("the same, in process", f"{at_large:.2f} s", "", at_large, 10.0, is_upper_bound=True),
    ]


def queries(home: Home, count: int) -> list[Figure]:
    """What commands and reports ask, on one open connection; the slowest twentieth of all that was asked decides."""
    with open_warehouse(home) as connection:
        commands = rounds(questions(connection))
        watched = Watched(connection)
        whole_pages = rounds(pages(cast("duckdb.DuckDBPyConnection", watched)))
    what = f"{len(commands)} questions of the command line at {count:,} events"
    slowest_page = max(statistics.median(times) for times in whole_pages.values())
    each = f"the slowest of {len(whole_pages)} pages, charts included: {slowest_page:.0f} ms"
    return [
        *_spread(what, list(chain(*commands.values())), _slowest(commands)),
        *_spread(f"statements of the reports at {count:,} events", watched.milliseconds, each),
    ]


def rounds(asked: dict[str, Question]) -> dict[str, list[float]]:
    """Milliseconds of each question, asked in turn; the first round, which fills caches, is left out."""
    times: dict[str, list[float]] = {name: [] for name in asked}
    for number in range(_QUERY_ROUNDS + 1):
        for name, question in asked.items():
            milliseconds = timed(question) * 1000
            if number:
                times[name].append(milliseconds)
    return times


def _spread(what: str, times: list[float], beside: str) -> list[Figure]:
    """The tail and the middle."""
    slow, middle = statistics.quantiles(times, n=20)[-1], statistics.median(times)
    return [
        Figure(f"{what}, p95, ms", f"{slow:.0f} ms", beside, slow, 100, is_upper_bound=True),
        Figure(f"{what}, median, ms", f"{middle:.0f} ms", "", middle, 25, is_upper_bound=True),
    ]


def _slowest(times: dict[str, list[float]]) -> str:
    medians = {name: statistics.median(of_one) for name, of_one in times.items()}
    worst = sorted(medians, key=lambda name: -medians[name])[:3]
    return "slowest: " + ", ".join(f"{name} {medians[name]:.0f} ms" for name in worst)


if __name__ == "__main__":
    main()
