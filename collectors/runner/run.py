"""Collect: observe the machine, then measure each configuration, its result durable before the next."""

import secrets
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from benchmart.event_log.events import Event, ResultRecorded
from collectors.probes.environment import observe_environment
from collectors.probes.hardware import observe_hardware
from collectors.probes.machine import machine_id
from collectors.runner.configuration import Configuration
from collectors.runner.isolation import Outcome, run_isolated
from collectors.runner.measurement import Plan
from collectors.runner.results import measured_result, profile_event, untried_result
from collectors.runner.resume import PLANNED, EarlierRun
from collectors.runner.runtime import Runtime
from collectors.runner.shared_fields import Context
from collectors.runner.verdict import Limits


class EventSink(Protocol):
    """Where events go; durable when `append` returns."""

    def append(self, events: Sequence[Event]) -> object:
        """Append events of one kind."""


class Labelled(Protocol):
    """What is tried, as far as people are told of it."""

    @property
    def label(self) -> str:
        """One line."""


class Observer(Protocol):
    """Is told how a run goes on."""

    def started(self, configuration: Labelled) -> None:
        """A configuration is being tried."""

    def recorded(self, result: ResultRecorded) -> None:
        """Its result is in the log."""


@dataclass(frozen=True)
class Options:
    """How a run is done."""

    plan: Plan = field(default_factory=Plan)
    limits: Limits = field(default_factory=Limits)
    suite: str | None = None
    """The suite's name, for the record."""


def new_run_id() -> str:
    """32 hexadecimal digits; ids of later runs sort after those of earlier ones."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"


def collect(
    log: EventSink,
    configurations: Sequence[Configuration],
    runtime: Runtime,
    options: Options,
    observer: Observer,
    *,
    run_id: str,
    earlier: EarlierRun | None = None,
) -> list[ResultRecorded]:
    """Measure every configuration and append its result before the next one starts; returns the new results.

    With an earlier run, only what is not done there; `run_id` is then its id, else a new one.
    Raises LogError when the log cannot be written; everything recorded before stays.
    """
    attributes = {PLANNED: str(len(configurations)), "suite": options.suite or ""}
    context = observe(log, run_id, runtime, attributes)
    todo = [each for each in configurations if not (earlier and earlier.is_done(each, runtime))]
    run = _Run(log, context, options)
    results = []
    for configuration in todo:
        observer.started(configuration)
        results.append(run.record(configuration))
        observer.recorded(results[-1])
    return results


class _Run:
    """One run while it goes on: what it writes to, and the operations counted so far."""

    def __init__(self, log: EventSink, context: Context, options: Options) -> None:
        self._log, self._context, self._options = log, context, options
        self._flops: dict[tuple[object, ...], float | None] = {}

    def record(self, configuration: Configuration) -> ResultRecorded:
        """Try a configuration, and append what came of it."""
        at = datetime.now(UTC)
        obstacle = self._context.runtime.obstacle(configuration)
        if obstacle:
            result = untried_result(self._context, configuration, at, obstacle)
        else:
            result = self._measure(configuration, at)
        self._log.append([result])
        return result

    def _measure(self, configuration: Configuration, at: datetime) -> ResultRecorded:
        request = {
            "task": "measure",
            "configuration": configuration.as_dict(),
            "plan": asdict(self._options.plan),
            "is_profile_wanted": configuration.profile_key not in self._flops,
        }
        outcome = run_isolated(request, "measured", self._options.limits)
        self._keep_profile(configuration, at, outcome)
        flops = self._flops.get(configuration.profile_key)
        return measured_result(self._context, configuration, at, outcome, flops)

    def _keep_profile(self, configuration: Configuration, at: datetime, outcome: Outcome) -> None:
        if "profiled" in outcome.facts:
            facts = outcome.facts["profiled"]
            self._log.append([profile_event(self._context, configuration, at, facts)])
            self._flops[configuration.profile_key] = facts["flops_per_item"]
        elif "unprofiled" in outcome.facts:
            self._flops[configuration.profile_key] = None


def observe(log: EventSink, run_id: str, runtime: Runtime, attributes: Mapping[str, str]) -> Context:
    """Append what the machine and its software are; returns what the results take from it."""
    hardware = observe_hardware(run_id)
    if hardware:
        log.append(hardware)
    threads = {"torch_threads": str(runtime.threads)}
    log.append([observe_environment(run_id, attributes={**attributes, **threads})])
    first = {device.device_kind: device for device in reversed(hardware)}
    named = {kind: device["name"] for kind, device in runtime.devices.items() if device["name"]}
    return Context(
        run_id=run_id,
        machine_id=machine_id(),
        runtime=runtime,
        device_names=named | {kind: device.device for kind, device in first.items()},
        drivers={kind: device.driver_version for kind, device in first.items() if device.driver_version},
        device_counts=Counter(device.device_kind for device in hardware),
    )
