"""Run a command and record one result: how it ended and how long it took; then import the files it wrote."""

import errno
import os
import shlex
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from benchmart.errors import BenchmartError, ExitCode
from benchmart.event_log.log import EventLog
from benchmart.recording import Run
from benchmart.recording.texts import encodable
from collectors.commands.child import Ended, run_command
from collectors.commands.fresh_files import FreshFiles
from collectors.importing import ImportReport, import_paths
from collectors.probes.environment import observe_environment
from collectors.probes.machine import machine_id

_SUBJECT_CHARACTERS = 200
_DIGEST_CHARACTERS = 12
_SIGNAL_BASE = 128
"""A shell tells of an end by signal n as 128 + n."""


@dataclass(frozen=True)
class Recorded:
    """What became of a command and of its record."""

    exit_code: int
    """The command's own; 128 + n when signal n ended it; else one of ExitCode."""
    status: str
    subject: str
    wall_seconds: float
    imported: ImportReport | None = None
    """None when there was nothing to import."""
    missing: bool = False
    """Whether files to import were named, and none was written."""
    problems: Sequence[str] = ()
    """What could not be recorded or imported, and why."""


def run_and_record(
    home: str | None,
    command: Sequence[str],
    *,
    subject: str | None = None,
    timeout_seconds: float | None = None,
    condition: Mapping[str, str] | None = None,
    imports: Sequence[str] = (),
) -> Recorded:
    """Run `command`, record its end, import what it wrote.

    Raises BenchmartError before the command is started, when nothing could be recorded; never after.
    """
    named = encodable(subject or _subject(command))
    told_equal = {encodable(key): encodable(value) for key, value in (condition or {}).items()}
    # Two machines need not take equally long.
    run = Run(home, named, collector="command", condition={"machine": machine_id(), **told_equal})
    environment = observe_environment(run.run_id)
    run.add(environment)
    fresh = FreshFiles(imports, run.log.root)
    attributes = {"command": encodable(shlex.join(command)), "working_folder": encodable(str(Path.cwd()))}
    if environment.git_commit:
        attributes["commit"] = environment.git_commit
    exit_code, told = _tried(command, timeout_seconds)
    told["attributes"] |= attributes
    problems = _stored(run, named, told)
    imported, problem = _imported(run.log, fresh)
    return Recorded(
        exit_code=exit_code,
        status=told["status"],
        subject=named,
        wall_seconds=told["duration_seconds"] or 0.0,
        imported=imported,
        missing=bool(imports) and imported is None and problem is None,
        problems=[*problems, *([problem] if problem else [])],
    )


def _subject(command: Sequence[str]) -> str:
    """The command line, with the program's name instead of its path: the same in every environment.

    What is too long is cut, and ends with a digest, because two that only differ behind the cut are two.
    """
    line = encodable(shlex.join([Path(command[0]).name, *command[1:]]))
    if len(line) <= _SUBJECT_CHARACTERS:
        return line
    digest = sha256(line.encode()).hexdigest()[:_DIGEST_CHARACTERS]
    return f"{line[: _SUBJECT_CHARACTERS - _DIGEST_CHARACTERS - 1]} {digest}"


def _tried(command: Sequence[str], timeout_seconds: float | None) -> tuple[int, dict[str, Any]]:
    """The exit code to end with, and arguments of `Run.record_test`."""
    try:
        ended = run_command(command, timeout_seconds)
    except OSError as error:
        code = ExitCode.COMMAND_NOT_FOUND if error.errno == errno.ENOENT else ExitCode.CANNOT_START
        message = f"cannot be started: {os.strerror(error.errno or 0)}"
        return code, {
            "status": "failed",
            "error_class": "other",
            "error_message": message,
            "duration_seconds": None,
            "attributes": {"exit_code": str(int(code))},
        }
    return _exit_code(ended), _told(ended, timeout_seconds)


def _exit_code(ended: Ended) -> int:
    if ended.is_timed_out:
        return ExitCode.TIMED_OUT
    return ended.exit_code if ended.exit_code is not None else _SIGNAL_BASE + (ended.signal_number or 0)


def _told(ended: Ended, timeout_seconds: float | None) -> dict[str, Any]:
    attributes = {} if ended.exit_code is None else {"exit_code": str(ended.exit_code)}
    attributes |= {} if ended.signal_number is None else {"signal": _signal_name(ended.signal_number)}
    common = {"duration_seconds": ended.wall_seconds, "attributes": attributes}
    if ended.is_ok:
        return {"status": "ok", **common}
    if ended.output_tail:
        attributes["output_tail"] = ended.output_tail
    error_class, message = _failure(ended, timeout_seconds)
    return {"status": "failed", "error_class": error_class, "error_message": message, **common}


def _failure(ended: Ended, timeout_seconds: float | None) -> tuple[str, str]:
    if ended.is_timed_out:
        return "timeout", f"stopped after {timeout_seconds:g} s"
    end = (
        f"exit code {ended.exit_code}"
        if ended.exit_code is not None
        else f"ended by {_signal_name(ended.signal_number)}"
    )
    if ended.stopped_by is not None:
        return "interrupted", f"{end}, after {_signal_name(ended.stopped_by)} was passed on to it"
    last_line = (ended.output_tail.splitlines() or [""])[-1].strip()  # bars of progress end lines with \r
    message = f"{end}: {last_line}" if last_line else end
    return ("other" if ended.exit_code is not None else "crash"), message


def _signal_name(number: int | None) -> str:
    try:
        return signal.Signals(number or 0).name
    except ValueError:
        return f"signal {number}"


def _stored(run: Run, subject: str, told: Mapping[str, Any]) -> list[str]:
    """Store the result; what went wrong is told, because the command's end is still to be passed on."""
    try:
        with run:
            run.record_test(subject, **told)
    except BenchmartError as error:
        return [f"not recorded: {error}"]
    return []


def _imported(log: EventLog, fresh: FreshFiles) -> tuple[ImportReport | None, str | None]:
    try:
        found = fresh.found()
        return (import_paths(log, found) if found else None), None
    except (BenchmartError, OSError) as error:
        return None, f"not imported: {error}"
