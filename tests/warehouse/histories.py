"""Histories of made-up results in which it is known what changed, and where."""

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import small_log

from benchmart.event_log.events import EnvironmentObserved, Metric, ResultRecorded
from benchmart.event_log.log import EventLog

POINTS = 40
STEP_AT = 20
"""The first point of the new level."""


def history(levels: Sequence[float], **fields: Any) -> list[ResultRecorded]:
    """One latency a level, in milliseconds, an hour apart, with a noise of 1 %; the commit tells the place."""
    noise = random.Random(0)
    return [
        small_log.result(
            number,
            **{
                "metrics": [Metric("latency_mean", "millisecond", level * noise.gauss(1, 0.01))],
                "attributes": {"commit": f"c{number}"},
                **fields,
            },
        )
        for number, level in enumerate(levels)
    ]


def step(before: float, after: float, **fields: Any) -> list[ResultRecorded]:
    """A history whose level changes once, in the middle."""
    return history([before] * STEP_AT + [after] * (POINTS - STEP_AT), **fields)


SLOWER = step(10.0, 12.0)
FASTER = step(10.0, 8.0, batch_size=16)
STEADY = history([10.0] * POINTS, batch_size=32)
SHORT = history([10.0, 10.0, 10.0, 20.0, 20.0], batch_size=64)


def backwards() -> Iterator[ResultRecorded]:
    """The slowdown once more, measured afterwards, the last commit first."""
    for number, told in enumerate(step(10.0, 12.0, batch_size=128)):
        at = small_log.START + timedelta(days=number)
        yield small_log.result(
            number,
            batch_size=128,
            metrics=told.metrics,
            occurred_at=small_log.START + timedelta(days=100, hours=-number),
            attributes={"commit": f"c{number}", "commit_time": at.isoformat()},
        )


def switched() -> list[ResultRecorded]:
    """As slow as ever, but measured under another driver from the middle on."""
    drivers = ("550.54", "560.28")
    told = step(10.0, 12.0, batch_size=256)
    return [
        small_log.result(
            number, batch_size=256, metrics=one.metrics, driver_version=drivers[number >= STEP_AT]
        )
        for number, one in enumerate(told)
    ]


def machine_of(run_id: str, machine_id: str) -> EnvironmentObserved:
    return EnvironmentObserved(
        **small_log.SOURCE,
        run_id=run_id,
        machine_id=machine_id,
        python_version="3.11.7",
        occurred_at=small_log.START,
    )


def write(log: EventLog) -> None:
    for batch in (SLOWER, FASTER, STEADY, SHORT, list(backwards()), switched()):
        log.append(batch)
