"""Files of 100 MB are imported in one go, within bounds of memory and time; a process of its own tells the peak."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tables import HEADER, NAME

from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import RESULT_RECORDED

_SIZE = 100_000_000
_MOST_BYTES_OF_MEMORY = 3 * 2**30
"""1.2 to 2.3 GiB are needed: the text, what it was parsed to, and the events are in memory together."""
_LONGEST_SECONDS = 240
"""On a busy machine; 10 to 20 are enough on one that has two cores for it."""
_BENCH = Path(__file__).parents[1] / "adapters" / "llama_bench" / "json" / "bench.json"
_SAMPLES = 2_000

_IMPORT = """
import json, resource, sys
from pathlib import Path
from benchmart.event_log.log import EventLog
from collectors.importing import import_paths

(file,) = import_paths(EventLog(Path(sys.argv[1])), [Path(sys.argv[2])]).files
status = Path("/proc/self/status")
if status.exists():  # what getrusage tells begins with the peak of the process that started this one
    peak = int(status.read_text().partition("VmHWM:")[2].split()[0]) * 1024
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(json.dumps({"format": file.format, "new": file.new, "quarantined": file.quarantined, "peak": peak}))
"""


def _timm_lines() -> Iterator[str]:
    """Rows that cannot be told apart by what compresses well only: every name and number is another."""
    yield HEADER
    number = 0
    while True:
        number += 1
        name = f"hopnet_{number:08}_" + "with_a_name_as_long_as_they_get_" * 4
        yield f"{name},160,{number * 50}.0,20.0,{number},1.25,0.1,0.75\n"


def _llama_bench_lines() -> Iterator[str]:
    bench = json.loads(_BENCH.read_bytes())[0]
    yield "[\n"
    number = 0
    while True:
        number += 1
        samples = [1000 + number + place / 7 for place in range(_SAMPLES)]
        nanoseconds = [511_000_000 + place for place in range(_SAMPLES)]
        test = bench | {"n_prompt": 512 + number, "samples_ts": samples, "samples_ns": nanoseconds}
        yield ("" if number == 1 else ",\n") + json.dumps(test)


def _write(path: Path, lines: Iterator[str], end: str) -> int:
    """Write lines until the file is large; returns how many records that are."""
    size = records = 0
    with path.open("w") as file:
        size += file.write(next(lines))
        while size < _SIZE:
            size += file.write(next(lines))
            records += 1
        file.write(end)
    return records


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "lines", "end", "format_name"),
    [(NAME, _timm_lines, "", "timm_csv"), ("bench.json", _llama_bench_lines, "\n]\n", "llama_bench")],
)
def test_a_file_of_a_hundred_megabytes_is_taken_whole_within_bounds(
    log: EventLog, tmp_path: Path, name: str, lines: Callable[[], Iterator[str]], end: str, format_name: str
) -> None:
    records = _write(tmp_path / name, lines(), end)
    command = [sys.executable, "-c", _IMPORT, str(log.root), str(tmp_path / name)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_LONGEST_SECONDS)
    (tmp_path / name).unlink()
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    assert told["peak"] < _MOST_BYTES_OF_MEMORY
    assert (told["format"], told["new"], told["quarantined"]) == (format_name, records, 0)
    assert log.read(RESULT_RECORDED, ["event_id"]).num_rows == records
