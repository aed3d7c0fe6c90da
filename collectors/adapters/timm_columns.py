"""The plain rows of a timm table a column at a time; `timm_row` says what they mean, and this gives the same."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from collectors.adapters.columns import Column, MetricValues, result_table
from collectors.adapters.contract import EventTable
from collectors.adapters.numbers import not_negative, positive, positive_whole
from collectors.adapters.rows import InColumns
from collectors.adapters.timm_row import (
    CONTRADICTION,
    THROUGHPUT_ROUNDING,
    ColumnPlaces,
    model_name,
    parameters,
)


def plain_results(whole: InColumns, places: ColumnPlaces, shared: Mapping[str, Any]) -> EventTable:
    """The rows that have a measurement and nothing else to tell; the others are odd afterwards."""
    columns = whole.columns
    name = places.header
    throughput = columns.numbers(name[places.throughput], positive)
    step_time = columns.numbers(name[places.step_time], positive)
    batch_size = columns.each(name[places.batch_size], positive_whole)
    ratio = throughput * step_time / 1e3 / batch_size.numbers()
    columns.odd |= ~(np.abs(ratio - 1) <= CONTRADICTION + THROUGHPUT_ROUNDING / throughput)
    fields = {
        **{field: Column.same(value, columns.count) for field, value in shared.items()},
        "status": Column.same("ok", columns.count),
        "basis": Column.same("measured", columns.count),
        "subject": columns.each(name[places.model], model_name),
        "batch_size": batch_size,
        "image_size": columns.each(name[places.image_size], positive_whole),
        "parameter_count": columns.each(name[places.parameters], parameters),
    }
    metrics = [
        _metric("latency_mean", "millisecond", step_time),
        _metric("throughput", "item/second", throughput),
        *(
            _metric(metric, unit, columns.numbers(name[place], _count))
            for metric, unit, place in (
                ("macs_per_item", "gigamac", places.gmacs),
                ("activations_per_item", "million_activations", places.macts),
            )
            if place is not None
        ),
    ]
    attributes = {other: columns.each(other, lambda text: text or None) for other, _ in places.others}
    rows = np.flatnonzero(~columns.odd)
    locators = pa.array([whole.places[row] for row in rows.tolist()], pa.string())
    return result_table(rows, locators, fields=fields, condition={}, attributes=attributes, metrics=metrics)


def _metric(name: str, unit: str, values: Any) -> MetricValues:
    return MetricValues(name, Column.same(unit, len(values)), values)


def _count(text: str) -> float | None:
    return not_negative(text) if text else None
