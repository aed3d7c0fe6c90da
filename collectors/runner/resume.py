"""Earlier runs in the log: which are unfinished, and what of them is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow.compute as pc

from benchmart.errors import UsageError
from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import ENVIRONMENT_OBSERVED, RESULT_RECORDED
from collectors.runner.configuration import Configuration
from collectors.runner.runtime import Runtime

LAST = "last"
"""In place of a run id: the last run that was not finished."""
PLANNED = "planned_configurations"
"""The attribute of a run's environment that says how many results it is to have."""


@dataclass(frozen=True)
class EarlierRun:
    """A run as the log knows it."""

    run_id: str
    machine_id: str | None
    planned: int
    """Configurations it set out to try."""
    statuses: dict[str, str]
    """Configuration key to the status recorded."""

    def is_done(self, configuration: Configuration, runtime: Runtime) -> bool:
        """Whether trying again would tell nothing new: an absent device may have come."""
        status = self.statuses.get(configuration.key)
        return status is not None and (status != "untested" or runtime.obstacle(configuration) is not None)


def find_run(log: EventLog, run_id: str, machine_id: str) -> EarlierRun:
    """The run to go on with: the one named, or the last unfinished one of this machine.

    Raises UsageError when there is none, or when it belongs to another machine.
    """
    runs = earlier_runs(log)
    if run_id == LAST:
        runs = [run for run in runs if run.machine_id == machine_id and len(run.statuses) < run.planned]
    else:
        runs = [run for run in runs if run.run_id == run_id]
    if not runs:
        what = "no unfinished run of this machine" if run_id == LAST else f"no run {run_id}"
        raise UsageError(
            f"{what} in the log", where=str(log.root), hint="Leave out --resume to start a new run"
        )
    if runs[-1].machine_id != machine_id:
        raise UsageError(
            f"run {run_id} belongs to another machine", hint="Leave out --resume to start a new run"
        )
    return runs[-1]


def earlier_runs(log: EventLog) -> list[EarlierRun]:
    """All runs of the runner in the log, the latest last."""
    columns = ["run_id", "machine_id", "occurred_at", "attributes"]
    environments = log.read(ENVIRONMENT_OBSERVED, columns).sort_by("occurred_at").to_pylist()
    starts = {row["run_id"]: row for row in environments if PLANNED in dict(row["attributes"] or ())}
    results = log.read(
        RESULT_RECORDED, ["run_id", "source_locator", "status"], pc.field("collector") == "runner"
    )
    return [_earlier_run(start, results.to_pylist()) for start in starts.values()]


def _earlier_run(start: dict[str, Any], results: Sequence[dict[str, Any]]) -> EarlierRun:
    return EarlierRun(
        run_id=start["run_id"],
        machine_id=start["machine_id"],
        planned=int(dict(start["attributes"])[PLANNED]),
        statuses={
            row["source_locator"]: row["status"] for row in results if row["run_id"] == start["run_id"]
        },
    )
