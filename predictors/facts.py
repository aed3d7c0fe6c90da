"""What the marts know of models and devices, as predictors ask for it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import duckdb

from benchmart.errors import PredictionRefused
from predictors.contract import HardwareFacts, ModelProfile, Operator

_PEAKS = {"fp32": "fp32_flops", "tf32": "tf32_flops", "fp16": "fp16_flops", "bf16": "bf16_flops", "fp8": "fp8_flops",
          "int8": "int8_ops"}  # fmt: skip
_HARDWARE = "select * from dim_hardware where hardware_id = $hardware_id"
_STATED = """
    with works as (
        select
            event_id,
            max(value) filter (where metric = 'macs_per_item') as macs,
            max(value) filter (where metric = 'activations_per_item') as activations
        from fct_measurements
        where metric in ('macs_per_item', 'activations_per_item') and model_id is not null
            and ($model_id is null or model_id = $model_id)
        group by event_id
    )

    select
        results.model_id, results.image_size, results.sequence_length,
        median(works.macs) as macs, median(works.activations) as activations,
        max(results.parameter_count) as parameter_count, max(results.family) as family
    from works
    inner join performance as results using (event_id)
    where works.macs > 0
    group by results.model_id, results.image_size, results.sequence_length
    order by results.model_id, count(*) desc, results.image_size, results.sequence_length
"""
Size = tuple[str, int | None, int | None]
"""Model, image size, sequence length."""


def hardware_facts(connection: duckdb.DuckDBPyConnection, hardware_id: str) -> HardwareFacts:
    """The device as its catalogue row tells it; what is not known is None. Raises PredictionRefused for no such row."""
    cursor = connection.execute(_HARDWARE, {"hardware_id": hardware_id})
    names = [name for name, *_ in cursor.description or ()]
    rows = cursor.fetchall()
    if not rows:
        raise PredictionRefused(
            f"nothing is known of the device {hardware_id!r}",
            hint="Give --memory-bandwidth and --peak-flops by hand",
        )
    row: Mapping[str, Any] = dict(zip(names, rows[0], strict=True))
    return HardwareFacts(
        hardware_id=hardware_id,
        vendor=row["vendor"],
        kind=row["kind"],
        memory_bytes=row["memory_bytes"],
        memory_bandwidth=row["memory_bandwidth_bytes_per_second"],
        peak_flops={name: float(row[column]) for name, column in _PEAKS.items() if row[column]},
        sustained_flops={},
        tdp_watts=row["tdp_watts"],
        year=row["year"],
        confidence=row["confidence"],
    )


def stated_profiles(
    connection: duckdb.DuckDBPyConnection, model_id: str | None = None
) -> dict[Size, ModelProfile]:
    """Profiles from the work that results state of their model: multiply-accumulates, and activations where given."""
    rows = connection.execute(_STATED, {"model_id": model_id}).fetchall()
    return {
        (row[0], row[1], row[2]): coarse_profile(
            row[0],
            flops_per_item=2 * row[3],
            parameter_count=row[5] or 0,
            activations=row[4] or 0,
            family=row[6],
            image_size=row[1],
            sequence_length=row[2],
        )
        for row in rows
    }


def coarse_profile(
    model_id: str,
    *,
    flops_per_item: float,
    parameter_count: float,
    activations: float = 0.0,
    family: str | None = None,
    image_size: int | None = None,
    sequence_length: int | None = None,
) -> ModelProfile:
    """A model of which only sums are known, as one operator that writes all activations and reads them again."""
    operator = Operator("other", "all", (), 1, flops_per_item, activations, activations, parameter_count)
    return ModelProfile(
        subject=model_id,
        model_id=model_id,
        family=family,
        image_size=image_size,
        sequence_length=sequence_length,
        parameter_count=parameter_count,
        flops_per_item=flops_per_item,
        operators=(operator,),
    )


def profile_of(
    connection: duckdb.DuckDBPyConnection,
    model_id: str,
    image_size: int | None = None,
    sequence_length: int | None = None,
) -> ModelProfile:
    """The profile of a model at a size; at another size of image, its work is scaled by the area.

    Where no size is asked for, it is the one with the most results.

    Raises PredictionRefused when nothing tells how much work the model is.
    """
    known = stated_profiles(connection, model_id)
    if not known:
        raise PredictionRefused(
            f"nothing tells how much work {model_id!r} is",
            hint=f"Trace it with `benchmart profile {model_id}`, or give --flops and --parameters by hand",
        )
    if (model_id, image_size, sequence_length) in known:
        return known[model_id, image_size, sequence_length]
    sizes = {key[1]: profile for key, profile in known.items() if key[1]}
    if image_size is None or not sizes:
        return next(iter(known.values()))
    nearest = min(sizes, key=lambda size: (abs(size - image_size), size))
    return _scaled(sizes[nearest], (image_size / nearest) ** 2, image_size)


def _scaled(profile: ModelProfile, factor: float, image_size: int) -> ModelProfile:
    operators = tuple(
        replace(
            each,
            flops=each.flops * factor,
            read_elements=each.read_elements * factor,
            written_elements=each.written_elements * factor,
        )
        for each in profile.operators
    )
    return replace(
        profile, flops_per_item=profile.flops_per_item * factor, image_size=image_size, operators=operators
    )
