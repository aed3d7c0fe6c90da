"""From events to the Arrow table `EventLog.append_table` takes, one column at a time.

Most of what an import costs is spent here, so maps and metrics are laid out flat, as Arrow has them, instead of being
handed over as Python objects inside objects.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from itertools import chain
from operator import attrgetter
from typing import Any

import pyarrow as pa

from benchmart.errors import EventError
from benchmart.event_log.events import Event, Metric
from benchmart.event_log.schemas import METRIC


def to_table(events: Sequence[Event]) -> pa.Table:
    """Turn events of one kind into the table `EventLog.append_table` takes.

    Raises EventError when the kinds are mixed or a field does not fit its column.
    """
    if not events:
        raise EventError("no events to append")
    kind = events[0].kind
    if any(event.kind is not kind for event in events):
        raise EventError(f"events of several kinds in one table, the first is {kind.name}")
    return pa.Table.from_arrays([_column(events, column) for column in kind.submitted], schema=kind.submitted)


def _column(events: Sequence[Event], column: pa.Field) -> pa.Array:
    values = list(map(attrgetter(column.name), events))
    try:
        if pa.types.is_map(column.type):
            return map_column(values)
        if column.name == "metrics":
            return metrics_column(values)
        if column.name == "scores":
            values = [[asdict(score) for score in scores] for scores in values]
        return _plain_column(values, column.type)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, UnicodeEncodeError) as error:
        kind = events[0].kind.name
        raise EventError(f"column {column.name} of {kind} does not take these values: {error}") from error


def _plain_column(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Events of one document agree in most fields: what is the same throughout is converted once."""
    first = values[0]
    if (first is None or len(values) > 1) and values.count(first) == len(values):
        return pa.repeat(pa.scalar(first, kind), len(values))
    return pa.array(values, kind)


def map_column(mappings: Sequence[Mapping[str, str]]) -> pa.Array:
    """Shape (n,), text to text, keys in order; null for an empty mapping."""
    pairs = [sorted(mapping.items()) for mapping in mappings]
    flat = list(chain.from_iterable(pairs))
    return pa.MapArray.from_arrays(
        offsets_of(pairs, [not mapping for mapping in mappings]),
        pa.array([key for key, _ in flat], pa.string()),
        pa.array([value for _, value in flat], pa.string()),
    )


def metrics_column(metrics: Sequence[Sequence[Metric]]) -> pa.Array:
    """Shape (n,): for each event the list of its metrics, which may be empty."""
    flat = list(chain.from_iterable(metrics))
    fields = [
        _plain_column([getattr(metric, field.name) for metric in flat], field.type)
        if flat
        else pa.nulls(0, field.type)
        for field in METRIC
    ]
    return pa.ListArray.from_arrays(
        offsets_of(metrics), pa.StructArray.from_arrays(fields, fields=list(METRIC)), type=pa.list_(METRIC)
    )


def offsets_of(lists: Sequence[Sequence[Any]], are_null: Iterable[bool] = ()) -> pa.Array:
    """Where each list begins in all of them laid out flat, and where the last ends; null for a list that is null."""
    starts: list[int | None] = [0]
    end = 0
    for one in lists:
        end += len(one)
        starts.append(end)
    for place, is_null in enumerate(are_null):
        if is_null:
            starts[place] = None
    return pa.array(starts, pa.int32())
