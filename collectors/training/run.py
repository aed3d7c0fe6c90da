"""Run ways of training one after the other, each result durable before the next starts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from benchmart.event_log.events import Event, ResultRecorded
from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import RESULT_RECORDED
from collectors.runner.problems import OUT_OF_MEMORY
from collectors.runner.run import EventSink, Observer, observe
from collectors.runner.runtime import Runtime
from collectors.runner.shared_fields import Context
from collectors.runner.verdict import Limits
from collectors.training.configuration import TrainingConfiguration
from collectors.training.launch import launch
from collectors.training.obstacles import obstacle
from collectors.training.results import COLLECTOR, measured_result, untried_result


@dataclass(frozen=True)
class Options:
    """How a run is done."""

    limits: Limits
    extensions: Path
    """Where DeepSpeed puts what it compiles."""
    suite: str = ""
    foretell: Callable[[Context, TrainingConfiguration], Sequence[Event]] = lambda *_: ()
    """What is predicted of a configuration: recorded before it is tried."""


def train_all(
    log: EventSink,
    configurations: Sequence[TrainingConfiguration],
    runtime: Runtime,
    options: Options,
    observer: Observer,
    *,
    run_id: str,
) -> list[ResultRecorded]:
    """Try every configuration and append its result before the next one starts; returns the results.

    Raises LogError when the log cannot be written; everything recorded before stays.
    """
    run = TrainingRun(log, runtime, options, observer, run_id)
    return [run.train(configuration) for configuration in configurations]


class TrainingRun:
    """One run while it goes on; the machine is observed at its start.

    Raises LogError when the log cannot be written; everything recorded before stays.
    """

    def __init__(
        self, log: EventSink, runtime: Runtime, options: Options, observer: Observer, run_id: str
    ) -> None:
        self._log, self._options, self._observer = log, options, observer
        self._context = observe(log, run_id, runtime, {"suite": options.suite})

    def train(
        self, configuration: TrainingConfiguration, timeout_seconds: float | None = None
    ) -> ResultRecorded:
        """Try a configuration, in less time than the run's options give where that is said, and append its result."""
        limits = self._options.limits
        if timeout_seconds is not None:
            limits = replace(limits, timeout_seconds=min(timeout_seconds, limits.timeout_seconds))
        self._observer.started(configuration)
        result = self._try(configuration, limits)
        self._log.append([result])
        self._observer.recorded(result)
        return result

    def _try(self, configuration: TrainingConfiguration, limits: Limits) -> ResultRecorded:
        context, at = self._context, datetime.now(UTC)
        reason = obstacle(configuration, context.runtime, context.device_counts)
        if reason:
            return untried_result(context, configuration, at, reason)
        predictions = self._options.foretell(context, configuration)
        if predictions:
            self._log.append(predictions)
        outcome = launch(configuration, limits, self._options.extensions)
        return measured_result(context, configuration, at, outcome)


def measured_before(log: EventLog, machine: str, runtime: Runtime) -> Mapping[str, Mapping[str, Any]]:
    """Results of this machine with this torch by the key of their configuration: trying again tells nothing new.

    `status`, `error_class`, `attributes` and `metrics` of the last that ran, or ran out of memory.
    """
    columns = ["source_locator", "status", "error_class", "attributes", "metrics", "occurred_at"]
    is_ours = (pc.field("collector") == COLLECTOR) & (pc.field("runtime_version") == runtime.version)
    is_known = (pc.field("status") == "ok") | (pc.field("error_class") == OUT_OF_MEMORY)
    rows = log.read(RESULT_RECORDED, columns, is_ours & is_known).sort_by("occurred_at").to_pylist()
    found = [{**row, "attributes": dict(row["attributes"])} for row in rows]
    return {row["source_locator"]: row for row in found if row["attributes"].get("machine_id") == machine}
