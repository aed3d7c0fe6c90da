"""Whether the warehouse of a moment is the one its files give, and how long moments, differences and explanations take.

python benchmarks/as_of.py [--json] [--moments 20] [--events 100000]
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from _events import result_events
from _report import Figure, show

from benchmart.as_of import recorded_by, warehouse_at
from benchmart.build import build
from benchmart.config import Home
from benchmart.connection import open_warehouse
from benchmart.digests import MartDigest, mart_digests
from benchmart.event_log.events import ResultRetracted
from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import RESULT_RECORDED
from benchmart.queries.difference import compare_warehouses
from benchmart.queries.explain import explain

_BATCHES = 24
_RETRACTED = 5
_CELLS = 20
_COLUMNS = {
    "compatibility_matrix": "score", "series": "median_value", "hardware_comparisons": "advantage",
    "fct_measurements": "value",
}  # fmt: skip


def main() -> None:
    """Fill a log with batches, repeats and retractions, and hold moments of it against builds of their files."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--moments", type=int, default=20)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        times = fill(home, asked.events)
        build(home)
        chance = random.Random(20_261_124)
        moments = [
            datetime.fromtimestamp(chance.uniform(times[0].timestamp(), times[-1].timestamp()), UTC)
            for _ in range(asked.moments)
        ]
        show(
            [
                *equal_moments(home, moments, Path(folder)),
                difference(home, moments),
                explanations(home, asked.events),
            ]
        )


def fill(home: Home, count: int) -> list[datetime]:
    """Append batches, a third of them twice, and retractions of some of their results; returns when."""
    log, chance, times = EventLog(home.events), random.Random(1), list[datetime]()
    for number in range(_BATCHES):
        table = result_events(count // _BATCHES, seed=number)
        batch = log.append_table(RESULT_RECORDED, table)
        if number % 3 == 0:
            log.append_table(RESULT_RECORDED, table)
        said = [
            ResultRetracted(
                collector="benchmark", collector_version="1", occurred_at=datetime.now(UTC), target_event_id=target,
                action="retract", reason="a trial",
            )
            for target in chance.sample(batch.event_ids, _RETRACTED)
        ]  # fmt: skip
        log.append(said)
        times.append(datetime.now(UTC))
    return times


def equal_moments(home: Home, moments: Sequence[datetime], folder: Path) -> list[Figure]:
    """Every mart of every moment, by digest, against a build from nothing that has only the files of the time."""
    equal, seconds = 0, []
    for number, moment in enumerate(moments):
        start = time.perf_counter()
        past = warehouse_at(home, moment)
        if past.was_built:
            seconds.append(time.perf_counter() - start)
        alone = Home(folder / f"alone-{number}")
        for file in recorded_by(home.events, moment):
            path = file.below(alone.events)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.below(home.events).read_bytes())
        build(alone)
        is_equal = digests(past.home) == digests(alone)
        equal += is_equal
        told = "equal" if is_equal else "DIFFERENT"
        print(f"{number + 1} of {len(moments)}: {len(past.files)} files, {told}", file=sys.stderr, flush=True)
    count = len(moments)
    return [
        Figure(
            f"warehouses as of {count} random moments with the digests of a build of the files of that time",
            f"{equal} of {count}", "", equal / count, 1.0, is_upper_bound=False,
        ),
        Figure(
            "building one of them, the nearest earlier one at hand, median", f"{statistics.median(seconds):.1f} s", "",
            statistics.median(seconds), 10.0, is_upper_bound=True,
        ),
    ]  # fmt: skip


def difference(home: Home, moments: Sequence[datetime]) -> Figure:
    """All marts of two moments, both built."""
    first, last = warehouse_at(home, min(moments[-2:])), warehouse_at(home, max(moments[-2:]))
    seconds = timed(lambda: compare_warehouses(first.home.warehouse, last.home.warehouse))
    return Figure(
        "difference of two moments that are built", f"{seconds:.2f} s", "", seconds, 5.0, is_upper_bound=True
    )


def explanations(home: Home, count: int) -> Figure:
    """A cell of each kind of mart, with lineage and events, each time on an open connection."""
    with open_warehouse(home) as connection:
        asked = [
            (mart, [*words, column]) for mart, column in _COLUMNS.items() for words in keys(connection, mart)
        ]
        times = [
            timed(lambda mart=mart, words=words: explain(connection, home.events, mart, words, 10))  # type: ignore[misc]
            for mart, words in asked
        ]
    middle = statistics.median(times)
    return Figure(
        f"explaining a cell at {count:,} events, median",
        f"{middle:.2f} s",
        "",
        middle,
        2.0,
        is_upper_bound=True,
    )


def keys(connection: duckdb.DuckDBPyConnection, mart: str) -> list[list[str]]:
    """What to ask for some rows of a mart by: the columns of its grain."""
    grain = connection.execute(
        """select "grain" from staging.model_definitions where name = ?""", [mart]
    ).fetchall()[0][0]
    rows = connection.execute(
        f"select {', '.join(grain)} from {mart} limit {_CELLS // len(_COLUMNS)}"
    ).fetchall()
    return [
        [f"{name}={'' if value is None else value}" for name, value in zip(grain, row, strict=True)]
        for row in rows
    ]


def digests(home: Home) -> list[MartDigest]:
    """The digests of the served warehouse."""
    with open_warehouse(home) as connection:
        return mart_digests(connection)


def timed(action: Callable[[], object]) -> float:
    """Wall time of one call, in seconds."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
