"""Run one request in a process of its own, and survive whatever it does there."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from collectors.runner.problems import OUT_OF_MEMORY, TIMEOUT
from collectors.runner.stages import stages_in, tail_of
from collectors.runner.verdict import Failure, Limits, Watch, failure_of

_POLL_SECONDS = 0.05
_TAIL_BYTES = 4000
_MOST_OUTPUT_BYTES = 16 * 1024**2


@dataclass(frozen=True)
class Outcome:
    """What became of a request."""

    facts: Mapping[str, Mapping[str, Any]]
    """Stage to what the worker reported in it, in the order reported."""
    failure: Failure | None
    """None when the stage asked for was reached."""
    output_tail: str
    """The end of what the worker printed, stdout and stderr together."""
    wall_seconds: float
    highest_resident_bytes: int
    """The most resident memory seen while looking at the worker from outside."""


def run_isolated(request: Mapping[str, Any], goal: str, limits: Limits) -> Outcome:
    """Carry a request out in a fresh process and wait for it; `goal` is the stage that means success.

    Never raises for anything the process does. Whatever the way out, its whole process group is killed.
    """
    start = time.monotonic()
    kills_before = _kernel_kills()
    with tempfile.TemporaryFile() as answers, tempfile.TemporaryFile("a+b") as output:
        process = _start(request, limits, answers, output)
        try:
            watch = _watch(process, limits, start, output)
        finally:
            _kill_group(process)
        answers.seek(0)
        facts, tail = stages_in(answers.read()), tail_of(output, _TAIL_BYTES)
    was_kernel = _kernel_kills() > kills_before
    failure = (
        None
        if goal in facts
        else failure_of(process.returncode, watch, limits, facts, tail, was_kernel=was_kernel)
    )
    return Outcome(facts, failure, tail, time.monotonic() - start, watch.highest_resident_bytes)


def _start(
    request: Mapping[str, Any], limits: Limits, answers: IO[bytes], output: IO[bytes]
) -> subprocess.Popen[bytes]:
    """The worker, leader of a session of its own, with this process's import path."""
    content = {**request, "parent": os.getpid(), "memory_bytes": limits.memory_bytes}
    search_path = os.pathsep.join(path or str(Path.cwd()) for path in sys.path)
    with tempfile.TemporaryFile() as stdin:
        stdin.write(json.dumps(content).encode())
        stdin.seek(0)
        return subprocess.Popen(
            [sys.executable, "-m", "collectors.runner.worker", str(answers.fileno())],
            stdin=stdin,
            stdout=output,
            stderr=output,
            pass_fds=(answers.fileno(),),
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": search_path},
        )


def _watch(process: subprocess.Popen[bytes], limits: Limits, start: float, output: IO[bytes]) -> Watch:
    """Wait for the end; return early when a limit is passed."""
    import psutil

    watch = Watch()
    seen = psutil.Process(process.pid)
    while True:
        with suppress(subprocess.TimeoutExpired):
            process.wait(_POLL_SECONDS)
            return watch
        with suppress(psutil.Error):
            watch.highest_resident_bytes = max(watch.highest_resident_bytes, seen.memory_info().rss)
        if limits.memory_bytes is not None and watch.highest_resident_bytes > limits.memory_bytes:
            watch.ended_for = OUT_OF_MEMORY
            return watch
        if time.monotonic() - start > limits.timeout_seconds:
            watch.ended_for = TIMEOUT
            return watch
        if os.fstat(output.fileno()).st_size > _MOST_OUTPUT_BYTES:
            # A model that prints without end must not fill the disk; only the end is looked at.
            os.ftruncate(output.fileno(), 0)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill the worker and everything it started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _kernel_kills() -> int:
    """Processes the kernel has killed for want of memory since it started; 0 where it does not count them."""
    with suppress(OSError), Path("/proc/vmstat").open(encoding="ascii") as lines:
        return next((int(line.split()[1]) for line in lines if line.startswith("oom_kill ")), 0)
    return 0
