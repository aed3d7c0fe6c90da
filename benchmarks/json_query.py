"""A question over all results, answered from the marts and by reading the same results from JSON files.

The older framework claimed that its database took such a question from 4.5 s to 0.3 s, "15x". Both ways give the same
answer here: of each model and device, the results, failures, the best throughput and the least latency.

    python benchmarks/json_query.py [--json] [--events 1000000]
"""

import argparse
import json
import statistics
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from _events import result_events
from _report import Figure, show

from benchmart.build import build
from benchmart.config import Home
from benchmart.connection import open_warehouse
from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import RESULT_RECORDED

_BATCH = 100_000
_RESULTS_A_FILE = 2_000
_ROUNDS = 20
_QUESTION = """
    with results as (
        select model_id, hardware_id, sum(success_count + failure_count) as results, sum(failure_count) as failures
        from compatibility_matrix group by all
    ),
    numbers as (
        select
            model_id, hardware_id,
            max(max_value) filter (where metric = 'throughput') as best_throughput,
            min(min_value) filter (where metric = 'latency_mean') as least_latency
        from series group by all
    )
    select results.*, numbers.best_throughput, numbers.least_latency
    from results left join numbers using (model_id, hardware_id)
    order by failures desc, model_id, hardware_id
"""


def main() -> None:
    """Write the results both ways, ask both, and hold the answers against each other."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true")
    count = parser.parse_args().events
    with tempfile.TemporaryDirectory() as folder:
        home, files = Home(Path(folder) / "home"), Path(folder) / "json"
        write(home, files, count)
        build(home)
        start = time.perf_counter()
        from_files = ask_files(files)
        by_files = time.perf_counter() - start
        with open_warehouse(home) as connection:
            times = []
            for _ in range(_ROUNDS):
                start = time.perf_counter()
                rows = connection.execute(_QUESTION).fetchall()
                times.append(time.perf_counter() - start)
            names = dict(
                connection.execute("select subject, model_id from fct_results group by all").fetchall()
            )
            devices = dict(
                connection.execute("select device, hardware_id from fct_results group by all").fetchall()
            )
    told = {(names[model], devices[device]): answer for (model, device), answer in from_files.items()}
    if told != {(row[0], row[1]): row[2:] for row in rows}:
        raise AssertionError("the marts and the files give different answers")
    by_marts = statistics.median(times)
    what = (
        f"a question over {count:,} results: models by devices with failures, best throughput, least latency"
    )
    yardstick = f"reading {count // _RESULTS_A_FILE} JSON files: {by_files:.1f} s"
    show(
        [Figure(what, f"{by_marts * 1000:.1f} ms", yardstick, by_files / by_marts, 500, is_upper_bound=False)]
    )


def write(home: Home, files: Path, count: int) -> None:
    """The same results into a log, and into JSON files of a run each."""
    files.mkdir()
    for number, start in enumerate(range(0, count, _BATCH)):
        table = result_events(min(_BATCH, count - start), seed=number)
        EventLog(home.events).append_table(RESULT_RECORDED, table)
        for first in range(0, len(table), _RESULTS_A_FILE):
            results = [_present(row) for row in table.slice(first, _RESULTS_A_FILE).to_pylist()]
            (files / f"{number}-{first}.json").write_text(json.dumps(results, default=str))


def _present(row: dict[str, Any]) -> dict[str, Any]:
    maps = {name: dict(row[name] or ()) for name in ("condition", "attributes")}
    return {name: value for name, value in (row | maps).items() if value is not None}


def ask_files(files: Path) -> dict[tuple[str, str], tuple[Any, ...]]:
    """The same answer from the JSON files, as a careful script would find it."""
    counts: dict[tuple[str, str], list[Any]] = defaultdict(lambda: [0, 0, None, None])
    for path in files.iterdir():
        for result in json.loads(path.read_bytes()):
            answer = counts[result["subject"], result["device"]]
            answer[0] += 1
            answer[1] += result["status"] == "failed"
            for metric in result.get("metrics", ()):
                if metric["name"] == "throughput":
                    answer[2] = max(answer[2] or metric["value"], metric["value"])
                elif metric["name"] == "latency_mean":
                    answer[3] = min(answer[3] or metric["value"], metric["value"])
    return {key: tuple(answer) for key, answer in counts.items()}


if __name__ == "__main__":
    main()
