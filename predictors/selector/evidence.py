"""What marts say of models on devices beside their rates: whether they ran, and how much memory they took."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import duckdb

_VERDICTS = """
    select model_id, hardware_id, runtime, mode, precision, status, evidence_count, error_class, suggested_fix
    from compatibility_matrix
    where model_id is not null and hardware_id is not null and status in ('verified', 'partial', 'failed')
        and ($model_id is null or model_id = $model_id)
"""
_PEAKS = """
    select
        model_id, mode, precision, batch_size, sequence_length, image_size,
        max(coalesce(memory_device_peak_bytes, memory_peak_bytes)) as peak
    from performance
    where
        status = 'ok' and basis = 'measured' and coalesce(device_count, 1) = 1
        and coalesce(memory_device_peak_bytes, memory_peak_bytes) > 0
    group by all
"""
_RELIABLE = {"verified": 1.0, "partial": 0.5, "failed": 0.0}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the compatibility matrix says of a model on a device."""

    runtime: str | None
    mode: str | None
    precision: str | None
    status: str
    """`verified`, `partial` or `failed`."""
    evidence_count: int
    error_class: str | None
    suggested_fix: str | None


class Peak(NamedTuple):
    """A measured peak of memory, and the condition of it."""

    mode: str | None
    precision: str | None
    batch_size: int | None
    sequence_length: int | None
    image_size: int | None
    peak_bytes: float


def read_verdicts(
    connection: duckdb.DuckDBPyConnection, model_id: str | None = None
) -> Mapping[tuple[str, str], Sequence[Verdict]]:
    """Cells of the compatibility matrix by model and device, of one model or of all."""
    found: dict[tuple[str, str], list[Verdict]] = defaultdict(list)
    for its_model, hardware_id, *rest in connection.execute(_VERDICTS, {"model_id": model_id}).fetchall():
        found[its_model, hardware_id].append(Verdict(*rest))
    return dict(found)


def read_peaks(connection: duckdb.DuckDBPyConnection) -> Mapping[str, Sequence[Peak]]:
    """Peaks of memory on one device, by model."""
    found: dict[str, list[Peak]] = defaultdict(list)
    for model_id, *rest in connection.execute(_PEAKS).fetchall():
        found[model_id].append(Peak(*rest))
    return dict(found)


def reliability(verdicts: Mapping[tuple[str, str], Sequence[Verdict]]) -> Mapping[str, float]:
    """Of each device with verdicts, the mean over them: verified 1, partial a half, failed 0."""
    found: dict[str, list[float]] = defaultdict(list)
    for (_, hardware_id), cells in verdicts.items():
        found[hardware_id].extend(_RELIABLE[each.status] for each in cells)
    return {hardware_id: sum(values) / len(values) for hardware_id, values in found.items()}
