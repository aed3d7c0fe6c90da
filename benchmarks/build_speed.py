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
from pathlib import Path

from _by_hand import build_by_hand
from _events import result_events
from _home import fill
from _report import Figure, show

from benchmart.build import build
from benchmart.config import Home
from benchmart.connection import open_warehouse
from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import RESULT_RECORDED
from benchmart.queries.matrix import MatrixFilter, compatibility
from benchmart.queries.pairs import Asked, pairs_worst_first, summaries
from benchmart.queries.statement import run_statement

_SMALL = 100_000
_NEW_BATCH = 1_000
_ROUNDS = 5
_QUERY_ROUNDS = 20

_STATEMENTS = (
    "select hardware_id, status, evidence_count from compatibility_matrix where model_id = 'resnet50'",
    """
    select hardware_id, max(value) from fct_measurements
    where model_id = 'resnet50' and metric = 'throughput' and basis = 'measured' group by all order by 2 desc
    """,
    """
    select runtime_version, median(value) from fct_measurements
    where model_id = 'resnet50' and hardware_id = 'rtx-4090' and metric = 'latency_mean' group by all order by 1
    """,
    "select status, count(*) from fct_results group by status",
    "from series where model_id = 'resnet50' order by comparability_id, metric",
    "from dim_runs order by first_recorded_at desc limit 20",
)

_COMPARISONS = (
    Asked("hardware", "rtx4090", "rtx3090"),
    Asked("stack", "2.9", "2.4", hardware=["rtx4090"]),
    Asked("precision", hardware=["rtx4090"]),
    Asked("batch", models=["resnet50"]),
    Asked("energy", "rtx4090", "rtx3090"),
)


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
        ours.append(
            timed(lambda: subprocess.run([*command(home), "--full"], check=True, capture_output=True))
        )
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


def command(home: Home) -> list[str]:
    """`benchmart build`, as a process of its own."""
    return [str(Path(sys.executable).parent / "benchmart"), "build", "--home", str(home.root)]


def nothing_new(home: Home) -> Figure:
    """The command, as a process of its own."""
    seconds = statistics.median(
        timed(lambda: subprocess.run(command(home), check=True, capture_output=True)) for _ in range(_ROUNDS)
    )
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
    """What the commands matrix, compare and sql ask, on one open connection; the slowest twentieth decides."""
    times = []
    with open_warehouse(home) as connection:
        asked: list[Callable[[], object]] = [
            lambda: compatibility(connection, MatrixFilter(), 50),
            lambda: compatibility(connection, MatrixFilter(models=["resnet50"]), 50),
            lambda: compatibility(connection, MatrixFilter(statuses=["failed", "partial"]), 50),
            *(lambda asked=asked: summaries(connection, asked) for asked in _COMPARISONS),  # type: ignore[misc]
            *(lambda asked=asked: pairs_worst_first(connection, asked, 20) for asked in _COMPARISONS),  # type: ignore[misc]
            *(
                lambda sql=sql: run_statement(connection, sql, limit=200, timeout_seconds=60)  # type: ignore[misc]
                for sql in _STATEMENTS
            ),
        ]
        for _ in range(_QUERY_ROUNDS):
            times.extend(timed(question) for question in asked)
    slow = statistics.quantiles(times, n=20)[-1] * 1000
    middle = statistics.median(times) * 1000
    what = f"queries of the command line at {count:,} events"
    return [
        Figure(f"{what}, p95", f"{slow:.0f} ms", "", slow, 100, is_upper_bound=True),
        Figure(f"{what}, median", f"{middle:.0f} ms", "", middle, 25, is_upper_bound=True),
    ]


if __name__ == "__main__":
    main()
