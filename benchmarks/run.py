"""Run all benchmarks and print one table: `make bench`."""

import subprocess
import sys
from pathlib import Path

from _report import machine

_SCRIPTS = (
    "append_throughput.py",
    "append_latency.py",
    "storage.py",
    "build_speed.py",
    "import_speed.py",
    "json_query.py",
    "replay.py",
    "as_of.py",
)
_HEADER = "| what | measured | yardstick | result | reach | |\n| --- | --- | --- | --- | --- | --- |"


def main() -> None:
    """Each script in a process of its own, so that none profits or suffers from another."""
    print(f"{machine()}\n\n{_HEADER}", flush=True)
    for script in _SCRIPTS:
        subprocess.run([sys.executable, str(Path(__file__).with_name(script))], check=True)


if __name__ == "__main__":
    main()
