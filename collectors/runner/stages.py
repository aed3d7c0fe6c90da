"""What a process that measures leaves behind: stages it reported, one JSON line each, and what it printed."""

import json
import os
from contextlib import suppress
from typing import IO, Any


def stages_in(answers: bytes) -> dict[str, dict[str, Any]]:
    """Stage to what was reported in it, in the order reported; a line cut short by a crash is not one."""
    stages: dict[str, dict[str, Any]] = {}
    for line in answers.splitlines():
        with suppress(ValueError):
            answer = json.loads(line)
            stages[answer.pop("stage")] = answer
    return stages


def tail_of(output: IO[bytes], most_bytes: int) -> str:
    """The end of what was printed."""
    size = os.fstat(output.fileno()).st_size
    output.seek(max(size - most_bytes, 0))
    return output.read().decode(errors="replace").strip("\0 \n")
