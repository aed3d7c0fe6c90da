"""Append one event, durable, in one call, against a bare write, fsync and rename of the same bytes.

python benchmarks/append_latency.py [--json]
"""

import os
import statistics
import tempfile
import time
from pathlib import Path

from _report import Figure, show

from benchmart.event_log.events import Metric, ResultRecorded
from benchmart.event_log.log import EventLog

_ROUNDS = 200
_UPSTREAM_INSERTS_PER_SECOND = 5.7
"""Single inserts into the upstream project's result database. Given with the goal; not measured by this script."""


def main() -> None:
    """Both in turn, many times; the medians count, because a disk is now and then slow."""
    ours, bare = [], []
    with tempfile.TemporaryDirectory() as folder:
        log = EventLog(Path(folder) / "events")
        content = _event_bytes(log)
        for number in range(_ROUNDS):
            event = _event(number)
            start = time.perf_counter()
            log.append([event])
            ours.append(time.perf_counter() - start)
            start = time.perf_counter()
            _bare_write(Path(folder) / "bare", number, content)
            bare.append(time.perf_counter() - start)
    mine, theirs = 1 / statistics.median(ours), 1 / statistics.median(bare)
    what = "append one event, durable, in one call"
    measured = f"{mine:,.0f} a second"
    bare_yardstick = f"bare write + fsync + rename of the same bytes: {theirs:,.0f} a second"
    upstream = f"upstream's single insert: {_UPSTREAM_INSERTS_PER_SECOND} a second (given, not measured here)"
    show(
        [
            Figure(what, measured, bare_yardstick, mine / theirs, 0.6, is_upper_bound=False),
            Figure(what, measured, upstream, mine / _UPSTREAM_INSERTS_PER_SECOND, 10, is_upper_bound=False),
        ]
    )


def _event(number: int) -> ResultRecorded:
    return ResultRecorded(
        collector="benchmark",
        collector_version="1",
        source_locator=f"event {number}",
        subject_kind="model",
        subject="resnet50",
        status="ok",
        basis="measured",
        mode="inference",
        device="rtx4090",
        device_kind="cuda",
        runtime="pytorch",
        runtime_version="2.9.1",
        precision="fp32",
        batch_size=8,
        condition={"threads": "16"},
        metrics=[
            Metric("latency_mean", "second", 0.02 + number * 1e-6, [0.019, 0.021]),
            Metric("throughput", "item/second", 400.0),
        ],
    )


def _event_bytes(log: EventLog) -> bytes:
    """The bytes of a file with one event."""
    return log.append([_event(-1)]).file.below(log.root).read_bytes()


def _bare_write(folder: Path, number: int, content: bytes) -> None:
    folder.mkdir(exist_ok=True)
    temporary = folder / "unfinished"
    with temporary.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.rename(folder / f"{number}.parquet")


if __name__ == "__main__":
    main()
