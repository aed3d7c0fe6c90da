"""Append to the log named on the command line until it is refused; print what came of it as JSON. Run as a script."""

import json
import sys
from pathlib import Path

from samples import results

from benchmart.errors import LogError
from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import RESULT_RECORDED

_MOST_BATCHES = 200
_BATCH_ROWS = 1_000


def main() -> None:
    log = EventLog(Path(sys.argv[1]))
    acknowledged, refusal = 0, None
    for _ in range(_MOST_BATCHES):
        try:
            acknowledged += len(log.append(results(_BATCH_ROWS)))
        except LogError as error:
            refusal = str(error)
            break
    told = {
        "acknowledged": acknowledged,
        "refusal": refusal,
        "held": log.read(RESULT_RECORDED, ["event_id"]).num_rows,
        "is_sound": log.verify().is_sound,
        "unfinished": [path.name for path in (log.root / ".incoming").glob("*")],
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
