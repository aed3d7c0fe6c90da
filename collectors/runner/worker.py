"""The process one configuration is measured in: `python -m collectors.runner.worker DESCRIPTOR`.

The request comes as JSON on stdin. Facts go out as they become known, one JSON line each, to the file
descriptor named; stdout and stderr stay free for whatever a model prints.
"""

import json
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Protocol

from collectors.runner.configuration import configuration_from
from collectors.runner.measurement import Plan
from collectors.runner.problems import error_class_of

_TRACEBACK_LINES = 12
_PR_SET_PDEATHSIG = 1


class Report(Protocol):
    """Takes the name of a stage that was reached, and what became known in it."""

    def __call__(self, stage: str, **facts: Any) -> None: ...


def main() -> None:
    """Read the request, restrain this process, carry the request out."""
    request = json.load(sys.stdin)
    report = reporter(int(sys.argv[1]))
    end_with_parent(request["parent"])
    forbid_core_files()
    if request.get("configuration", {}).get("device") == "cpu":
        # Drivers of accelerators reserve address space far beyond what they use.
        _limit_allocations(request["memory_bytes"])
    TASKS[request["task"]](request, report)


def guarded(task: Callable[[], None], report: Report) -> None:
    """Run a task; what it raises is reported."""
    try:
        task()
    # Whatever a model raises is its result.
    except (Exception, SystemExit) as error:  # noqa: BLE001
        lines = "".join(traceback.format_exception(error)).splitlines()
        report(
            "failed",
            error_class=error_class_of(error),
            error_message=str(error) or type(error).__name__,
            traceback="\n".join(lines[-_TRACEBACK_LINES:]),
        )


def describe(_: Mapping[str, Any], report: Report) -> None:
    """Say what this machine's torch is and can use."""
    from collectors.runner.devices import describe as describe_torch

    guarded(lambda: report("described", **describe_torch()), report)


def measure(request: Mapping[str, Any], report: Report) -> None:
    """Measure a configuration; then, when asked to and whatever came of it, count its operations."""
    from collectors.runner.session import measure_configuration, profile_configuration

    configuration = configuration_from(request["configuration"])
    plan = Plan(**request["plan"])
    guarded(lambda: measure_configuration(configuration, plan, report), report)
    if request["is_profile_wanted"]:
        profile_configuration(configuration, report)


TASKS: Mapping[str, Callable[[Mapping[str, Any], Report], None]] = {"describe": describe, "measure": measure}


def reporter(descriptor: int) -> Report:
    """Writes each stage whole and at once, so that a crash right after loses nothing."""

    def report(stage: str, **facts: Any) -> None:
        os.write(descriptor, json.dumps({"stage": stage, **facts}).encode() + b"\n")

    return report


def end_with_parent(parent: int) -> None:
    """Have the kernel kill this process when the one that started it dies (Linux)."""
    if sys.platform != "linux":
        return
    import ctypes

    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def forbid_core_files() -> None:
    """A crash with a large model would leave a file as large."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_allocations(memory_bytes: int | None) -> None:
    """Let allocations beyond the limit fail where the system can; the parent's watch catches the rest."""
    if memory_bytes is not None:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))


if __name__ == "__main__":
    main()
