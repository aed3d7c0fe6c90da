"""Why a worker brought no result: judged from how it ended, what it said, and what was seen of it."""

import signal
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from collectors.runner.problems import CRASH, OUT_OF_MEMORY, TIMEOUT, says_out_of_memory

_GIBIBYTE = 1024**3


@dataclass(frozen=True)
class Limits:
    """What a worker may use."""

    timeout_seconds: float = 300.0
    """Wall time, from start to end."""
    memory_bytes: int | None = None
    """Resident memory of the worker, its libraries included; None: no limit."""


@dataclass(frozen=True)
class Failure:
    """Why there is no result."""

    error_class: str
    message: str
    traceback: str | None = None
    """The last lines of the exception's traceback, where there was an exception."""


@dataclass
class Watch:
    """What was seen of a running worker."""

    ended_for: str | None = None
    """TIMEOUT or OUT_OF_MEMORY when the worker was killed for it."""
    highest_resident_bytes: int = 0


def failure_of(
    code: int,
    watch: Watch,
    limits: Limits,
    facts: Mapping[str, Mapping[str, Any]],
    tail: str,
    *,
    was_kernel: bool,
) -> Failure:
    """Why the goal was not reached: what the watch saw, else what the worker said, else how it ended."""
    while_doing = f"after stage {list(facts)[-1]}" if facts else "while it started"
    if watch.ended_for == TIMEOUT:
        return Failure(TIMEOUT, f"no result within {limits.timeout_seconds:g} s, killed {while_doing}")
    if watch.ended_for == OUT_OF_MEMORY:
        return Failure(
            OUT_OF_MEMORY, f"more than the limit of {_gibibytes(limits)} resident, killed {while_doing}"
        )
    if "failed" in facts:
        said = facts["failed"]
        return Failure(said["error_class"], said["error_message"], said["traceback"])
    if code == -signal.SIGKILL and was_kernel:
        return Failure(OUT_OF_MEMORY, f"killed by the kernel for want of memory {while_doing}")
    if says_out_of_memory(tail):
        return Failure(OUT_OF_MEMORY, f"{_end(code)} {while_doing}: {_last_line(tail)}")
    return Failure(CRASH, f"{_end(code)} {while_doing}")


def _end(code: int) -> str:
    """How a process ended, in words."""
    if code >= 0:
        return f"ended with exit code {code} and without a result"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"


def _last_line(text: str) -> str:
    return text.splitlines()[-1] if text else ""


def _gibibytes(limits: Limits) -> str:
    return f"{(limits.memory_bytes or 0) / _GIBIBYTE:.3g} GiB"
