"""Import a long CSV table and a long JSON document, against pyarrow and json only reading them; then import them again.

python benchmarks/import_speed.py [--json]

With BENCHMART_TEST_DATA naming a folder of results, that is imported too. Processor time on one core counts, so that
what else the machine does matters little.
"""

import json
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
from _report import Figure, show

from benchmart.event_log.log import EventLog
from collectors.importing import import_paths

_CSV_ROWS = 200_000
_JSON_BENCHMARKS = 20_000
_GOAL_MEGABYTES_PER_SECOND = 20
_TEXTS = (".csv", ".json", ".jsonl")


def main() -> None:
    """One figure for each kind of text, and one for importing all of it again."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        texts = {"a CSV table": _csv(root / "csv"), "a JSON document": _json(root / "json")}
        if data := os.environ.get("BENCHMART_TEST_DATA"):
            texts["the CSV and JSON of BENCHMART_TEST_DATA"] = _texts_below(Path(data))
        show(
            [
                figure
                for what, paths in texts.items()
                for figure in _figures(what, paths, root / f"{len(what)}")
            ]
        )


def _figures(what: str, paths: list[Path], home: Path) -> list[Figure]:
    log = EventLog(home / "events")
    megabytes = sum(path.stat().st_size for path in paths) / 1e6
    yardstick = megabytes / _seconds(lambda: [_only_read(path) for path in paths])
    first = _seconds(lambda: import_paths(log, paths))
    again = _seconds(lambda: import_paths(log, paths))
    speed = megabytes / first
    return [
        Figure(
            f"import {what}, {megabytes:.1f} MB",
            f"{speed:.1f} MB/s",
            f"pyarrow.csv or json reading it: {yardstick:.0f} MB/s",
            speed,
            _GOAL_MEGABYTES_PER_SECOND,
            is_upper_bound=False,
        ),
        Figure(
            f"import {what} again",
            f"{again:.2f} s",
            f"the first time: {first:.2f} s",
            again / first,
            0.1,
            is_upper_bound=True,
        ),
    ]


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _only_read(path: Path) -> None:
    try:
        if path.suffix == ".csv":
            pa.csv.read_csv(path)
        else:
            json.loads(path.read_bytes())
    except (ValueError, pa.ArrowException):
        return  # what is damaged, or JSON lines, takes its time too


def _texts_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in _TEXTS and path.is_file())


def _csv(folder: Path) -> list[Path]:
    folder.mkdir()
    path = folder / "benchmark-infer-amp-nchw-pt240-cu124-rtx4090.csv"
    with path.open("w") as lines:
        lines.write(
            "model,infer_img_size,infer_samples_per_sec,infer_step_time,infer_batch_size,param_count\n"
        )
        for number in range(_CSV_ROWS):
            step = 10 + number % 9_973 / 1_000
            lines.write(
                f"model_{number},224,{256 / step * 1e3:.2f},{step:.3f},256,{number % 600 + 0.25:.2f}\n"
            )
    return [path]


def _json(folder: Path) -> list[Path]:
    folder.mkdir()
    benchmarks = [
        {
            "name": f"BM_Sort/{number}",
            "run_name": f"BM_Sort/{number}",
            "run_type": "iteration",
            "repetitions": 1,
            "threads": 1,
            "iterations": 1000 + number,
            "real_time": 10.5 + number,
            "cpu_time": 10.25 + number,
            "time_unit": "ns",
            "items_per_second": 1e9 / (10.5 + number),
        }
        for number in range(_JSON_BENCHMARKS)
    ]
    context = {
        "date": "2026-01-02T03:04:05+00:00",
        "host_name": "host",
        "num_cpus": 8,
        "library_build_type": "release",
    }
    path = folder / "sort.json"
    path.write_text(json.dumps({"context": context, "benchmarks": benchmarks}, indent=1))
    return [path]


if __name__ == "__main__":
    main()
