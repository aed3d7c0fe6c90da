"""What results say about memory, as intervals of bytes: measurements are points, batches fallen back to brackets."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import duckdb

from predictors.memory.ladder import rung_above

MEASURED_METRIC = "memory_device_peak"
"""What monitors of the whole device read: context and the allocator's reserve included."""


class LabelKind(StrEnum):
    """Where an interval comes from."""

    MEASURED = "measured"
    SUSPECT = "suspect"
    """Measured, yet so that the run may not have fitted: a lower bound at best."""
    BRACKET = "bracket"
    """The batch ran and the next larger one of the ladder did not."""
    UNLIMITED = "unlimited"
    """The largest batch that was tried ran: an upper bound."""


@dataclass(frozen=True, slots=True)
class Workload:
    """What ran: everything memory depends on except the device's size."""

    subject: str
    image_size: int | None
    mode: str
    precision: str
    compiler: str
    memory_format: str
    runtime_version: str | None
    hardware_id: str | None
    card_bytes: float | None
    """Memory of one device; None when the catalogue does not know it."""


@dataclass(frozen=True, slots=True)
class MemoryLabel:
    """more_than < memory at `failed_batch`, and memory at `batch` <= at_most. Bytes."""

    workload: Workload
    kind: LabelKind
    batch: int
    at_most: float
    failed_batch: int
    more_than: float
    ladder_start: int = 0
    """Where falling back began; 0 for measurements."""

    @property
    def measured_bytes(self) -> float:
        """The measured peak; only a measurement has one."""
        return self.at_most


def measured_labels(connection: duckdb.DuckDBPyConnection) -> list[MemoryLabel]:
    """Peaks of whole devices that were measured in training of image models, and suspect ones as lower bounds.

    A suspect peak says no more than that the run needed about the card or died early: only those near the card's size
    bound anything.
    """
    labels = []
    for row in _rows(connection, _MEASURED):
        workload = _workload(row)
        value, batch = row["value"], row["batch_size"]
        if row["basis"] == "measured":
            labels.append(MemoryLabel(workload, LabelKind.MEASURED, batch, value, batch, value))
        elif workload.card_bytes and value >= _NEAR_LIMIT * workload.card_bytes:
            labels.append(MemoryLabel(workload, LabelKind.SUSPECT, batch, math.inf, batch, value))
    return labels


def bracket_labels(connection: duckdb.DuckDBPyConnection) -> list[MemoryLabel]:
    """What batches of speed benchmarks say: they are lowered after running out of memory.

    Each file began its ladder at the largest batch that any of its rows has. Rows on CPUs and rows whose batch is not
    on that ladder say nothing and are left out.
    """
    labels = []
    for row in _rows(connection, _SPEED):
        workload = _workload(row)
        batch, start = row["batch_size"], row["ladder_start"]
        if not workload.card_bytes:
            continue
        if batch == start:
            labels.append(
                MemoryLabel(workload, LabelKind.UNLIMITED, batch, workload.card_bytes, batch, 0.0, start)
            )
        elif failed := rung_above(batch, start):
            card = workload.card_bytes
            labels.append(MemoryLabel(workload, LabelKind.BRACKET, batch, card, failed, card, start))
    return labels


def rival_estimates(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, int], float]:
    """Peaks that PyTorch's FakeTensor estimates, in bytes, by subject and batch."""
    return {
        (row["subject"], row["batch_size"]): row["value"]
        for row in _rows(connection, _RIVAL)
        if row["value"] is not None
    }


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> Iterable[dict[str, Any]]:
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _workload(row: dict[str, Any]) -> Workload:
    return Workload(
        subject=row["subject"],
        image_size=row["image_size"],
        mode=row["mode"],
        # Results that state no precision are of trainings in plain fp32.
        precision=row["precision"] or "fp32",
        compiler=row["compiler"] or "eager",
        memory_format=row["memory_format"] or "nchw",
        runtime_version=row["runtime_version"],
        hardware_id=row["hardware_id"],
        card_bytes=row["card_bytes"],
    )


_NEAR_LIMIT = 0.95

_CONDITION = """
    results.subject, results.image_size, results.mode, results.precision, results.compiler, results.memory_format,
    results.runtime_version, results.hardware_id, results.batch_size, hardware.memory_bytes as card_bytes
"""

_MEASURED = f"""
    select {_CONDITION}, measurements.value, measurements.basis
    from fct_measurements as measurements
    join fct_results as results using (event_id)
    left join dim_hardware as hardware on hardware.hardware_id = results.hardware_id
    where
        measurements.metric = '{MEASURED_METRIC}'
        and measurements.basis in ('measured', 'suspect')
        and results.status = 'ok'
        and results.mode in ('training', 'inference')
        and results.subject_kind = 'model'
        and results.runtime = 'pytorch'
        and results.batch_size >= 1
        and coalesce(results.device_count, 1) = 1
        and results.sequence_length is null
        and measurements.value > 0 and isfinite(measurements.value)
        and results.condition['method'] is null
    order by results.subject, results.batch_size, results.event_id
"""  # noqa: S608 - constants of this module

_SPEED = f"""
    select {_CONDITION}, max(results.batch_size) over (partition by results.source_digest) as ladder_start
    from fct_results as results
    left join dim_hardware as hardware on hardware.hardware_id = results.hardware_id
    where
        results.collector = 'adapter:timm_csv'
        and results.status = 'ok'
        and results.basis = 'measured'
        and results.device_kind != 'cpu'
        and results.batch_size >= 1
    order by results.source_digest, results.subject, results.event_id
"""  # noqa: S608 - constants of this module

_RIVAL = """
    select results.subject, results.batch_size, max(measurements.value) as value
    from fct_measurements as measurements
    join fct_results as results using (event_id)
    where results.basis = 'estimated' and results.condition['estimator'] = 'FakeTensor'
    group by all
"""
