"""Apache Otava as a filter: series as JSON lines on stdin, places of changes and seconds as JSON lines on stdout.

    .venv-otava/bin/python otava_program.py < series.jsonl

Runs in an environment of its own, as Otava needs an older numpy. With its defaults: windows of 50 points, p 0.001.
"""

import json
import sys
import time

from otava.analysis import compute_change_points


def main() -> None:
    """Answer each line with one line."""
    for line in sys.stdin:
        values = json.loads(line)
        begun = time.perf_counter()
        found, _ = compute_change_points(values, window_len=50, max_pvalue=0.001, min_magnitude=0.0)
        taken = time.perf_counter() - begun
        print(json.dumps({"changes": [int(each.index) for each in found], "seconds": taken}))


if __name__ == "__main__":
    main()
