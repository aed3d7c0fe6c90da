"""Append a batch of 100,000 events, durable, against a bare write and fsync of the same table.

python benchmarks/append_throughput.py [--json]
"""

import os
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from _events import result_events
from _report import Figure, show

from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import RESULT_RECORDED

_EVENTS = 100_000
_ROUNDS = 7


def main() -> None:
    """Both in turn, several times; the fastest of each counts."""
    events = result_events(_EVENTS)
    ours, bare = [], []
    with tempfile.TemporaryDirectory() as folder:
        log = EventLog(Path(folder) / "events")
        stored = _as_stored(log, events)
        for number in range(_ROUNDS):
            start = time.perf_counter()
            log.append_table(RESULT_RECORDED, events)
            ours.append(time.perf_counter() - start)
            start = time.perf_counter()
            _bare_write(Path(folder) / f"bare-{number}.parquet", stored)
            bare.append(time.perf_counter() - start)
    mine, theirs = _EVENTS / min(ours), _EVENTS / min(bare)
    what = f"append a batch of {_EVENTS:,} events, durable"
    yardstick = f"bare pyarrow write + fsync of the same table: {theirs:,.0f} events/s"
    show([Figure(what, f"{mine:,.0f} events/s", yardstick, mine / theirs, 0.7, is_upper_bound=False)])


def _as_stored(log: EventLog, events: pa.Table) -> pa.Table:
    """The very table that lands in the file, ids and stamps included."""
    log.append_table(RESULT_RECORDED, events)
    return log.read(RESULT_RECORDED)


def _bare_write(path: Path, table: pa.Table) -> None:
    pq.write_table(table, path, compression="zstd")
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


if __name__ == "__main__":
    main()
