"""Run ways of training one after the other, each result durable before the next starts."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.compute as pc

from benchmart.event_log.events import Event, ResultRecorded
from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import RESULT_RECORDED
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
    context = observe(log, run_id, runtime, {"suite": options.suite})
    results = []
    for configuration in configurations:
        observer.started(configuration)
        results.append(_try(log, context, configuration, options))
        log.append([results[-1]])
        observer.recorded(results[-1])
    return results


def measured_before(log: EventLog, machine: str, runtime: Runtime) -> Collection[str]:
    """Keys of configurations that this machine has measured with this torch: trying them again tells nothing new."""
    columns = ["source_locator", "attributes"]
    rows = log.read(
        RESULT_RECORDED,
        columns,
        (pc.field("collector") == COLLECTOR)
        & (pc.field("status") == "ok")
        & (pc.field("runtime_version") == runtime.version),
    ).to_pylist()
    return {row["source_locator"] for row in rows if dict(row["attributes"]).get("machine_id") == machine}


def _try(
    log: EventSink, context: Context, configuration: TrainingConfiguration, options: Options
) -> ResultRecorded:
    at = datetime.now(UTC)
    reason = obstacle(configuration, context.runtime, context.device_counts)
    if reason:
        return untried_result(context, configuration, at, reason)
    predictions = options.foretell(context, configuration)
    if predictions:
        log.append(predictions)
    return measured_result(
        context, configuration, at, launch(configuration, options.limits, options.extensions)
    )
